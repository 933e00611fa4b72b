"""After days in which the machine stood still everybody gets one digest of what was missed, not all the mails of it.

Whether it stood still shows in the sighting `going`, which every tick renews: not in how many rows wait. While `going`
is old nobody claims a mail (outbox._CLAIM); one tick, under a lock, plans what was missed, gathers it and renews it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.core.actor import PLANNER
from tracker.core.database import Database
from tracker.reminders.delivery.gathering import make_digests
from tracker.reminders.terms import Terms

_LOCK_KEY = 7_402_110_317
"""Any number, the same in all workers."""

_STOOD_SINCE = text(
    "SELECT seen_at FROM sightings WHERE name = 'going'"
    " AND seen_at < CAST(:now AS timestamptz) - make_interval(secs => :pause_s)"
)

_RENEW = text(
    "INSERT INTO sightings (name, seen_at) VALUES ('going', :now)"
    " ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at"
    " WHERE sightings.seen_at >= excluded.seen_at - make_interval(secs => :pause_s)"
)

_MADE_UP = text("UPDATE sightings SET seen_at = :now WHERE name = 'going'")

_IS_RESTORED = text(
    "SELECT EXISTS (SELECT FROM sightings back JOIN sightings going ON going.name = 'going'"
    " WHERE back.name = 'restored' AND back.seen_at > going.seen_at)"
)

# What is sealed is counted by itself: it must not make a digest of the one other mail, which others see in the ledger.
_GATHER = text(
    """
    WITH missed AS (
      SELECT id, recipient_id, app_mail_is_sealed(case_id, subject_id) AS is_sealed FROM reminders
       WHERE status = 'planned' AND via = 'mail' AND kind NOT IN ('digest', 'summary', 'watchdog') AND send_at <= :now
         AND coalesce(useful_until > :now, true)
         FOR UPDATE SKIP LOCKED
    ), several AS (
      SELECT recipient_id, is_sealed FROM missed GROUP BY recipient_id, is_sealed HAVING count(*) > 1 OR :is_restored)
    UPDATE reminders r SET via = 'digest' FROM missed JOIN several USING (recipient_id, is_sealed)
     WHERE r.id = missed.id
    RETURNING r.recipient_id
    """
)


def note_going(session: Session, now: datetime, terms: Terms) -> bool:
    """A tick runs; False when the machine stood still before, which somebody has to make up for.

    `now`: the clock that mails are claimed by, also where it was set by hand.
    """
    renewed: Any = session.execute(_RENEW, {"now": now, "pause_s": terms.pause_s})
    return bool(renewed.rowcount)


def make_up_for(database: Database, terms: Terms, now: datetime, plan: Callable[[], bool]) -> bool:
    """Plan what was missed and gather it; False when nothing is to be sent yet.

    So it is while another tick is at it, and when `plan` had not the time for all.
    """
    with _alone(database) as is_mine:
        if not is_mine:
            return False
        with database.unit_of_work(PLANNER) as session:
            since = session.scalar(_STOOD_SINCE, {"now": now, "pause_s": terms.pause_s})
        if since is None:
            return True
        if not plan():
            return False
        with database.unit_of_work(PLANNER) as session:
            # After a restore nobody knows what had gone: no mail of its own even for a single thing.
            is_restored = session.scalar(_IS_RESTORED)
            people = sorted(set(session.scalars(_GATHER, {"now": now, "is_restored": is_restored})))
            make_digests(session, people, f"pause:{since:%Y-%m-%dT%H:%M}", now)
            session.execute(_MADE_UP, {"now": now})
    return True


@contextmanager
def _alone(database: Database) -> Iterator[bool]:
    """Whether we are the only one; for as long as the block runs, or this process lives."""
    with database.unit_of_work(PLANNER) as session:
        taken = session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        yield bool(taken.scalar_one())
