from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Person, PersonRole
from tracker.cases.models import Case, CaseContact, CaseEvent, CaseLink, Subject
from tracker.cases.queries import history_of
from tracker.contacts.models import Contact, Organisation
from tracker.core.actor import OPERATOR
from tracker.documents.models import DocumentRecord
from tracker.engagements.models import Commitment, Engagement
from tracker.followups.models import FollowUp
from tracker.interchange.reading import Reading
from tracker.interchange.sample_cases import SENDER, load_sample
from tracker.interchange.sample_removal import remove_sender
from tracker.interchange.services import import_dossier
from tracker.limitation.listing import AGAIN, ChargeFilters, charge_page_of
from tracker.limitation.models import UNVERIFIED, Charge, ChargeSubject
from tracker.limitation.rules import provision_for
from tracker.pathways.store import definitions
from tracker.periods.rules import Between
from tracker.periods.told import terms_of
from tracker.reminders.models import Reminder

TODAY = date(2026, 11, 22)
PEOPLE = {
    "officer@example.org": "legal_officer",
    "coordinator@example.org": "coordinator",
    "head@example.org": "head",
}


@pytest.fixture
def people(session: Session) -> dict[str, Person]:
    made = {email: Person(email=email, name=role) for email, role in PEOPLE.items()}
    session.add_all(made.values())
    session.flush()
    session.add_all(PersonRole(person_id=made[email].id, role=role) for email, role in PEOPLE.items())
    session.flush()
    return made


Load = Callable[[], dict[str, Any]]


@pytest.fixture
def load(session: Session, people: dict[str, Person]) -> Load:
    def load() -> dict[str, Any]:
        return dict(load_sample(session, OPERATOR, definitions(), TODAY))

    return load


def of(session: Session, model: Any) -> dict[str, Any]:
    return {row.ref: row for row in session.scalars(select(model).where(model.sender == SENDER))}


def test_the_sample_has_the_cases_of_the_documents_with_their_statuses(session: Session, load: Load) -> None:
    results = load()
    assert [result.errors for result in results.values()] == [[]] * 5
    cases = of(session, Case)
    assert {ref: case.status for ref, case in cases.items() if ref[0] == "C"} == {
        "C1": "investigation_open",
        "C2": "proposed",
        "C3": "suspects_charged",
        "C4": "investigation_open",
        "C5": "indicted",
        "C6": "proposed",
        "C7": "proposed",
        "C8": "renewed",
        "C9": "upr_review_scheduled",
        "C10": "upr_cycle_closed",
        "C11": "adopted",
        "C12": "ask_made",
        "C13": "ask_made",
        "C14": "reaffirmed",
        "C1-LV": "considering",
        "C1-SE": "considering",
        "C1-BE": "approached",
    }
    assert {cases[ref].level for ref in ("C1-LV", "C1-SE")} == {"restricted"}


def test_the_mandate_has_its_two_terms_whose_ends_nobody_gives(session: Session, load: Load) -> None:
    load()
    case = of(session, Case)["C8"]
    terms = terms_of(definitions().get(case.pathway), history_of(session, OPERATOR, case))
    assert [(term.event.status, term.span.begin.text, term.span.end.text) for term in terms] == [
        ("established", "2024-04-04", None),
        ("renewed", "2025-04-03", None),
    ]
    assert [term.event.facts["vote"] for term in terms] == [
        {"for": 24, "against": 6, "abstain": 17},
        {"for": 25, "against": 5, "abstain": 17},
    ]
    assert terms[1].before.kind is Between.UNKNOWN
    assert case.expires_on is None, "one year is no day: nobody reckons it"


def test_the_six_warrants_arise_from_the_case_of_the_polish_victims(session: Session, load: Load) -> None:
    load()
    cases = of(session, Case)
    warrants = {ref: case for ref, case in cases.items() if ref.startswith("W")}
    assert len(warrants) == 6
    links = session.scalars(select(CaseLink).where(CaseLink.from_case_id.in_([w.id for w in warrants.values()]))).all()
    assert {(link.to_case_id, link.kind) for link in links} == {(cases["C3"].id, "arises_from")}
    assert len(links) == 6


def test_meetings_promises_and_papers_of_the_documents_are_all_there(session: Session, load: Load) -> None:
    load()
    assert set(of(session, Engagement)) == {f"E{number}" for number in range(1, 13)}
    assert {f"A{number}" for number in range(1, 23)} <= set(of(session, Commitment))
    assert {f"SP{number}" for number in range(1, 9)} <= set(of(session, Commitment))
    assert set(of(session, DocumentRecord)) == {f"D{number}" for number in range(1, 9)}
    assert len(of(session, Contact)) == 19
    assert len(of(session, Organisation)) == 18


