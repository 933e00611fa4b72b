"""The slow look at all open work: once a day or two, a slice in each tick, so that what no change asked for is found.

Rows that somebody deleted, or that were never written, a membership that ran out, holidays decreed since: whatever
should have asked for planning and did not. How far it has come stands in the database: a tick that dies loses a slice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

SLICE = 500
"""Follow-ups of a slice, done ones among them: 700,000 a day. A million open ones are looked at in a day and a half."""
REST = timedelta(seconds=45)
"""Less than from one tick to the next, more than from one round to the next within a tick."""
PAUSE = timedelta(days=1)
START = UUID(int=0)

_HOW_FAR = text("SELECT next_at FROM reminder_sweep")
_BEGIN = text(
    "INSERT INTO reminder_sweep (cursor, next_at) VALUES (:start, CAST(:at AS timestamptz)) ON CONFLICT DO NOTHING"
)
_TAKE = text("SELECT cursor, hurries FROM reminder_sweep WHERE next_at <= :now FOR UPDATE SKIP LOCKED")
_SLICE = text(
    """
    SELECT id, status IN ('open', 'in_progress', 'waiting') AS is_active FROM follow_ups
     WHERE id > :cursor ORDER BY id LIMIT :most
    """
)
_FREE = text(
    """
    SELECT follow_up_id FROM follow_up_plans WHERE follow_up_id = ANY(CAST(:ids AS uuid[]))
     ORDER BY follow_up_id FOR NO KEY UPDATE SKIP LOCKED
    """
)
_ON = text("UPDATE reminder_sweep SET cursor = :cursor, next_at = :at, hurries = :hurries")
_ASK_FOR_OTHERS = text(
    """
    INSERT INTO reminder_plans (subject_type, subject_id, case_id, next_plan_at)
    SELECT 'case', c.id, c.id, CAST(:now AS timestamptz) FROM cases c
     WHERE c.expires_on >= CAST(:today AS date) AND c.removed_at IS NULL
    UNION ALL SELECT 'summary', r.person_id, NULL, CAST(:now AS timestamptz) FROM person_roles r WHERE r.role = 'head'
    UNION ALL SELECT 'commitment', m.id, m.case_id, CAST(:now AS timestamptz) FROM commitments m
     WHERE m.status = 'open' AND m.due_on IS NOT NULL
       AND NOT EXISTS (SELECT FROM follow_ups f WHERE f.commitment_id = m.id)
    UNION ALL SELECT 'openpgp_key', k.person_id, NULL, CAST(:now AS timestamptz) FROM openpgp_keys k
     WHERE k.expires_at > CAST(:now AS timestamptz)
    ON CONFLICT (subject_type, subject_id) DO UPDATE
      SET next_plan_at = least(reminder_plans.next_plan_at, excluded.next_plan_at)
    """
)


def next_slice(session: Session, now: datetime) -> tuple[list[UUID], int]:
    """Open follow-ups to look at now, locked, and how many were passed, done ones among them.

    None and 0 while the sweep rests, after one statement, and while another tick is at it. A pass begins with asking
    for the periods, the weeks, the commitments and the keys, which have their own sweep.
    """
    next_at: datetime | None = session.scalar(_HOW_FAR)
    if next_at is None:
        session.execute(_BEGIN, {"start": START, "at": now + PAUSE})
        return [], 0
    taken = session.execute(_TAKE, {"now": now}).one_or_none() if next_at <= now else None
    if taken is None:
        return [], 0
    if taken.cursor == START:
        session.execute(_ASK_FOR_OTHERS, {"now": now, "today": (now - timedelta(days=1)).date()})
    rows = session.execute(_SLICE, {"cursor": taken.cursor, "most": SLICE}).all()
    if len(rows) < SLICE:
        session.execute(_ON, {"cursor": START, "at": now + PAUSE, "hurries": False})
    else:
        at = now if taken.hurries else now + REST
        session.execute(_ON, {"cursor": rows[-1].id, "at": at, "hurries": taken.hurries})
    open_ones = [row.id for row in rows if row.is_active]
    return (list(session.scalars(_FREE, {"ids": open_ones})) if open_ones else []), len(rows)
