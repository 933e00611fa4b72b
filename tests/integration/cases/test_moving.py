"""Every kind of move, through the service, on a real database, as the app's role."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.person import acting
from tracker.cases import services
from tracker.cases.models import Case, CaseEvent
from tracker.cases.services import NewEntry
from tracker.core.actor import OPERATOR
from tracker.core.dates import VagueDate
from tracker.core.errors import Conflict, Invalid, NotLawful, NotPermitted, NotVisible

CONSIDERING = (("considering", "2025-03-01"),)


def entry(status: str, on: str | None = "2025-06-01", **said) -> NewEntry:
    return NewEntry(when=VagueDate(on), summary=f"Now {status}", status=status, **said)


@pytest.fixture
def move(act_as, officer):
    def change(case: Case, new: NewEntry, who=None, version: int | None = None) -> tuple[Case, CaseEvent]:
        person = who or officer
        with act_as(person) as session:
            event = services.change_status(session, acting(person), case.id, new, version)
            return session.get_one(Case, case.id), event

    return change


@pytest.fixture
def new_case(act_as, officer):
    def make(history=CONSIDERING, lead=officer, **said) -> Case:
        with act_as(OPERATOR) as session:
            return make_case(session, history, lead=lead, **said)

    return make


def test_a_forward_move_gives_the_case_its_new_status_and_phase(new_case, move) -> None:
    case, event = move(new_case(), entry("decision_taken", reference_no="12/2025"))
    assert (case.status, case.phase, case.status_since, event.move) == (
        "decision_taken",
        "open",
        "2025-06-01",
        "forward",
    )


def test_a_move_back_is_recorded_as_one(new_case, move) -> None:
    facts = {"said_by": "The minister", "office": "MFA", "confidential": False}
    _, event = move(new_case((("political_support", "2025-03-01"),)), entry("considering", facts=facts))
    assert event.move == "back"


def test_a_suspended_case_remembers_what_it_left_and_where_it_will_return(new_case, move) -> None:
    case, event = move(new_case(), entry("declined_for_now", reason="Elections", resume_to="considering"))
    assert (case.phase, case.left_status, case.resume_to, event.move) == (
        "paused",
        "considering",
        "considering",
        "suspend",
    )


def test_a_case_may_return_to_the_status_it_left_though_the_table_does_not_list_it(new_case, move) -> None:
    case = new_case((("political_support", "2025-03-01"), ("declined_for_now", "2025-04-01")))
    case, event = move(case, entry("political_support", facts={"text": "They support it"}))
    assert (case.status, event.move, case.left_status) == ("political_support", "resume", None)


def test_closing_asks_for_an_outcome_and_keeps_it(new_case, move) -> None:
    case = new_case()
    with pytest.raises(Invalid) as refusal:
        move(case, entry("not_pursued", reason="No interest"))
    assert [fault.path for fault in refusal.value.faults] == ["outcome"]
    case, event = move(case, entry("not_pursued", reason="No interest", outcome="Given up"))
    assert (case.phase, case.outcome, event.move) == ("closed", "Given up", "close")


def test_closing_is_for_leads_and_heads_only(new_case, move, people) -> None:
    closing = entry("not_pursued", reason="No interest", outcome="Given up")
    case = new_case(lead=people["coordinator"])
    with pytest.raises(NotPermitted):
        move(case, closing)
    closed, _ = move(case, closing, people["head"])
    assert closed.phase == "closed"


def test_a_closed_case_cannot_be_reopened_without_new_facts(new_case, move) -> None:
    case = new_case((("considering", "2025-01-01"), ("not_pursued", "2025-03-01")))
    facts = {"state_party": True, "instrument": "Referral"}
    with pytest.raises(Invalid) as refusal:
        move(case, entry("identified", facts=facts))
    assert [fault.path for fault in refusal.value.faults] == ["new_facts"]
    case, event = move(case, entry("identified", facts=facts, new_facts="A new government"))
    assert (case.phase, event.move, case.outcome) == ("prep", "reopen", None)


def test_a_jump_must_be_said(new_case, move) -> None:
    case = new_case((("identified", "2025-01-01"),))
    facts = {"joining_kind": "own_referral"}
    with pytest.raises(NotLawful):
        move(case, entry("joined", facts=facts, reference_no="7"))
    _, event = move(case, entry("joined", facts=facts, reference_no="7", kind="jump"))
    assert event.move == "jump"


def test_saying_the_status_again_opens_a_new_period_and_keeps_since(new_case, move) -> None:
    facts = {"said_by": "The minister", "office": "MFA", "confidential": False}
    case, _ = move(new_case(), entry("considering", facts=facts))
    assert (case.status, case.status_since) == ("considering", "2025-03-01")


def test_an_unlawful_move_names_what_would_be_lawful(new_case, move) -> None:
    with pytest.raises(NotLawful) as refusal:
        move(new_case(), entry("in_force"))
    assert "decision_taken" in refusal.value.lawful


def test_every_missing_fact_is_named_and_nothing_is_written(new_case, move, act_as) -> None:
    case = new_case((("considering", "2025-01-01"),))
    with pytest.raises(Invalid) as refusal:
        move(case, entry("joined"))
    assert {fault.path for fault in refusal.value.faults} == {"facts.joining_kind", "reference_no"}
    with act_as(OPERATOR) as session:
        assert len(session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).all()) == 1


def test_the_second_of_two_editors_is_told(new_case, move) -> None:
    case = new_case()
    moved, _ = move(case, entry("decision_taken", reference_no="1"), version=case.version)
    with pytest.raises(Conflict) as told:
        move(case, entry("declined_for_now", reason="No", resume_to="considering"), version=case.version)
    assert told.value.current_version == moved.version


def test_a_stranger_finds_no_sealed_case(new_case, move, people) -> None:
    case = new_case(level="sealed")
    with pytest.raises(NotVisible):
        move(case, entry("decision_taken", reference_no="1"), people["other"])


def test_a_coordinator_without_membership_may_not_move(new_case, move, people) -> None:
    with pytest.raises(NotPermitted):
        move(new_case(), entry("decision_taken", reference_no="1"), people["coordinator"])


def test_a_backfilled_status_stands_where_it_happened(new_case, move) -> None:
    case = new_case((("identified", "2025-01-01"), ("considering", "2025-05-01")))
    facts = {"who_met_whom": "A met B", "document_handed": "None", "promise_made": "None"}
    case, event = move(case, entry("approached", "2025-03", facts=facts))
    assert case.status == "considering"
    assert 1 < event.place < 2


def test_a_backfilled_status_may_not_break_what_follows(new_case, move) -> None:
    case = new_case((("considering", "2025-01-01"), ("political_support", "2025-05-01")))
    with pytest.raises(NotLawful) as refusal:
        move(case, entry("joined", "2025-03-01", facts={"joining_kind": "own_referral"}, reference_no="7"))
    assert "Event 2" in refusal.value.message


def test_what_came_before_the_first_known_status_can_be_entered_later(new_case, move) -> None:
    facts = {"who_met_whom": "A met B", "document_handed": "None", "promise_made": "None"}
    case, _ = move(new_case(), entry("approached", "2024-12", facts=facts))
    assert case.status == "considering"


REQUESTED = (("requested", "2025-03-01"),)
WARRANT = {"counts": "Deportation", "access_list": "Two people"}


@pytest.mark.parametrize("level", ["public", "internal", "restricted"])
def test_a_warrant_is_not_issued_under_seal_in_a_case_that_others_see(new_case, move, level: str) -> None:
    case = new_case(REQUESTED, pathway="arrest_warrant", level=level)
    sealed = entry("issued_sealed", facts=WARRANT, authority="The court", reference_no="1", source="A letter")
    with pytest.raises(Invalid) as refusal:
        move(case, sealed)
    assert [fault.path for fault in refusal.value.faults] == ["level"]
    _, event = move(case, replace(sealed, level="sealed"))
    assert event.level == "sealed"


def test_a_warrant_that_was_under_seal_once_may_be_recorded_in_an_open_case(new_case, move) -> None:
    history = (("requested", "2025-03-01"), ("issued_public", "2025-09-01"))
    case, _ = move(
        new_case(history, pathway="arrest_warrant"),
        entry("issued_sealed", facts=WARRANT, authority="The court", reference_no="1", source="A letter"),
    )
    assert case.status == "issued_public"