def test_loading_twice_changes_nothing_and_moves_no_follow_up(session: Session, load: Load) -> None:
    load()
    follow_up = of(session, FollowUp)["F-C1"]
    follow_up.due_on = date(2027, 1, 1)
    session.flush()
    for result in load().values():
        assert result.counts["created"] == result.counts["updated"] == {}
    assert of(session, FollowUp)["F-C1"].due_on == date(2027, 1, 1)


def test_illustrations_say_so_are_assigned_and_are_reminded_of(session: Session, load: Load) -> None:
    load()
    follow_ups = of(session, FollowUp).values()
    assert sorted((row.due_on - TODAY).days for row in follow_ups) == [-2, 0, 1, 1, 3, 3, 7, 20]
    assert all(row.title.startswith("Illustration: ") for row in follow_ups)
    assert all(row.assignee_id is not None for row in follow_ups)
    reminded = set(session.scalars(select(Reminder.subject_id)))
    assert {row.id for row in follow_ups if row.due_on > TODAY} <= reminded


def test_charges_are_illustrations_too_one_of_each_state_of_limitation_and_name_nobody(
    session: Session, load: Load
) -> None:
    load()
    load()
    charges = {row.ref: row for row in session.scalars(select(Charge))}
    assert {ref: (one.jurisdiction, one.crime, one.limitation, one.lapses_on) for ref, one in charges.items()} == {
        "CH-ICC": ("ICC", "crimes_against_humanity", "none", None),
        "CH-PL": ("PL", "ordinary", "date", date(2030, 8, 12)),
        "CH-US": ("US", "ordinary", "unknown", None),
    }
    assert all(row.offence.startswith("Illustration: ") and row.note for row in charges.values())
    assert session.scalar(select(func.count()).select_from(ChargeSubject)) == 0
    offered = provision_for("ICC", "crimes_against_humanity")
    assert offered is not None
    core = charges["CH-ICC"]
    assert (core.limitation_source, core.certainty) == (offered.source, offered.certainty), "as the domain pages say"
    assert charges["CH-PL"].certainty in UNVERIFIED, "a period that nobody here has read in the law"
    asking = charge_page_of(session, OPERATOR, ChargeFilters(AGAIN), TODAY).rows
    assert [row.id for row in asking] == [charges["CH-PL"].id], "its suspension was not weighed"


def test_without_the_sample_people_their_work_is_a_gap(session: Session) -> None:
    results = dict(load_sample(session, OPERATOR, definitions(), TODAY))
    assert not any(result.errors for result in results.values())
    assert any("officer@example.org" in gap.message for gap in results["20-cases.yaml"].gaps)
    assert of(session, FollowUp)["F-C1"].assignee_named == "officer@example.org"


def test_removing_takes_the_sample_out_even_after_edits(session: Session, load: Load) -> None:
    load()
    case = of(session, Case)["C1"]
    session.add(FollowUp(case_id=case.id, title="A user's own, on a sample case"))
    session.add(CaseEvent(case_id=case.id, place=99, summary="A user's entry", definition_version=1))
    session.add(Commitment(case_id=case.id, text="A user's", kind="ask"))
    session.flush()
    answer = remove_sender(session, OPERATOR, SENDER)
    assert answer["removed"]["cases"] == 23
    assert answer["removed"]["follow_ups"] == 9
    assert answer["kept"] == {}
    for model in (Case, CaseEvent, Charge, FollowUp, Reminder, Contact, Organisation, Subject, Engagement, Commitment):
        assert session.scalar(select(func.count()).select_from(model)) == 0
    assert remove_sender(session, OPERATOR, SENDER) == {"removed": {}, "kept": {}}


def test_removing_keeps_what_people_made_on_their_own_cases(session: Session, load: Load) -> None:
    load()
    own = {
        "format": "accountability-dossier/1",
        "sender": "ours",
        "cases": [
            {
                "ref": "OWN",
                "pathway": "icc_referral",
                "title": "Our own",
                "contacts": [{"contact": f"{SENDER}::K-STANIULIS", "role": "permanent_mission"}],
                "links": [{"to": f"{SENDER}::C1", "kind": "related"}],
                "events": [{"status": "preparing", "summary": "Begun"}],
            }
        ],
        "engagements": [
            {"ref": "E", "kind": "call", "cases": ["OWN"], "participants": [f"{SENDER}::K-KURMAN"]},
            {"ref": "E-ON-SAMPLE", "kind": "call", "cases": [f"{SENDER}::C1"]},
        ],
    }
    assert import_dossier(session, OPERATOR, Reading(own, []), definitions()).errors == []
    answer = remove_sender(session, OPERATOR, SENDER)
    assert answer["kept"] == {"contacts": 2, "organisations": 1, "posts": 2}  # the offices of those two
    assert [case.ref for case in session.scalars(select(Case))] == ["OWN"]
    assert [row.ref for row in session.scalars(select(Engagement))] == ["E"]
    assert session.scalar(select(func.count()).select_from(CaseContact)) == 1
