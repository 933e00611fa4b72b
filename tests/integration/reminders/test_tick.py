"""A tick whose parts fail, and one with nothing to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from tests.factories.case import make_case
from tests.factories.person import make_person
from tests.factories.reminder import make_due_mails, make_due_work, make_reminder
from tests.support.application import engines_of
from tests.support.planning import rows_of
from tests.support.smtp import SmtpSink
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.followups.models import FollowUp
from tracker.reminders.models import Sighting

Tick = Callable[..., Any]
MOST_STATEMENTS = 21
"""Of a tick with nothing to do, the beginnings of its transactions among them."""


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    for engine in engines_of(database):
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for engine in engines_of(database):
            event.remove(engine, "before_cursor_execute", note)


def seen(database: Database) -> set[str]:
    with database.unit_of_work(OPERATOR) as session:
        return set(session.scalars(select(Sighting.name)))


def test_a_tick_with_nothing_to_do_asks_little(database: Database, tick: Tick) -> None:
    tick()
    with statements(database) as said:
        tick()
    assert len(said) <= MOST_STATEMENTS, "\n".join(said)


def test_one_rule_that_can_not_be_read_stops_neither_mail_nor_the_other_series(
    database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        make_due_mails(session, 2)
        person = make_person(session, "legal_officer")
        case = make_case(session, lead=person)
        for rule in ("FREQ=NEVERLY;BYFOO", "FREQ=DAILY"):
            work = make_due_work(session, case, person, clock.today(), next_plan_at=None, recurs="by_date")
            session.execute(text("UPDATE follow_ups SET rrule = :rule WHERE id = :id"), {"rule": rule, "id": work.id})
    report = tick()
    assert report.sent >= 2 and report.is_done
    assert "done" in seen(database), "a row that is left aside is no fault of the tick"
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalars(select(FollowUp).where(FollowUp.recurrence_of_id.is_not(None))).all()
        assert session.scalars(select(FollowUp.rrule).where(FollowUp.rrule.contains("BYFOO"))).one()


@pytest.mark.parametrize("part", ["make_due", "planning.sweep", "gather", "look_ups"])
def test_a_part_that_fails_stops_no_mail_and_the_tick_does_not_pass_for_whole(
    part: str, database: Database, tick: Tick, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        make_due_mails(session, 2)

    def fail(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(f"tracker.reminders.delivery.tick.{part}", fail)
    assert tick().sent == 2
    assert "tick" in seen(database) and "done" not in seen(database)


def test_a_whole_tick_leaves_its_mark(database: Database, tick: Tick) -> None:
    tick()
    assert {"tick", "done", "going"} <= seen(database)


@pytest.mark.parametrize(("relay", "alarms"), [(None, 0), ("smtp://127.0.0.1:1", 1)])
def test_only_what_could_not_be_sent_alarms_the_administrators(
    relay: str | None, alarms: int, database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        make_person(session, "administrator")
        officer = make_person(session, "legal_officer")
        work = make_due_work(session, make_case(session, lead=officer), officer, clock.today(), next_plan_at=None)
        make_reminder(session, work, officer, send_at=clock.now() - timedelta(minutes=20))
    tick() if relay is None else tick(smtp_url=relay)
    assert len(rows_of(database, kind="watchdog")) == alarms
