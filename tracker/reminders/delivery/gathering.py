"""What no mail of its own is for: lines of the bell are shown, lines of a digest get their digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.core.ids import new_id, random_id
from tracker.reminders.kinds import DIGEST
from tracker.reminders.numbers import new_number
from tracker.reminders.reasons import Reason

BATCH = 5000

# `via <> 'mail'` beside a narrower condition is the partial index's own, by which the database knows that it serves.
_ANYTHING = text(
    "SELECT EXISTS (SELECT FROM reminders WHERE status = 'planned' AND via <> 'mail' AND send_at <= :now),"
    " EXISTS (SELECT FROM people WHERE mail_fault IS NOT NULL)"
)

_SHOW = text(
    """
    UPDATE reminders SET status = 'shown', settled_at = :now
     WHERE id IN (SELECT id FROM reminders
                   WHERE status = 'planned' AND via <> 'mail' AND via = 'app' AND send_at <= :now
                   ORDER BY send_at LIMIT :most FOR UPDATE SKIP LOCKED)
    """
)

_SPARE_FAULTY = text(
    """
    UPDATE reminders SET via = 'app', last_error = :reason
     WHERE id IN (SELECT r.id FROM reminders r JOIN people p ON p.id = r.recipient_id
                   WHERE p.mail_fault IS NOT NULL AND r.status = 'planned' AND r.via <> 'app' AND r.send_at <= :now
                   LIMIT :most FOR UPDATE OF r SKIP LOCKED)
       AND kind <> 'digest'
    """
)

# Whoever has a digest that has not gone yet gets these lines in it: it is written when it goes.
_READY = text(
    """
    SELECT line.recipient_id, max(line.send_at) AS send_at
      FROM reminders line
     WHERE line.status = 'planned' AND line.via <> 'mail' AND line.via = 'digest' AND line.send_at <= :now
       AND NOT EXISTS (SELECT FROM reminders d WHERE d.recipient_id = line.recipient_id AND d.kind = 'digest'
                          AND d.status IN ('planned', 'sending', 'committing'))
     GROUP BY line.recipient_id LIMIT :most
    """
)

_COUNT = text(
    "SELECT count(*) FROM reminders WHERE recipient_id = :person AND subject_id = :person AND kind = 'digest'"
    " AND due_key LIKE :key"
)

_ADD = text(
    """
    INSERT INTO reminders (id, subject_id, subject_type, via, kind, due_key, recipient_id, number, status, scheduled_at,
                           send_at, message_id, attempts, created_at)
    SELECT :id, :person, 'digest', 'mail', :kind, :due_key, :person, :number, 'planned', CAST(:send_at AS timestamptz),
           CAST(:send_at AS timestamptz), :message_id, 0, CAST(:now AS timestamptz)
     WHERE NOT EXISTS (SELECT FROM reminders d WHERE d.recipient_id = :person AND d.kind = 'digest'
                          AND d.status IN ('planned', 'sending', 'committing'))
    ON CONFLICT DO NOTHING
    """
)


def gather(session: Session, now: datetime) -> int:
    """Show what is for the app alone, and make the digests that are due: how many rows were settled or made.

    As the planner; any number of ticks may do so at once. The caller commits.
    """
    due, faulty = session.execute(_ANYTHING, {"now": now}).one()
    done = 0
    if faulty:
        done += _rows(session, _SPARE_FAULTY, {"now": now, "most": BATCH, "reason": Reason.ADDRESS_FAULT})
    if due or done:
        done += _rows(session, _SHOW, {"now": now, "most": BATCH})
        done += sum(_make_digest(session, row, now) for row in session.execute(_READY, {"now": now, "most": BATCH}))
    return done


def make_digests(session: Session, people: Sequence[UUID], due_key: str, now: datetime) -> None:
    """One digest for each of these people, unless one with this key stands already."""
    rows = [_digest(person, due_key, now, now) for person in people]
    if rows:
        session.execute(_ADD, rows)


def _make_digest(session: Session, ready: Any, now: datetime) -> int:
    """The key is the digest's time. Lines that come after it has gone belong to another one of that time."""
    key = f"{ready.send_at:%Y-%m-%dT%H:%M}"
    before = session.scalar(_COUNT, {"person": ready.recipient_id, "key": f"{key}%"})
    key = f"{key}+{before}" if before else key
    return _rows(session, _ADD, _digest(ready.recipient_id, key, ready.send_at, now))


def _digest(person: UUID, due_key: str, send_at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "person": person,
        "kind": DIGEST,
        "due_key": due_key,
        "number": new_number(),
        "send_at": send_at,
        "message_id": random_id(),
        "now": now,
    }


def _rows(session: Session, statement: Any, values: dict[str, Any]) -> int:
    result: Any = session.execute(statement, values)
    return int(result.rowcount)
