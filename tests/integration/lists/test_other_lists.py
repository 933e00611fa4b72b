"""Columns, groups, views and files of meetings, commitments and contacts."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.case import join, make_case
from tests.integration.lists.test_export import about, rows_of
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.contacts.models import Contact, ContactPrivate, Organisation
from tracker.core.actor import OPERATOR
from tracker.engagements.models import Commitment, Engagement, EngagementCase

People = dict[str, Person]


@pytest.fixture
def dealings(act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        open_case = make_case(session)
        sealed = make_case(session, level="sealed", lead=people["legal_officer"])
        ministry = Organisation(name="=Ministry")
        session.add(ministry)
        session.flush()
        contact = Contact(name="Ana Ambassador", organisation_id=ministry.id, country="LT")
        session.add(contact)
        session.flush()
        session.add(ContactPrivate(contact_id=contact.id, email="ana@example.org"))
        for number, (case, level) in enumerate([(open_case, "internal"), (sealed, "sealed"), (None, "internal")], 1):
            day = date(2026, number, 1)
            meeting = Engagement(summary=f"meeting {number}", level=level, sort_on=day, occurred_on=day.isoformat())
            session.add(meeting)
            session.flush()
            if case is not None:
                session.add(EngagementCase(engagement_id=meeting.id, case_id=case.id))
            session.add(
                Commitment(
                    engagement_id=meeting.id,
                    case_id=case.id if case else None,
                    text=f"promise {number}",
                    by_text="they",
                )
            )


def test_meetings_are_exported_as_far_as_they_are_seen(people: People, client_of: ClientOf, dealings: None) -> None:
    rows = rows_of(client_of(people["head"]).post("/engagements/export", data={"format": "csv"}))
    assert [row["What"] for row in rows] == ["meeting 3", "meeting 1"]
    client = client_of(people["legal_officer"])
    answer = client.post("/engagements/export?columns=what&columns=level", data={"format": "csv"})
    assert [(row["What"], row["Confidentiality"]) for row in rows_of(answer)][1] == ("meeting 2", "Sealed")
    assert about(answer)["Classification"] == "Sealed"
    left = client.post("/engagements/export", data={"format": "csv", "without": "1"})
    assert "meeting 2" not in left.text and about(left)["Rows left out because they may not be exported"] == "1"


def test_commitments_are_exported_as_far_as_they_are_seen(people: People, client_of: ClientOf, dealings: None) -> None:
    rows = rows_of(client_of(people["head"]).post("/commitments/export", data={"format": "csv"}))
    assert sorted(row["Exact words"] for row in rows) == ["promise 1", "promise 3"]
    answer = client_of(people["legal_officer"]).post("/commitments/export", data={"format": "csv"})
    assert len(rows_of(answer)) == 3 and about(answer)["Classification"] == "Sealed"


def test_contacts_are_exported_by_staff_without_what_is_private(
    act_as: ActAs, people: People, client_of: ClientOf, dealings: None
) -> None:
    answer = client_of(people["legal_officer"]).post("/contacts/export", data={"format": "csv"})
    assert [(row["Name"], row["Organisation"]) for row in rows_of(answer)] == [("Ana Ambassador", "'=Ministry")]
    assert "ana@example.org" not in answer.text
    with act_as(OPERATOR) as session:
        join(session, make_case(session), people["outside_counsel"], "member")
    counsel = client_of(people["outside_counsel"])
    assert counsel.post("/contacts/export", data={"format": "csv"}).status_code == 403
    assert "/contacts/export" not in counsel.get("/contacts").text


def test_organisations_are_exported_by_staff(
    act_as: ActAs, people: People, client_of: ClientOf, dealings: None
) -> None:
    answer = client_of(people["legal_officer"]).post("/organisations/export", data={"format": "csv"})
    assert [row["Organisation"] for row in rows_of(answer)] == ["'=Ministry"]
    with act_as(OPERATOR) as session:
        join(session, make_case(session), people["outside_counsel"], "member")
    counsel = client_of(people["outside_counsel"])
    assert counsel.post("/organisations/export", data={"format": "csv"}).status_code == 403
    assert "/organisations/export" not in counsel.get("/organisations").text


def test_organisations_are_grouped_and_their_view_is_saved(people: People, client_of: ClientOf, dealings: None) -> None:
    client = client_of(people["legal_officer"])
    page = client.get("/organisations?group=country")
    assert 'class="group-row"' in page.text and "=Ministry" in page.text
    saved = {"area": "organisations", "query": "group=country", "name": "By country"}
    assert client.post("/views", data=saved).status_code == 303
    assert "By country" in client.get("/organisations").text


@pytest.mark.parametrize(
    ("address", "there", "gone"),
    [
        ("/organisations?columns=country", 'data-label="Country"', 'data-label="Kind"'),
        ("/engagements?columns=kind", 'data-label="Kind"', 'data-label="Who"'),
        ("/commitments?columns=kind&status=any", 'data-label="Kind"', 'data-label="By"'),
        ("/contacts?columns=country", 'data-label="Country"', 'data-label="Office"'),
    ],
)
def test_each_list_shows_the_columns_of_its_address(
    people: People, client_of: ClientOf, dealings: None, address: str, there: str, gone: str
) -> None:
    page = client_of(people["head"]).get(address).text
    assert there in page and gone not in page


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/engagements?group=month", "March 2026"),
        ("/commitments?group=by&status=any", "they"),
        ("/contacts?group=organisation", "=Ministry"),
    ],
)
def test_each_list_has_groups(people: People, client_of: ClientOf, dealings: None, address: str, heading: str) -> None:
    page = client_of(people["head"]).get(address).text
    assert 'class="group-row"' in page and f">{heading}</th>" in page


@pytest.mark.parametrize("area", ["engagements", "commitments", "contacts"])
def test_each_list_has_saved_views(people: People, client_of: ClientOf, dealings: None, area: str) -> None:
    client = client_of(people["head"])
    form = {"area": area, "name": "Kept so", "query": "columns=kind", "default": "1"}
    address = client.post("/views", data=form).location
    assert 'aria-current="page">Kept so<' in client.get(address).text
    assert client.get(address.partition("?")[0]).location == address
