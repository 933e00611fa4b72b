"""The pages of contacts, organisations and posts, through the test client."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.organisation import make_organisation
from tests.integration.followups.test_statements import counted
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.contacts.models import Contact, ContactMerge, Office, Post
from tracker.core.actor import OPERATOR
from tracker.engagements.models import Participant

People = dict[str, Person]
BUDGET = 15


class Embassy:
    """An ambassador with a meeting, a promise, work that waits, and the same on a sealed case."""

    def __init__(self, act_as: ActAs, people: People) -> None:
        with act_as(OPERATOR) as session:
            self.case = make_case(session)
            self.sealed = make_case(session, level="sealed", lead=people["other"])
            self.organisation = make_organisation(session, "Mission of Examples")
            self.post = Post(title="Ambassador", organisation_id=self.organisation.id)
            session.add(self.post)
            session.flush()
            self.ada = make_contact(session, "Ada Lindqvist", on_case=self.case, organisation_id=self.organisation.id)
            office = Office(
                contact_id=self.ada.id, title="Ambassador", post_id=self.post.id, organisation_id=self.organisation.id
            )
            session.add(office)
            for case, word in ((self.case, "open"), (self.sealed, "hidden")):
                day = date(2025, 3, 1) if word == "open" else date(2025, 6, 1)
                said = {"summary": f"The {word} talk", "sort_on": day, "occurred_on": day.isoformat()}
                meeting = make_engagement(session, case, **said)
                session.add(Participant(engagement_id=meeting.id, contact_id=self.ada.id, post_id=self.post.id))
                promise = {"text": f"The {word} words", "by_country": None, "by_contact_id": self.ada.id}
                make_commitment(session, meeting, case, by_post_id=self.post.id, **promise)
                work = {"title": f"The {word} work", "due_on": date(2026, 1, 2), "post_id": self.post.id}
                make_follow_up(session, case, people["other"], waiting_on_contact_id=self.ada.id, **work)


@pytest.fixture
def embassy(act_as: ActAs, people: People) -> Embassy:
    return Embassy(act_as, people)


def addresses(embassy: Embassy) -> list[str]:
    return [
        f"/contacts/{embassy.ada.id}",
        f"/organisations/{embassy.organisation.id}",
        f"/posts/{embassy.post.id}",
        f"/posts/{embassy.post.id}/handover",
    ]


def test_all_dealings_are_shown_and_none_that_is_hidden(people: People, client_of: ClientOf, embassy: Embassy) -> None:
    for address in addresses(embassy):
        page = client_of(people["coordinator"]).get(address).text
        for words in ("The open talk", "The open words", "The open work"):
            assert words in page, (address, words)
        assert not any(words in page for words in ("The hidden talk", "The hidden words", "The hidden work")), address
        assert embassy.sealed.reference not in page


def test_last_and_next_contact_are_those_that_the_reader_sees(
    people: People, client_of: ClientOf, embassy: Embassy
) -> None:
    address = f"/contacts/{embassy.ada.id}"
    assert "1 Jun 2025" not in client_of(people["coordinator"]).get(address).text
    assert "1 Mar 2025" in client_of(people["coordinator"]).get(address).text
    assert "1 Jun 2025" in client_of(people["other"]).get(address).text


def test_counsel_sees_only_posts_of_contacts_on_their_cases(
    people: People, client_of: ClientOf, embassy: Embassy
) -> None:
    for address in addresses(embassy):
        assert client_of(people["outside_counsel"]).get(address).status_code == 404, address


def test_counsel_writes_how_to_reach_only_contacts_of_their_cases(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    with act_as(OPERATOR) as session:
        case, sealed = make_case(session), make_case(session, level="sealed", lead=people["other"])
        for one in (case, sealed):
            join(session, one, people["outside_counsel"], "member")
        theirs = make_contact(session, "Bo Example", on_case=case)
        loose = make_contact(session, "Cy Example", created_by_id=people["outside_counsel"].id)
    typed = {"name": "Ada", "email": "ada@example.org", "offices-0-title": ""}
    for_sealed = f"/contacts/new?for={sealed.reference}"
    for role, path, may in (
        ("other", "/contacts/new", True),
        ("outside_counsel", "/contacts/new", False),
        ("outside_counsel", for_sealed, True),
        ("outside_counsel", f"/contacts/{theirs.id}/edit", True),
        ("outside_counsel", f"/contacts/{loose.id}/edit", False),
    ):
        client = client_of(people[role])
        page = client.get(path)
        assert page.status_code == 200 and ('id="email"' in page.text) == may, path
        answer = client.post(path, data=typed | {"version": "1"})
        assert answer.status_code == 303, path
        assert ("ada@example.org" in client_of(people["other"]).get(answer.location).text) == may, path


def test_counsel_are_not_told_which_organisations_the_house_knows(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session)
        join(session, case, people["outside_counsel"], "member")
        contact = make_contact(session, "Bo Example", on_case=case)
    typed = {"name": "Bo", "organisation": "Nowhere", "offices-0-title": "", "version": "1"}
    for path in ("/contacts/new", f"/contacts/{contact.id}/edit"):
        for role, is_told in (("legal_officer", False), ("outside_counsel", True)):
            answer = client_of(people[role]).post(path, data=typed)
            assert answer.status_code == 422 and ("that you can see" in answer.text) == is_told, (path, role)


def test_a_contact_is_merged_with_another_one_that_stands(
    act_as: ActAs, people: People, client_of: ClientOf, embassy: Embassy
) -> None:
    with act_as(OPERATOR) as session:
        gone = make_contact(session, "Ada Lindkvist")
        other = make_contact(session, "A. Lindqvist")
        session.get_one(Contact, gone.id).merged_into_id = embassy.ada.id
    client = client_of(people["coordinator"])
    for one, two in ((embassy.ada, embassy.ada), (embassy.ada, gone), (gone, other)):
        path = f"/contacts/{one.id}/merge?with={two.id}"
        assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
    assert client.get(f"/contacts/{embassy.ada.id}/merge?with={other.id}").status_code == 200


def test_the_holder_changes_on_the_page_of_the_post(
    act_as: ActAs, people: People, client_of: ClientOf, embassy: Embassy
) -> None:
    client, address = client_of(people["coordinator"]), f"/posts/{embassy.post.id}"
    assert client.post(address, data={"ended_on": "sometime", "successor": "Bo"}).status_code == 422
    assert client.post(address, data={"ended_on": "March 2026", "successor": ""}).status_code == 422
    answer = client.post(address, data={"ended_on": "March 2026", "successor": "Bo Example", "began_on": "yesterday"})
    assert answer.status_code == 303
    note = client.get(answer.location).text
    assert "Bo Example" in note and "March 2026" in note and "The open words" in note
    with act_as(OPERATOR) as session:
        bo = session.scalars(select(Contact).where(Contact.name == "Bo Example")).one()
    assert "The open work" in client.get(f"/contacts/{bo.id}").text
    assert client_of(people["head"]).post(address, data={"ended_on": "2026", "successor": "Cy"}).status_code == 403


def test_two_contacts_are_compared_merged_and_made_two_again(
    act_as: ActAs, people: People, client_of: ClientOf, embassy: Embassy
) -> None:
    with act_as(OPERATOR) as session:
        other = make_contact(session, "Ada Lindkvist", country="SE", email="ada@example.org", languages=["sv"])
    client = client_of(people["coordinator"])
    assert "Ada Lindkvist" in client.get("/contacts/duplicates").text
    assert f"with={other.id}" in client.get(f"/contacts/{embassy.ada.id}/merge").text
    address = f"/contacts/{embassy.ada.id}/merge"
    page = client.get(f"{address}?with={other.id}").text
    assert "ada@example.org" in page and "Ada Lindqvist" in page
    said = {"with": str(other.id), "keep": "one", "one_version": "1", "other_version": "1", "name": "other"}
    assert client.post(address, data=said | {"other_version": "9"}).status_code == 409
    assert client.post(address, data=said).status_code == 303
    kept = client.get(f"/contacts/{embassy.ada.id}").text
    assert "Ada Lindkvist" in kept and "ada@example.org" in kept and "Sweden" in kept
    assert client.get(f"/contacts/{other.id}").location.endswith(f"/contacts/{embassy.ada.id}")
    assert str(other.id) not in client.get("/contacts").text
    with act_as(OPERATOR) as session:
        merge_id = session.scalars(select(ContactMerge.id)).one()
    assert client_of(people["head"]).post(f"/contacts/merges/{merge_id}/undo").status_code == 403
    back = client_of(people["coordinator"]).post(f"/contacts/merges/{merge_id}/undo")
    assert back.location.endswith(f"/contacts/{other.id}")
    assert "Ada Lindqvist" in client.get(f"/contacts/{embassy.ada.id}").text


def test_a_likely_duplicate_is_named_while_one_types(people: People, client_of: ClientOf, embassy: Embassy) -> None:
    fragment = "/contacts/alike?name=Lindkvist%20Ada"
    assert "Ada Lindqvist" in client_of(people["coordinator"]).get(fragment).text
    assert "Ada Lindqvist" not in client_of(people["outside_counsel"]).get(fragment).text
    client = client_of(people["coordinator"])
    saved = client.post("/contacts/new", data={"name": "Ada Lindkvist"})
    assert saved.status_code == 303
    assert "The same person, perhaps: Ada Lindqvist" in client.get(saved.location).text


@pytest.mark.parametrize("number", [1, 12])
def test_pages_of_people_take_a_fixed_number_of_statements(
    act_as: ActAs, people: People, client_of: ClientOf, embassy: Embassy, database: Any, number: int
) -> None:
    with act_as(OPERATOR) as session:
        case = session.get(Case, embassy.case.id)
        assert case is not None
        for _index in range(number):
            meeting = make_engagement(session, case)
            session.add(Participant(engagement_id=meeting.id, contact_id=embassy.ada.id))
            make_commitment(session, meeting, case, by_country=None, by_contact_id=embassy.ada.id)
    client = client_of(people["coordinator"])
    for address in addresses(embassy):
        client.get(address)
        with counted(database) as statements:
            assert client.get(address).status_code == 200
        assert len(statements) <= BUDGET, (address, statements)
