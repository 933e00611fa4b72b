"""Opening a case, editing its facts, its members, its level, its links, its subjects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.contact import make_contact
from tests.factories.dossier import make_dossier
from tests.factories.person import acting
from tests.support.acting import ActAs
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person
from tracker.cases import services
from tracker.cases.belongings import contacts_on_case, links_of, subjects_on_case
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import get_case, membership_of
from tracker.cases.services import CaseFacts, NewCase, NewEntry, SubjectOnCase, opening
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.dates import VagueDate
from tracker.core.errors import Conflict, Invalid, NotLawful, NotPermitted, NotVisible

FACTS = {"state_party": True, "instrument": "Referral"}
People = dict[str, Person]


def first_entry(**said: Any) -> NewEntry:
    fields: dict[str, Any] = {"status": "identified", "facts": FACTS, "summary": "Identified"} | said
    return NewEntry(when=VagueDate("2026-01-05"), **fields)


def new_case(**said: Any) -> NewCase:
    fields: dict[str, Any] = {"pathway": "country_accession", "title": "Norway joins", "entry": first_entry()} | said
    return NewCase(**fields)


@pytest.mark.parametrize("level", ["public", "internal", "restricted", "sealed"])
def test_who_opens_a_case_leads_and_sees_it(act_as: ActAs, officer: Person, level: str) -> None:
    with act_as(officer) as session:
        case = services.open_case(session, acting(officer), new_case(level=level))
    with act_as(officer) as session:
        found = get_case(session, acting(officer), case.reference)
        assert (found.status, found.lead_id, found.level) == ("identified", officer.id, level)
        assert membership_of(session, acting(officer), case.id) == "lead"
        assert found.reference.startswith("ACC-")


def test_a_new_case_takes_the_level_that_its_status_asks_for(act_as: ActAs, officer: Person) -> None:
    entry = first_entry(status="evidence_gathering", facts={"forum": "PL", "counsel": "A firm", "complainants": 3})
    with act_as(officer) as session:
        case = services.open_case(session, acting(officer), new_case(pathway="universal_jurisdiction", entry=entry))
    assert case.level == "restricted"


@pytest.mark.parametrize("role", ["head", "outside_counsel", "administrator"])
def test_others_open_no_case(act_as: ActAs, people: People, role: str) -> None:
    with act_as(people[role]) as session, pytest.raises(NotPermitted):
        services.open_case(session, acting(people[role]), new_case())


def test_a_case_begins_with_an_initial_status(act_as: ActAs, officer: Person) -> None:
    with act_as(officer) as session, pytest.raises(NotLawful):
        services.open_case(session, acting(officer), new_case(entry=first_entry(status="joined", reference_no="1")))


def test_every_fault_of_a_new_case_is_told_at_once(act_as: ActAs, officer: Person) -> None:
    wrong = new_case(title=" ", countries=("Norway",), details={"state_party": "maybe"}, level="secret")
    with act_as(officer) as session, pytest.raises(Invalid) as refusal:
        services.open_case(session, acting(officer), wrong)
    assert {fault.path for fault in refusal.value.faults} == {"title", "countries", "details.state_party", "level"}


def test_two_cases_never_share_a_reference(act_as: ActAs, officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["ACC-AAAA", "ACC-AAAA", "ACC-BBBB"])
    monkeypatch.setattr(opening, "new_reference", lambda _prefix, _attempt: next(drawn))
    with act_as(officer) as session:
        first = services.open_case(session, acting(officer), new_case())
        second = services.open_case(session, acting(officer), new_case())
    assert (first.reference, second.reference) == ("ACC-AAAA", "ACC-BBBB")


def facts(**said: Any) -> CaseFacts:
    fields = {"title": "New title", "summary": "", "countries": ("LV",), "dossier_id": None, "details": {}} | said
    return CaseFacts(**fields)


def test_editing_keeps_facts_that_the_form_did_not_show(act_as: ActAs, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer, details={"state": "Latvia", "imported_key": "kept"})
        dossier = make_dossier(session)
    with act_as(officer) as session:
        said = facts(details={"state": None, "instrument": "Referral"}, dossier_id=dossier.id)
        services.edit_facts(session, acting(officer), case.id, said, case.version)
    with act_as(OPERATOR) as session:
        found = session.get_one(Case, case.id)
        assert found.details == {"imported_key": "kept", "instrument": "Referral"}
        assert (found.title, found.dossier_id) == ("New title", dossier.id)


def test_the_second_editor_of_facts_is_told_and_overwrites_nothing(act_as: ActAs, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
    with act_as(officer) as session:
        services.edit_facts(session, acting(officer), case.id, facts(title="First"), case.version)
    with act_as(officer) as session, pytest.raises(Conflict):
        services.edit_facts(session, acting(officer), case.id, facts(title="Second"), case.version)
    with act_as(OPERATOR) as session:
        assert session.get_one(Case, case.id).title == "First"


def test_facts_that_rule_out_the_history_are_refused(act_as: ActAs, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("lit_filed", "2025"),), pathway="sanctions", lead=officer)
    with act_as(officer) as session, pytest.raises(NotLawful) as refusal:
        services.edit_facts(session, acting(officer), case.id, facts(details={"subtype": "listing"}), case.version)
    assert "Event 1" in refusal.value.message


def test_the_last_lead_of_a_sealed_case_goes_only_when_the_next_is_named(
    act_as: ActAs, officer: Person, people: People
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, level="sealed", lead=officer)
        membership = session.scalars(select(CaseMembership).where(CaseMembership.case_id == case.id)).one()
    with act_as(officer) as session, pytest.raises(Invalid) as refusal:
        services.end_membership(session, acting(officer), case.id, membership.id)
    assert [fault.path for fault in refusal.value.faults] == ["next_lead"]
    with act_as(officer) as session:
        services.end_membership(session, acting(officer), case.id, membership.id, people["other"].id)
    with act_as(officer) as session, pytest.raises(NotVisible):
        get_case(session, acting(officer), case.reference)
    with act_as(people["other"]) as session:
        assert get_case(session, acting(people["other"]), case.reference).lead_id == people["other"].id


def test_a_lead_does_not_demote_themselves_off_a_restricted_case(act_as: ActAs, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, level="restricted", lead=officer)
    with act_as(officer) as session, pytest.raises(Invalid):
        services.add_member(session, acting(officer), case.id, officer.id, "reader", "Less work")


@pytest.mark.parametrize("when", ["ends_at", "starts_at"])
@pytest.mark.parametrize("other", [None, "a lead whose time ends"])
def test_the_last_lead_of_a_sealed_case_gets_no_end_and_no_later_beginning(
    act_as: ActAs, officer: Person, people: People, when: str, other: str | None
) -> None:
    later = clock.now() + timedelta(days=1)
    with act_as(OPERATOR) as session:
        case = make_case(session, level="sealed", lead=officer)
        if other:
            join(session, case, people["coordinator"], "lead").ends_at = later
    with act_as(officer) as session, pytest.raises(Invalid, match="last lead"):
        services.add_member(session, acting(officer), case.id, officer.id, "lead", "A while", **{when: later})
    with act_as(OPERATOR) as session:
        join(session, session.get_one(Case, case.id), people["other"], "lead")
    for kind in ("lead", "member"):
        with act_as(officer) as session, pytest.raises(Invalid, match="would not see"):
            services.add_member(session, acting(officer), case.id, officer.id, kind, "Later", starts_at=later)
    with act_as(officer) as session:
        services.add_member(session, acting(officer), case.id, officer.id, "lead", "A while", ends_at=later)


@pytest.mark.parametrize("level", ["internal", "restricted", "sealed"])
def test_one_of_two_leads_becomes_a_member_by_themselves(
    act_as: ActAs, officer: Person, people: People, level: str
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, level=level, lead=officer)
        join(session, case, people["coordinator"], "lead")
    with act_as(officer) as session:
        services.add_member(session, acting(officer), case.id, officer.id, "member", "Less work")
    with act_as(officer) as session:
        assert membership_of(session, acting(officer), case.id) == "member"


def test_a_membership_of_another_kind_ends_the_former_and_keeps_it(
    act_as: ActAs, officer: Person, people: People
) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
        join(session, case, counsel, "reader")
    with act_as(officer) as session:
        services.add_member(session, acting(officer), case.id, counsel.id, "member", "Writes now")
    with act_as(OPERATOR) as session:
        rows = session.scalars(select(CaseMembership).where(CaseMembership.person_id == counsel.id)).all()
    assert {(row.kind, row.ended_at is None) for row in rows} == {("reader", False), ("member", True)}


@pytest.mark.parametrize("role", ["administrator"])
def test_who_works_on_no_case_becomes_no_member(act_as: ActAs, officer: Person, people: People, role: str) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
    with act_as(officer) as session, pytest.raises(Invalid):
        services.add_member(session, acting(officer), case.id, people[role].id, "member", "Curious")


def test_raising_the_level_may_end_ones_own_sight(act_as: ActAs, officer: Person, people: People) -> None:
    other = people["other"]
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
    with act_as(other) as session:
        assert services.raise_level(session, acting(other), case.id, "restricted", case.version) is False
    with act_as(other) as session, pytest.raises(NotVisible):
        get_case(session, acting(other), case.reference)
    with act_as(officer) as session:
        assert get_case(session, acting(officer), case.reference).level == "restricted"


def test_a_case_that_nobody_leads_is_not_hidden_from_everybody(act_as: ActAs, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session)
    with act_as(officer) as session, pytest.raises(Invalid):
        services.raise_level(session, acting(officer), case.id, "sealed", case.version)


def test_lowering_is_for_the_lead_and_unsealing_needs_a_second_person(
    act_as: ActAs, officer: Person, people: People
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, level="restricted", lead=officer)
        join(session, case, people["other"], "member")
        sealed = make_case(session, level="sealed", lead=officer)
    with act_as(people["other"]) as session, pytest.raises(NotPermitted):
        services.lower_level(session, acting(people["other"]), case.id, "internal", case.version)
    with act_as(officer) as session:
        services.lower_level(session, acting(officer), case.id, "internal", case.version)
        assert session.get_one(Case, case.id).level == "internal"
    with act_as(officer) as session, pytest.raises(Invalid) as refusal:
        services.lower_level(session, acting(officer), sealed.id, "restricted", sealed.version)
    assert "second person" in refusal.value.faults[0].message


def test_a_warrant_under_seal_keeps_its_level_without_exception(act_as: ActAs, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("issued_sealed", "2025"),), pathway="arrest_warrant", level="sealed", lead=officer)
        with pytest.raises(Invalid):
            services.lower_level(session, OPERATOR, case.id, "restricted", case.version)


def test_a_link_to_a_case_that_one_does_not_see_is_no_link(act_as: ActAs, officer: Person, people: People) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
        known = make_case(session)
        hidden = make_case(session, level="sealed", lead=people["other"])
        join(session, case, people["other"])
    with act_as(officer) as session:
        services.link_cases(session, acting(officer), case.id, known.reference.lower(), "joins")
        with pytest.raises(Invalid) as refusal:
            services.link_cases(session, acting(officer), case.id, hidden.reference, "related")
    assert [fault.path for fault in refusal.value.faults] == ["to"]
    with act_as(people["other"]) as session:
        services.link_cases(session, acting(people["other"]), case.id, hidden.reference, "related")
    with act_as(officer) as session:
        assert [line.other.id for line in links_of(session, acting(officer), case)] == [known.id]


def test_each_subject_has_their_own_charges_and_outcome(act_as: ActAs, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case, second = make_case(session, lead=officer), make_case(session, lead=officer)
    said = SubjectOnCase(name="A. Example", role="accused", counts=("Count 1", "Count 2"))
    with act_as(officer) as session:
        first = services.add_subject(session, acting(officer), case.id, said)
        again = SubjectOnCase(subject_id=first.subject_id, role="accused", outcome="Acquitted")
        services.add_subject(session, acting(officer), second.id, again)
        with pytest.raises(Invalid):
            services.add_subject(session, acting(officer), case.id, again)
    with act_as(officer) as session:
        (there,), (here,) = subjects_on_case(session, second), subjects_on_case(session, case)
        assert (here.counts, here.outcome, there.counts, there.outcome) == (
            ["Count 1", "Count 2"],
            None,
            None,
            "Acquitted",
        )


def test_a_contact_takes_a_role_on_a_case_once(act_as: ActAs, people: People, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
        contact = make_contact(session, name="An Ambassador")
    coordinator = people["coordinator"]
    with act_as(coordinator) as session:
        services.add_contact(session, acting(coordinator), case.id, contact.id, "ambassador")
        with pytest.raises(Invalid):
            services.add_contact(session, acting(coordinator), case.id, contact.id, "ambassador")
        assert [line.name for line in contacts_on_case(session, case)] == ["An Ambassador"]


def test_the_operator_opens_cases_without_becoming_lead(act_as: ActAs) -> None:
    with act_as(OPERATOR) as session:
        case = services.open_case(session, OPERATOR, new_case())
        assert case.lead_id is None
        assert session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).one().status == "identified"
