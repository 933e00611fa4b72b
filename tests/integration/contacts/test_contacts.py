"""Contacts and organisations: who sees what, and what pages do with them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.contact import make_contact
from tests.factories.organisation import make_organisation
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.contacts import services
from tracker.contacts.facts import ContactFacts, OfficeFacts, PrivateFacts
from tracker.contacts.models import Contact, ContactPrivate, Organisation
from tracker.contacts.queries import ContactFilters, get_contact, list_contacts
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict, Invalid, NotPermitted, NotVisible

People = dict[str, Person]
ADDRESS = "ada@ministry.example"


@pytest.fixture
def contact(act_as: ActAs) -> Contact:
    with act_as(OPERATOR) as session:
        return make_contact(session, "Ada Example", office="Prosecutor", email=ADDRESS, country="LV")


def test_private_data_are_for_legal_officers_and_coordinators(
    people: People, client_of: ClientOf, contact: Contact
) -> None:
    for role, sees in (("legal_officer", True), ("coordinator", True), ("head", False)):
        page = client_of(people[role]).get(f"/contacts/{contact.id}")
        assert page.status_code == 200 and "Ada Example" in page.text
        assert (ADDRESS in page.text) is sees
        assert ("Restricted: e-mail" in page.text) is not sees


def test_a_member_of_a_case_with_the_contact_sees_how_to_reach_them(
    act_as: ActAs, people: People, client_of: ClientOf, contact: Contact
) -> None:
    counsel = people["outside_counsel"]
    assert client_of(counsel).get(f"/contacts/{contact.id}").status_code == 404
    with act_as(OPERATOR) as session:
        case = make_case(session, level="sealed")
        join(session, case, counsel, "reader")
        theirs = make_contact(session, "Bo Example", on_case=case, email="bo@example.org")
    page = client_of(counsel).get(f"/contacts/{theirs.id}").text
    assert "bo@example.org" in page and case.reference in page
    assert "Bo Example" in client_of(counsel).get("/contacts").text
    assert "Ada Example" not in client_of(counsel).get("/contacts").text
    assert case.reference not in client_of(people["coordinator"]).get(f"/contacts/{theirs.id}").text


def test_private_data_stand_encrypted_and_behind_a_policy_of_their_own(
    act_as: ActAs, people: People, contact: Contact
) -> None:
    with act_as(people["head"]) as session:
        assert session.scalars(select(ContactPrivate)).all() == []
    with act_as(OPERATOR) as session:
        stored = session.scalars(select(ContactPrivate)).one()
        assert stored.email_sealed is not None and ADDRESS.encode() not in stored.email_sealed
        assert stored.email == ADDRESS


def test_a_contact_is_recorded_with_offices_in_order(act_as: ActAs, people: People) -> None:
    coordinator = people["coordinator"]
    with act_as(OPERATOR) as session:
        ministry = make_organisation(session)
    offices = (OfficeFacts("Minister", ministry.id, "2024", None), OfficeFacts("Deputy", None, "2020-03", "2023-12"))
    with act_as(coordinator) as session:
        facts = ContactFacts("Cy Example", None, "LT", ("lt", "en"), offices)
        made = services.record_contact(session, acting(coordinator), facts, PrivateFacts(phone="+370 5"))
    with act_as(coordinator) as session:
        seen = get_contact(session, acting(coordinator), made.id)
        assert services.offices_of(seen) == offices
        assert seen.offices[1].held_to_latest == date(2023, 12, 31)
        assert [office.organisation and office.organisation.name for office in seen.offices] == [ministry.name, None]


def test_an_office_may_stand_for_a_name_but_nothing_may_not(act_as: ActAs, people: People) -> None:
    coordinator = people["coordinator"]
    with act_as(coordinator) as session:
        only_office = services.record_contact(
            session, acting(coordinator), ContactFacts(offices=(OfficeFacts("Permanent Mission"),))
        )
        assert only_office.display_name == "Permanent Mission"
        with pytest.raises(Invalid):
            services.record_contact(session, acting(coordinator), ContactFacts())


def test_every_fault_of_a_contact_is_named(act_as: ActAs, people: People) -> None:
    coordinator = people["coordinator"]
    facts = ContactFacts("Di", None, "ZZ", (), (OfficeFacts("", None, "soon"), OfficeFacts("X", None, "2025", "2024")))
    with act_as(coordinator) as session, pytest.raises(Invalid) as refusal:
        services.record_contact(session, acting(coordinator), facts)
    assert [fault.path for fault in refusal.value.faults] == [
        "country",
        "offices-0-title",
        "offices-0-held_from",
        "offices-1-held_to",
    ]


@pytest.mark.parametrize("role", ["head", "outside_counsel", "administrator"])
def test_who_works_on_no_case_records_no_contact(act_as: ActAs, people: People, role: str) -> None:
    with act_as(people[role]) as session, pytest.raises(NotPermitted):
        services.record_contact(session, acting(people[role]), ContactFacts("Ed"))


def test_a_working_member_of_a_case_records_contacts(act_as: ActAs, people: People) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        join(session, make_case(session), counsel, "member")
    with act_as(counsel) as session:
        made = services.record_contact(session, acting(counsel), ContactFacts("Fay"))
        assert get_contact(session, acting(counsel), made.id).name == "Fay"


def test_the_second_editor_of_a_contact_is_told(act_as: ActAs, people: People, contact: Contact) -> None:
    officer = people["legal_officer"]
    with act_as(officer) as session:
        mine = get_contact(session, acting(officer), contact.id)
        services.edit_contact(session, acting(officer), mine, ContactFacts("Ada B."), expected_version=1)
    with act_as(officer) as session:
        theirs = get_contact(session, acting(officer), contact.id)
        with pytest.raises(Conflict):
            services.edit_contact(session, acting(officer), theirs, ContactFacts("Ada C."), expected_version=1)


def test_a_changed_telephone_alone_is_a_new_version(act_as: ActAs, people: People, contact: Contact) -> None:
    officer = people["legal_officer"]
    with act_as(officer) as session:
        seen = get_contact(session, acting(officer), contact.id)
        same = ContactFacts("Ada Example", None, "LV", (), services.offices_of(seen))
        services.edit_contact(session, acting(officer), seen, same, PrivateFacts(ADDRESS, "+371 6"))
        assert seen.version == 2
        services.edit_contact(session, acting(officer), seen, same, PrivateFacts(ADDRESS, "+371 6"))
        assert seen.version == 2


def test_the_list_is_filtered_and_paged_by_name(act_as: ActAs, people: People) -> None:
    coordinator = people["coordinator"]
    with act_as(OPERATOR) as session:
        ministry = make_organisation(session)
        for number in range(4):
            make_contact(session, f"Person 1{number}", country="LV" if number % 2 else "LT")
        make_contact(session, None, office="100% Mission_")
        make_contact(session, "At work", organisation_id=ministry.id)
    actor = acting(coordinator)

    def names(**filters) -> list[str]:
        page = list_contacts(session, actor, ContactFilters(**filters))
        return [contact.display_name for contact in page.rows]

    with act_as(coordinator) as session:
        assert names() == ["At work", "Person 10", "Person 11", "Person 12", "Person 13", "100% Mission_"]
        assert names(country="LV") == ["Person 11", "Person 13"]
        assert names(organisation_id=ministry.id) == ["At work"]
        assert names(name="100% mission_") == names(name="missio") == ["100% Mission_"]
        assert names(name="%") == names()  # no word, so nothing is asked
        assert names(name="PERSON 12") == ["Person 12"]
        first = list_contacts(session, actor, ContactFilters(), size=5)
        second = list_contacts(session, actor, ContactFilters(), first.next_cursor, size=5)
        assert [contact.display_name for contact in second.rows] == ["100% Mission_"] and second.next_cursor is None


def test_the_form_saves_rows_of_offices_without_a_script(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    client = client_of(people["coordinator"])
    with act_as(OPERATOR) as session:
        make_organisation(session, "Court of Examples")
    said = {"name": "Gus", "country": "LV", "offices-0-title": "", "offices-1-title": "Judge"}
    said |= {"offices-1-organisation": "court of examples", "offices-1-held_from": "2024-05"}
    more = client.post("/contacts/new", data=said | {"more_rows": "offices"})
    assert more.status_code == 200 and 'value="Judge"' in more.text and 'name="offices-4-title"' in more.text
    answer = client.post("/contacts/new", data=said)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Gus" in page and "Judge" in page and "Court of Examples" in page and "May 2024" in page


def test_faults_stand_at_the_row_where_they_are(people: People, client_of: ClientOf) -> None:
    client = client_of(people["coordinator"])
    said = {"name": "Gus", "offices-0-title": "", "offices-2-title": "Judge", "offices-2-held_from": "in May"}
    answer = client.post("/contacts/new", data=said)
    assert answer.status_code == 422
    assert 'href="#offices-1-held_from"' in answer.text and 'id="offices-1-held_from-error"' in answer.text
    assert 'value="in May"' in answer.text
    unknown = client.post("/contacts/new", data={"name": "Gus", "organisation": "Nowhere"})
    assert unknown.status_code == 422 and "There is no organisation of this name" in unknown.text


def test_two_editors_of_a_contact_see_both_versions(people: People, client_of: ClientOf, contact: Contact) -> None:
    client = client_of(people["legal_officer"])
    address = f"/contacts/{contact.id}/edit"
    said = {"name": "Ada One", "country": "LV", "version": "1", "offices-0-title": "Prosecutor", "email": ADDRESS}
    assert client.post(address, data=said).status_code == 303
    second = client.post(address, data=said | {"name": "Ada Two"})
    assert second.status_code == 409 and "Ada One" in second.text and 'value="Ada Two"' in second.text


def test_organisations_are_recorded_edited_and_shown_with_their_people(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    client = client_of(people["coordinator"])
    answer = client.post("/organisations/new", data={"name": "Court of Examples", "country": "LV", "kind": "court"})
    assert answer.status_code == 303
    address = answer.location
    with act_as(OPERATOR) as session:
        organisation = session.scalars(select(Organisation)).one()
        make_contact(session, "Hal", organisation_id=organisation.id)
    page = client.get(address).text
    assert "Court of Examples" in page and "Latvia" in page and "Hal" in page
    edited = client.post(f"{address}/edit", data={"name": "High Court", "country": "LV", "version": "1"})
    assert edited.status_code == 303
    stale = client.post(f"{address}/edit", data={"name": "Low Court", "country": "LV", "version": "1"})
    assert stale.status_code == 409 and "High Court" in stale.text and "Low Court" in stale.text
    assert client_of(people["head"]).get(f"{address}/edit").status_code == 403
    assert client_of(people["outside_counsel"]).get(address).status_code == 404


def test_a_contact_that_is_not_there_is_not_found(act_as: ActAs, people: People) -> None:
    from tracker.core.ids import new_id

    with act_as(people["head"]) as session, pytest.raises(NotVisible):
        get_contact(session, acting(people["head"]), new_id())


def test_a_new_contact_brings_its_new_organisation_along_when_that_is_ticked(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    client = client_of(people["coordinator"])
    form = {
        "name": "Gus Example",
        "organisation": "Court of Nowhere",
        "offices-0-title": "Registrar",
        "offices-0-organisation": "court of nowhere",
        "offices-1-title": "Member",
        "offices-1-organisation": "Bar of Nowhere",
    }
    refused = client.post("/contacts/new", data=form)
    assert refused.status_code == 422 and "tick that it is to be made" in refused.text
    assert 'name="new_organisations"' in refused.text and "Court of Nowhere" in refused.text
    for name in ("Gus Example", "Ada Example"):  # the second finds them made
        answer = client.post("/contacts/new", data=form | {"name": name, "new_organisations": "y"})
        assert answer.status_code == 303
        page = client.get(answer.location).text
        assert "Court of Nowhere" in page and "Bar of Nowhere" in page
    with act_as(OPERATOR) as session:
        names = sorted(session.scalars(select(Organisation.name)))
        at_court = select(Contact.name).join(Organisation, Organisation.id == Contact.organisation_id)
        found = session.scalars(at_court.where(Organisation.name == "Court of Nowhere")).all()
    assert set(found) == {"Ada Example", "Gus Example"}
    assert names == ["Bar of Nowhere", "Court of Nowhere"]


def test_a_contact_that_is_refused_leaves_no_organisation_behind(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    form = {"organisation": "Court of Nowhere", "new_organisations": "y"}  # neither a name nor an office
    assert client_of(people["coordinator"]).post("/contacts/new", data=form).status_code == 422
    form["name"] = "Gus Example"  # from outside an organisation of nobody's would not be seen
    assert client_of(people["outside_counsel"]).post("/contacts/new", data=form).status_code in (403, 422)
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Organisation)).all() == []
