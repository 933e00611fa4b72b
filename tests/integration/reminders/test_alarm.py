"""The watchdog's mail to the administrators: when, to whom, and how often."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.factories.case import make_case
from tests.factories.person import make_person
from tests.factories.reminder import make_due_work, make_reminder
from tests.support.planning import rows_of
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.database import Database
from tracker.reminders.planning.alarm import plan_watchdog


@pytest.fixture
def administrator(database: Database) -> Person:
    with database.unit_of_work(OPERATOR) as session:
        make_person(session, "administrator", active=False)
        return make_person(session, "administrator")


def row(database: Database, **said: Any) -> None:
    with database.unit_of_work(OPERATOR) as session:
        officer = make_person(session, "legal_officer")
        work = make_due_work(session, make_case(session, lead=officer), officer, None)
        make_reminder(session, work, officer, **said)


def alarm(database: Database, now: datetime | None = None) -> int:
    with database.unit_of_work(PLANNER) as session:
        return plan_watchdog(session, now or clock.now())


def test_when_all_is_well_nobody_is_alarmed(database: Database, administrator: Person) -> None:
    row(database, send_at=clock.now() - timedelta(minutes=14))
    assert alarm(database) == 0


@pytest.mark.parametrize(
    ("incident", "minutes", "said"),
    [("dead", 1, {"status": "dead"}), ("late", 16, {}), ("late", 40, {"status": "sending"})],
)
def test_the_administrators_hear_once_an_hour(
    database: Database, administrator: Person, incident: str, minutes: int, said: dict[str, Any]
) -> None:
    at = clock.now() - timedelta(minutes=minutes)
    row(database, send_at=at, settled_at=at if said.get("status") == "dead" else None, **said)
    now = clock.now()
    assert [alarm(database, now), alarm(database, now)] == [1, 0]
    [told] = rows_of(database, kind="watchdog")
    assert (told.recipient_id, told.subject_id, told.case_id) == (administrator.id, administrator.id, None)
    assert told.due_key == f"{incident}:{now:%Y-%m-%dT%H}" and told.via == "mail"
    if incident == "late":
        assert alarm(database, now + timedelta(hours=1)) == 1


def test_an_alarm_that_fails_calls_for_no_other(database: Database, administrator: Person) -> None:
    row(database, send_at=clock.now() - timedelta(minutes=20))
    alarm(database)
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE reminders SET status = 'sent' WHERE kind <> 'watchdog'"))
        session.execute(text("UPDATE reminders SET status = 'dead', settled_at = now() WHERE kind = 'watchdog'"))
    assert alarm(database, clock.now() + timedelta(hours=1)) == 0


def test_a_dead_letter_of_a_sealed_matter_is_no_alarm_for_who_may_not_know_of_it(
    database: Database, administrator: Person
) -> None:
    at = clock.now() - timedelta(minutes=1)
    with database.unit_of_work(OPERATOR) as session:
        officer = make_person(session, "legal_officer")
        case = make_case(session, lead=officer, level="sealed")
        make_reminder(
            session, make_due_work(session, case, officer, None), officer, status="dead", send_at=at, settled_at=at
        )
    assert alarm(database) == 0
    row(database, status="dead", send_at=at, settled_at=at)
    assert alarm(database) == 1


def test_ticks_that_stood_still_are_told_by_the_first_one_after(database: Database, administrator: Person) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("INSERT INTO sightings VALUES ('done', now() - interval '20 minutes')"))
    assert alarm(database) == 1
    assert rows_of(database, kind="watchdog")[0].due_key.startswith("stood_still:")
