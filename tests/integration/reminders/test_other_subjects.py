"""What is no follow-up's: another status on a watched case, a period that ends, a head's week; and the slow sweep."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from tests.factories.case import join, make_case
from tests.factories.person import acting, make_person
from tests.factories.reminder import make_due_work
from tests.support.planning import rows_of, sweep_at
from tracker.accounts import services as accounts
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent
from tracker.cases.services.entries import NewEntry
from tracker.cases.services.levels import raise_level
from tracker.cases.services.moving import change_status
from tracker.cases.services.voiding import void_event
from tracker.cases.services.watching import watch_case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.dates import VagueDate
from tracker.reminders import services
from tracker.reminders.models import Reminder, ReminderPlan
from tracker.reminders.services import Wishes

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SUPPORT = NewEntry(
    when=VagueDate("2026-11-02"), summary="They support it.", status="political_support", facts={"text": "Support."}
)


@pytest.fixture
def people(database: Database) -> dict[str, Person]:
    with database.unit_of_work(OPERATOR) as session:
        roles = {"lead": "legal_officer", "watcher": "coordinator", "other": "legal_officer", "head": "head"}
        return {name: make_person(session, role) for name, role in roles.items()}


@pytest.fixture
def case(database: Database, people: dict[str, Person]) -> Case:
    with database.unit_of_work(OPERATOR) as session:
        return make_case(session, lead=people["lead"])


def moved(database: Database, case: Case, who: Person) -> CaseEvent:
    with clock.fixed(NOW), database.unit_of_work(acting(who)) as session:
        return change_status(session, acting(who), case.id, SUPPORT)


def watched(database: Database, case: Case, *who: Person) -> None:
    for person in who:
        with clock.fixed(NOW), database.unit_of_work(acting(person)) as session:
            watch_case(session, acting(person), case.id)


def test_another_status_is_told_to_those_who_watch_the_case_but_not_to_whoever_entered_it(
    database: Database, case: Case, people: dict[str, Person]
) -> None:
    watched(database, case, people["watcher"], people["lead"])
    event = moved(database, case, people["lead"])
    sweep_at(database, NOW)
    [row] = rows_of(database, kind="status_changed")
    assert (row.recipient_id, row.subject_id, row.due_key) == (people["watcher"].id, event.id, str(event.id))
    assert (row.subject_type, row.case_id, row.send_at) == ("case_event", case.id, NOW)
    sweep_at(database, NOW)
    assert len(rows_of(database, kind="status_changed")) == 1


def test_a_voided_entry_and_a_lost_sight_withdraw_the_news(
    database: Database, case: Case, people: dict[str, Person]
) -> None:
    watched(database, case, people["watcher"])
    event = moved(database, case, people["lead"])
    sweep_at(database, NOW)
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        raise_level(session, OPERATOR, case.id, "restricted", session.get_one(Case, case.id).version)
    sweep_at(database, NOW)
    assert {row.last_error for row in rows_of(database, kind="status_changed")} == {"not_visible"}
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        join(session, case, people["watcher"])
        session.execute(text("SELECT app_plan_subject('case_event', :id, NULL, :at)"), {"id": event.id, "at": NOW})
    sweep_at(database, NOW)
    assert {row.status for row in rows_of(database, kind="status_changed")} == {"planned"}
    with clock.fixed(NOW), database.unit_of_work(acting(people["lead"])) as session:
        void_event(session, acting(people["lead"]), case.id, event.id, "A slip")
    sweep_at(database, NOW)
    assert {row.last_error for row in rows_of(database, kind="status_changed")} == {"closed"}


def test_a_history_that_the_operator_imports_is_news_to_nobody(
    database: Database, case: Case, people: dict[str, Person]
) -> None:
    watched(database, case, people["watcher"])
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        change_status(session, OPERATOR, case.id, SUPPORT)
    sweep_at(database, NOW)
    assert rows_of(database, kind="status_changed") == []


def away(database: Database, who: Person, substitute: Person) -> None:
    said: dict[str, Any] = {
        "away_from": NOW.date(),
        "away_until": NOW.date() + timedelta(days=5),
        "substitute_id": substitute.id,
    }
    with clock.fixed(NOW), database.unit_of_work(acting(who)) as session:
        services.set_wishes(session, acting(who), Wishes(**said))


def test_whoever_stands_in_for_a_watcher_is_told_of_another_status_and_both_are_never_told(
    database: Database, case: Case, people: dict[str, Person]
) -> None:
    watched(database, case, people["watcher"])
    away(database, people["watcher"], people["other"])
    event = moved(database, case, people["lead"])
    sweep_at(database, NOW)
    [row] = rows_of(database, kind="status_changed")
    assert (row.recipient_id, row.subject_id) == (people["other"].id, event.id)
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE reminders SET status = 'sent'"))
        session.execute(text("SELECT app_plan_subject('case_event', :id, NULL, :at)"), {"id": event.id, "at": NOW})
    sweep_at(database, NOW + timedelta(days=7))
    assert len(rows_of(database, kind="status_changed")) == 1


def test_an_absence_that_begins_after_the_news_tells_nobody_again(
    database: Database, case: Case, people: dict[str, Person]
) -> None:
    watched(database, case, people["watcher"])
    event = moved(database, case, people["lead"])
    sweep_at(database, NOW)
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE reminders SET status = 'sent'"))
        session.execute(text("SELECT app_plan_subject('case_event', :id, NULL, :at)"), {"id": event.id, "at": NOW})
    away(database, people["watcher"], people["other"])
    sweep_at(database, NOW + timedelta(hours=1))
    assert {row.recipient_id for row in rows_of(database, kind="status_changed")} == {people["watcher"].id}


def test_the_end_of_a_period_is_told_to_the_lead_and_another_end_anew(
    database: Database, case: Case, people: dict[str, Person]
) -> None:
    def expires(day: date | None) -> None:
        with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
            session.get_one(Case, case.id).expires_on = day
        sweep_at(database, datetime.now(UTC))

    expires(date(2027, 6, 1))
    planned = rows_of(database, kind="renewal")
    assert [row.due_key for row in planned] == [f"2027-06-01:-{days}" for days in (120, 60, 30, 7)]
    assert {(row.recipient_id, row.due_on, row.subject_type) for row in planned} == {
        (people["lead"].id, date(2027, 6, 1), "case")
    }
    expires(date(2028, 6, 1))
    standing = {(row.due_on, row.status, row.last_error) for row in rows_of(database, kind="renewal")}
    assert standing == {(date(2027, 6, 1), "cancelled", "date_changed"), (date(2028, 6, 1), "planned", None)}
    expires(None)
    assert {row.status for row in rows_of(database, kind="renewal")} == {"cancelled"}


def test_another_lead_gets_what_is_left_of_the_period(
    database: Database, case: Case, people: dict[str, Person]
) -> None:
    from tracker.reminders.planning.asking import replan_case

    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        session.get_one(Case, case.id).expires_on = date(2027, 6, 1)
    sweep_at(database, datetime.now(UTC))
    with database.unit_of_work(OPERATOR) as session:
        join(session, case, people["other"], "lead")
        replan_case(session, case.id)
    sweep_at(database, datetime.now(UTC) + timedelta(seconds=1))
    assert {row.recipient_id for row in rows_of(database, kind="renewal", status="planned")} == {
        people["lead"].id,
        people["other"].id,
    }


def test_a_head_gets_one_summary_a_week_on_monday_at_eight(database: Database, people: dict[str, Person]) -> None:
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        accounts.set_roles(session, OPERATOR, people["head"].id, {"head", "coordinator"}, 1)
    for day in range(22):
        sweep_at(database, NOW + timedelta(days=day))
    rows = rows_of(database, kind="summary")
    assert [row.due_key for row in rows] == ["2026-W46", "2026-W47", "2026-W48", "2026-W49"]
    assert rows[0].send_at == datetime(2026, 11, 9, 7, tzinfo=UTC)
    assert {(row.recipient_id, row.subject_id, row.case_id) for row in rows} == {
        (people["head"].id, people["head"].id, None)
    }
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        accounts.set_roles(session, OPERATOR, people["head"].id, {"coordinator"}, 2)
    sweep_at(database, NOW + timedelta(days=21))
    ahead = [row for row in rows_of(database, kind="summary") if row.due_key == "2026-W49"]
    assert [(row.status, row.last_error) for row in ahead] == [("cancelled", "not_visible")]


def test_one_subject_that_can_not_be_planned_does_not_stop_the_others(
    database: Database, case: Case, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.reminders.planning import other_facts

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(
        "tracker.reminders.planning.other_subjects.READERS", {"case": broken, "summary": other_facts.weeks}
    )
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        session.add(ReminderPlan(subject_type="case", subject_id=case.id, case_id=case.id, next_plan_at=NOW))
        session.add(ReminderPlan(subject_type="summary", subject_id=people["head"].id, next_plan_at=NOW))
    sweep_at(database, NOW)
    assert len(rows_of(database, kind="summary")) == 1
    with database.unit_of_work(OPERATOR) as session:
        left = session.scalars(select(ReminderPlan).where(ReminderPlan.subject_type == "case")).one()
        assert left.next_plan_at == NOW + timedelta(hours=1)


def test_the_slow_sweep_brings_back_what_somebody_deleted(
    database: Database, case: Case, people: dict[str, Person]
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        for number in range(7):
            make_due_work(session, case, people["other"], date(2027, 3, 1 + number), next_plan_at=NOW)
    assert sweep_at(database, NOW) == 35
    with database.unit_of_work(OPERATOR) as session:
        session.execute(delete(Reminder))
        session.execute(text("UPDATE reminder_sweep SET next_at = :at"), {"at": NOW + timedelta(days=1)})
    assert sweep_at(database, NOW + timedelta(hours=1)) == 0
    sweep_at(database, NOW + timedelta(days=1))
    assert len([row for row in rows_of(database) if row.kind != "summary"]) == 35
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalar(text("SELECT next_at FROM reminder_sweep")) == NOW + timedelta(days=2)


def test_the_slow_sweep_takes_one_slice_a_tick_and_hurries_when_a_rule_changed(
    database: Database, case: Case, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.reminders.planning.slow_sweep.SLICE", 3)
    with database.unit_of_work(OPERATOR) as session:
        for number in range(7):
            make_due_work(session, case, people["other"], date(2027, 3, 1 + number), next_plan_at=None)
        session.execute(text("UPDATE reminder_sweep SET next_at = :at"), {"at": NOW})

    def planned() -> int:
        return len({row.subject_id for row in rows_of(database) if row.subject_type == "follow_up"})

    seen = []
    for minute in range(4):
        sweep_at(database, NOW + timedelta(minutes=minute))
        seen.append(planned())
    assert seen == [3, 6, 7, 7]
    with database.unit_of_work(OPERATOR) as session:
        session.execute(delete(Reminder))
        session.execute(text("SELECT app_plan_everything(:at)"), {"at": NOW})
    sweep_at(database, NOW + timedelta(minutes=5))
    assert planned() == 7
