"""A wrong entry is voided and entered anew; both are kept, and what remains must hold together."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.person import acting
from tests.support.acting import ActAs
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases import services
from tracker.cases.models import Case, CaseEvent
from tracker.cases.services import NewEntry
from tracker.core.actor import OPERATOR
from tracker.core.dates import VagueDate
from tracker.core.errors import Conflict, Invalid, NotLawful, NotPermitted

HISTORY = (("identified", "2025-01-01"), ("approached", "2025-02-01"), ("considering", "2025-03-01"))


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, HISTORY, lead=officer)


def events_of(act_as: ActAs, case: Case) -> list[CaseEvent]:
    with act_as(OPERATOR) as session:
        return list(session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.place)))


def event_id(act_as: ActAs, case: Case, status: str) -> UUID:
    return next(event.id for event in events_of(act_as, case) if event.status == status and event.voided_at is None)


def test_the_status_follows_from_what_remains(act_as: ActAs, officer: Person, case: Case) -> None:
    last = event_id(act_as, case, "considering")
    with act_as(officer) as session:
        services.void_event(session, acting(officer), case.id, last, "Wrong state")
    with act_as(OPERATOR) as session:
        assert session.get_one(Case, case.id).status == "approached"
        kept = session.get_one(CaseEvent, last)
        assert (kept.void_reason, kept.voided_by_id) == ("Wrong state", officer.id)
        assert session.scalar(select(AuditEntry).where(AuditEntry.action == "case.event_voided")) is not None


def test_voiding_asks_for_a_reason(act_as: ActAs, officer: Person, case: Case) -> None:
    last = event_id(act_as, case, "considering")
    with act_as(officer) as session, pytest.raises(Invalid):
        services.void_event(session, acting(officer), case.id, last, "  ")


def test_an_entry_that_later_ones_stand_on_is_not_voided_alone(act_as: ActAs, officer: Person) -> None:
    history = (("considering", "2025-01-01"), ("political_support", "2025-02-01"), ("position_reversed", "2025-03-01"))
    with act_as(OPERATOR) as session:
        case = make_case(session, history, lead=officer)
    middle = event_id(act_as, case, "political_support")
    with act_as(officer) as session, pytest.raises(NotLawful) as refusal:
        services.void_event(session, acting(officer), case.id, middle, "Wrong")
    assert "Event 3" in refusal.value.message


def test_the_only_status_of_a_case_is_not_voided_alone(act_as: ActAs, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
    with act_as(officer) as session, pytest.raises(NotLawful):
        services.void_event(session, acting(officer), case.id, event_id(act_as, case, "considering"), "Wrong")


def test_an_entry_is_not_voided_twice(act_as: ActAs, officer: Person, case: Case) -> None:
    last = event_id(act_as, case, "considering")
    with act_as(officer) as session:
        services.void_event(session, acting(officer), case.id, last, "Wrong")
    with act_as(officer) as session, pytest.raises(Conflict):
        services.void_event(session, acting(officer), case.id, last, "Wrong")


def test_a_corrected_entry_keeps_its_place_and_names_what_it_replaces(
    act_as: ActAs, officer: Person, case: Case
) -> None:
    old = event_id(act_as, case, "approached")
    right = NewEntry(when=VagueDate("2025-02-01"), summary="Approached in Riga", status="approached")
    with act_as(officer) as session:
        services.replace_event(session, acting(officer), case.id, old, "Wrong place", right)
    events = events_of(act_as, case)
    new = next(event for event in events if event.replaces_id == old)
    assert (int(new.place), new.summary) == (2, "Approached in Riga")
    assert [event.voided_at is not None for event in events if event.id == old] == [True]


def test_a_corrected_date_moves_the_entry(act_as: ActAs, officer: Person, case: Case) -> None:
    with act_as(OPERATOR) as session:
        note = make_event(session, session.get_one(Case, case.id), 4, "2025-04-01")
    right = NewEntry(when=VagueDate("2024-12-01"), summary="It was earlier")
    with act_as(officer) as session:
        new = services.replace_event(session, acting(officer), case.id, note.id, "Wrong year", right)
    assert new.place < 1


def test_what_the_old_entry_did_not_know_the_new_one_need_not_know(act_as: ActAs, officer: Person, case: Case) -> None:
    old = event_id(act_as, case, "considering")
    said = NewEntry(when=VagueDate("2025-03-02"), summary="A day later", status="considering", facts={"office": "MFA"})
    with act_as(officer) as session:
        new = services.replace_event(session, acting(officer), case.id, old, "Wrong day", said)
    assert new.facts == {"office": "MFA"}


def test_a_correction_may_not_break_what_follows(act_as: ActAs, officer: Person, case: Case) -> None:
    old = event_id(act_as, case, "approached")
    wrong = NewEntry(
        when=VagueDate("2025-02-01"), summary="Given up", status="not_pursued", outcome="None", reason="No interest"
    )
    with act_as(officer) as session, pytest.raises(NotLawful):
        services.replace_event(session, acting(officer), case.id, old, "Wrong", wrong)


def test_a_coordinator_without_a_part_in_the_case_voids_nothing(
    act_as: ActAs, people: dict[str, Person], case: Case
) -> None:
    coordinator = people["coordinator"]
    with act_as(coordinator) as session, pytest.raises(NotPermitted):
        services.void_event(session, acting(coordinator), case.id, event_id(act_as, case, "considering"), "Wrong")


def test_history_cannot_be_overwritten_even_by_sql(act_as: ActAs, officer: Person, case: Case) -> None:
    from sqlalchemy import update
    from sqlalchemy.exc import ProgrammingError

    with pytest.raises(ProgrammingError, match="permission denied"), act_as(officer) as session:
        session.execute(update(CaseEvent).values(summary="Something else"))
