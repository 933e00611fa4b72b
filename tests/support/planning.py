"""Sweeping as the planner, for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker.core import clock
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.database import Database
from tracker.reminders.models import Reminder
from tracker.reminders.planning import sweeping as planning


def sweep_at(database: Database, now: datetime) -> int:
    """Plan all that is due at `now`: rows added."""
    added = 0
    with clock.fixed(now):
        while True:
            with database.unit_of_work(PLANNER) as session:
                some, looked_at = planning.sweep(session, now)
            added += some
            if not looked_at:
                return added


def rows_of(database: Database, **wanted: Any) -> list[Reminder]:
    """Rows of the outbox, in the order in which they are due."""
    with database.unit_of_work(OPERATOR) as session:
        return list(
            session.scalars(select(Reminder).filter_by(**wanted).order_by(Reminder.scheduled_at, Reminder.due_key))
        )
