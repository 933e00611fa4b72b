"""How the outbox does, for the watchdog's mail: numbers only, of what an administrator may count."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import false, func, literal_column, select
from sqlalchemy.orm import Session

from tracker.reminders import unsent
from tracker.reminders.letters import MailFigures
from tracker.reminders.models import Reminder

DEAD_WITHIN = timedelta(hours=24)


def mail_figures(session: Session, incident: str, now: datetime) -> MailFigures:
    """What waits though it was due, what was given up in the last day, and when a mail went last. One statement.

    What a worker holds just now is on its way, as this mail is: which of them is the first to go depends on all that
    go, also on those that the reader may not know of.
    """
    since = func.greatest(Reminder.scheduled_at, Reminder.created_at)
    is_held = func.coalesce(Reminder.lease_until > func.clock_timestamp(), false())
    late = (unsent.by(now), Reminder.via == "mail", Reminder.subject_type != "watchdog", ~is_held)
    row = session.execute(
        select(
            select(func.count()).select_from(Reminder).where(*late).scalar_subquery().label("waiting"),
            select(func.min(since)).where(*late).scalar_subquery().label("oldest"),
            select(func.count())
            .select_from(Reminder)
            .where(Reminder.status == literal_column("'dead'"), Reminder.settled_at > now - DEAD_WITHIN)
            .scalar_subquery()
            .label("dead"),
            select(func.max(Reminder.settled_at))
            .where(Reminder.status == literal_column("'sent'"))
            .scalar_subquery()
            .label("last_sent_at"),
        )
    ).one()
    minutes = None if row.oldest is None else int((now - row.oldest).total_seconds() // 60)
    return MailFigures(row.waiting, minutes, row.dead, row.last_sent_at, incident)
