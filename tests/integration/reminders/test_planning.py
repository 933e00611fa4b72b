"""Rows of the outbox are written with the change, and again by the sweep, which misses and doubles nothing."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from tests.factories.case import join, make_case
from tests.factories.person import acting, make_person
from tests.factories.reminder import make_due_work
from tests.support.planning import sweep_at
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.database import Database
from tracker.followups import services as follow_ups
from tracker.followups.models import FollowUp
from tracker.reminders import nudge
from tracker.reminders.models import Reminder, ReminderPreference
from tracker.reminders.planning import differences
from tracker.reminders.planning import sweeping as planning

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DUE = date(2026, 12, 1)


def rows(database: Database, **wanted: Any) -> list[Reminder]:
    with database.unit_of_work(OPERATOR) as session:
        return list(session.scalars(select(Reminder).filter_by(**wanted).order_by(Reminder.scheduled_at)))


@pytest.fixture
def office(database: Database) -> dict[str, Any]:
    """A case, the officer who leads it and a colleague."""
    with database.unit_of_work(OPERATOR) as session:
        officer, colleague = make_person(session, "legal_officer"), make_person(session, "coordinator")
        case = make_case(session, lead=officer)
        return {"officer": officer, "colleague": colleague, "case": case}


def give(database: Database, giver: Person, office: dict[str, Any], to: Person, due_on: date | None = DUE) -> UUID:
    with clock.fixed(NOW), database.unit_of_work(acting(giver)) as session:
        follow_up = follow_ups.add_follow_up(
            session, acting(giver), office["case"], title="Ask the ministry", due_on=due_on, assignee_id=to.id
        )
        return follow_up.id


def change(database: Database, who: Person, follow_up_id: UUID, service: Any, *said: Any) -> None:
    with clock.fixed(NOW), database.unit_of_work(acting(who)) as session:
        service(session, acting(who), session.get(FollowUp, follow_up_id), *said)


def sweep(database: Database, now: datetime = NOW) -> int:
    return sweep_at(database, now)


def test_a_follow_up_given_to_a_colleague_is_promised_with_the_change(
    database: Database, office: dict[str, Any]
) -> None:
    follow_up_id = give(database, office["officer"], office, office["colleague"])
    planned = rows(database, subject_id=follow_up_id)
    assert Counter(row.kind for row in planned) == {"assigned": 1, "before": 3, "on_the_day": 1, "overdue": 1}
    assert {row.recipient_id for row in planned} == {office["colleague"].id}
    assert planned[0].kind == "assigned" and planned[0].send_at == NOW
    assert len({row.message_id for row in planned}) == len({row.number for row in planned}) == 6


def test_what_one_gives_oneself_needs_no_word(database: Database, office: dict[str, Any]) -> None:
    follow_up_id = give(database, office["officer"], office, office["officer"])
    assert "assigned" not in {row.kind for row in rows(database, subject_id=follow_up_id)}


def test_an_undone_change_promises_nothing(database: Database, office: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError), database.unit_of_work(acting(office["officer"])) as session:
        follow_ups.add_follow_up(
            session, acting(office["officer"]), office["case"], title="T", due_on=DUE, assignee_id=office["officer"].id
        )
        raise RuntimeError
    assert rows(database) == []


def test_another_day_withdraws_the_old_promises_and_makes_new_ones(database: Database, office: dict[str, Any]) -> None:
    follow_up_id = give(database, office["officer"], office, office["officer"])
    change(database, office["officer"], follow_up_id, follow_ups.change_due, DUE + timedelta(days=30))
    found = rows(database, subject_id=follow_up_id)
    assert Counter((row.status, row.last_error) for row in found) == {
        ("cancelled", "date_changed"): 5,
        ("planned", None): 5,
    }


def test_done_withdraws_and_reopened_brings_back_what_is_still_ahead(
    database: Database, office: dict[str, Any]
) -> None:
    follow_up_id = give(database, office["officer"], office, office["officer"])
    change(database, office["officer"], follow_up_id, follow_ups.complete)
    assert {(row.status, row.last_error) for row in rows(database)} == {("cancelled", "closed")}
    change(database, office["officer"], follow_up_id, follow_ups.reopen)
    assert Counter(row.status for row in rows(database))["planned"] == 5
    assert len(rows(database, status="planned")) == len({row.due_key for row in rows(database, status="planned")})


def test_reassigned_the_new_one_is_told_and_the_old_one_is_left_in_peace(
    database: Database, office: dict[str, Any]
) -> None:
    follow_up_id = give(database, office["officer"], office, office["officer"])
    change(database, office["officer"], follow_up_id, follow_ups.assign, office["colleague"].id)
    of_old = rows(database, recipient_id=office["officer"].id)
    of_new = rows(database, recipient_id=office["colleague"].id)
    assert {(row.status, row.last_error) for row in of_old} == {("cancelled", "reassigned")}
    assert Counter(row.kind for row in of_new if row.status == "planned")["assigned"] == 1


def test_planning_does_not_raise_the_version_that_edits_are_held_against(
    database: Database, office: dict[str, Any]
) -> None:
    follow_up_id = give(database, office["officer"], office, office["colleague"])
    with database.unit_of_work(OPERATOR) as session:
        before = session.get_one(FollowUp, follow_up_id).version
        session.execute(text("UPDATE follow_ups SET next_plan_at = now()"))
    sweep(database, datetime(2027, 1, 1, tzinfo=UTC))
    with database.unit_of_work(OPERATOR) as session:
        assert session.get_one(FollowUp, follow_up_id).version == before


def test_the_sweep_finds_what_no_handler_planned_and_a_second_one_adds_nothing(
    database: Database, office: dict[str, Any]
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        for day in range(3):
            make_due_work(session, office["case"], office["officer"], DUE + timedelta(days=day), next_plan_at=NOW)
        make_due_work(session, office["case"], None, DUE, next_plan_at=NOW)
        make_due_work(session, office["case"], office["officer"], DUE, next_plan_at=NOW, status="done")
    assert sweep(database) == 16  # five for each that somebody has, and that nobody has the fourth, for the lead
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE follow_ups SET next_plan_at = :now"), {"now": NOW})
    assert sweep(database) == 0
    assert len(rows(database)) == 16


def test_the_sweep_touches_only_what_is_due_for_planning(database: Database, office: dict[str, Any]) -> None:
    with database.unit_of_work(OPERATOR) as session:
        make_due_work(session, office["case"], office["officer"], DUE, next_plan_at=NOW + timedelta(days=1))
        make_due_work(session, office["case"], office["officer"], DUE, next_plan_at=None)
    assert sweep(database) == 0
    assert sweep(database, NOW + timedelta(days=1)) == 5


def test_three_planners_at_once_make_exactly_the_expected_rows(database: Database, office: dict[str, Any]) -> None:
    with database.unit_of_work(OPERATOR) as session:
        for _ in range(60):
            make_due_work(session, office["case"], office["officer"], DUE, next_plan_at=NOW)
    start = threading.Barrier(3)

    def plan() -> None:
        start.wait()
        while True:
            with database.unit_of_work(PLANNER) as session:
                if not planning.sweep(session, NOW, limit=7)[1]:
                    return

    planners = [threading.Thread(target=plan) for _ in range(3)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join(60)
    assert len(rows(database)) == 300


def test_one_follow_up_that_can_not_be_planned_does_not_stop_the_others(
    database: Database, office: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        made = [make_due_work(session, office["case"], office["officer"], DUE, next_plan_at=NOW) for _ in range(5)]
    bad = made[2].id
    compare = differences.compare

    def break_on_one(found: Any, subject: Any, *rest: Any, **named: Any) -> None:
        if subject.follow_up_id == bad:
            raise ZeroDivisionError
        compare(found, subject, *rest, **named)

    monkeypatch.setattr("tracker.reminders.planning.sweeping.compare", break_on_one)
    assert sweep(database) == 20
    assert rows(database, subject_id=bad) == []
    monkeypatch.undo()
    assert sweep(database, NOW + planning.RETRY_AFTER) >= 5


def test_a_persons_wishes_shape_the_plan(database: Database, office: dict[str, Any]) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.add(ReminderPreference(person_id=office["officer"].id, days_before=[10]))
        make_due_work(session, office["case"], office["officer"], DUE, next_plan_at=NOW)
    sweep(database)
    assert [row.due_key for row in rows(database)] == ["1:-10", "1:0", "1:+1"]


def test_a_new_member_is_reminded_of_what_was_withheld_before(database: Database) -> None:
    from tracker.cases.happened import MembershipChanged

    with database.unit_of_work(OPERATOR) as session:
        lead, outsider = make_person(session, "legal_officer"), make_person(session, "legal_officer")
        case = make_case(session, lead=lead, level="restricted")
        follow_up = make_due_work(session, case, outsider, DUE, next_plan_at=None)
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        join(session, case, outsider)
        planning.replan_member(session, MembershipChanged(case.id, outsider.id, OPERATOR))
    assert sweep(database) == 5
    assert {row.subject_id for row in rows(database)} == {follow_up.id}


def test_the_planner_reads_ids_and_due_facts_only(database: Database, office: dict[str, Any]) -> None:
    from sqlalchemy.exc import ProgrammingError

    for column in (FollowUp.title, FollowUp.notes):
        with pytest.raises(ProgrammingError, match="permission denied"), database.unit_of_work(PLANNER) as session:
            session.execute(select(column))


def test_a_word_to_the_worker_waits_for_the_commit_and_its_failure_is_harmless(
    database: Database, office: dict[str, Any]
) -> None:
    counted: list[int] = []

    def tap() -> None:
        with database.unit_of_work(OPERATOR) as session:
            counted.append(session.scalar(select(func.count()).select_from(Reminder)) or 0)
        raise ConnectionError("the broker is away")

    nudge.use(tap)
    try:
        give(database, office["officer"], office, office["colleague"])
    finally:
        nudge.use(None)
    assert counted == [6]
