"""What should have gone by an instant and has not: in parts, each in the order of an index of its own.

A planned mail has one entry in the indexes of what waits (claim, gather), none in one of all that is unsent: so many
more are planned than are late. Statuses and ways are written out, not bound: the database must recognise the
conditions of the partial indexes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal_column, or_

from tracker.reminders.models import Reminder

PLANNED = Reminder.status == literal_column("'planned'")
BY_MAIL = Reminder.via == literal_column("'mail'")
OTHERWISE = Reminder.via != literal_column("'mail'")
IN_HAND = Reminder.status.in_([literal_column("'sending'"), literal_column("'committing'")])
PUT_OFF = Reminder.send_at != Reminder.scheduled_at


def parts(at: datetime) -> list[tuple[ColumnElement[bool], ...]]:
    """Conditions of four parts that together hold every unsent row scheduled by `at`; a row may be in two of them."""
    scheduled = Reminder.scheduled_at <= at
    return [
        (PLANNED, BY_MAIL, Reminder.send_at <= at, scheduled),
        (PLANNED, OTHERWISE, Reminder.send_at <= at, scheduled),
        (PLANNED, PUT_OFF, scheduled),
        (IN_HAND, scheduled),
    ]


def by(at: datetime) -> ColumnElement[bool]:
    """The same as one condition."""
    return or_(*(and_(*part) for part in parts(at)))
