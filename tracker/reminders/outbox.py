"""Taking rows out of the outbox and writing down what became of them.

Each step is a short transaction of its own, as the planner. Leases run by the database's clock. What will stand between
claim and settle when the relay can be asked (the fence before the final dot) is one more compare-and-set like `begin`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.reminders.backoff import MOST_ATTEMPTS
from tracker.reminders.reasons import Reason

LEASE_S = 120
"""Longer than the slowest exchange with a relay (relay.TIMEOUT_S a word) plus the retries of settling it."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is ours until its lease ends. `attempts`: how often it was offered before; `failures`: not written."""

    id: UUID
    token: UUID
    subject_type: str
    subject_id: UUID
    case_id: UUID | None
    kind: str
    due_key: str
    due_on: date | None
    recipient_id: UUID
    number: str
    message_id: UUID
    attempts: int
    failures: int
    useful_until: datetime | None
    send_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a claimed row: `sent`, `dead`, `cancelled`, or `planned` again at `send_at`."""

    status: str
    reason: str | None = None
    send_at: datetime | None = None
    was_tried: bool = True


_CLAIM = text(
    """
    WITH due AS (
      SELECT id FROM reminders WHERE status = 'planned' AND via = 'mail' AND send_at <= :now
      ORDER BY send_at, id LIMIT :most FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE reminders r
         SET status = 'sending', token = :token, lease_until = now() + make_interval(secs => :lease_s)
        FROM due WHERE r.id = due.id
      RETURNING r.*
    )
    SELECT id, token, subject_type, subject_id, case_id, kind, due_key, due_on, recipient_id, number, message_id,
           attempts, failures, useful_until, send_at
    FROM taken ORDER BY send_at, id
    """
)

# The lease starts anew: whoever waited behind slow mails still holds the row, unless somebody else has reclaimed it.
_BEGIN = text(
    """
    UPDATE reminders SET attempts = attempts + 1, lease_until = now() + make_interval(secs => :lease_s)
     WHERE id = :id AND token = :token AND status = 'sending'
    """
)

_SETTLE = text(
    """
    UPDATE reminders
       SET status = :status, last_error = :reason, settled_at = CAST(:settled_at AS timestamptz),
           send_at = coalesce(CAST(:send_at AS timestamptz), send_at), attempts = :attempts,
           token = NULL, lease_until = NULL
     WHERE id = :id AND token = :token AND status = 'sending'
    """
)

# A spread of a few seconds moves a row that kills workers out of the way of those behind it.
_RECLAIM = text(
    """
    UPDATE reminders
       SET status = CASE WHEN attempts >= :most THEN 'dead' ELSE 'planned' END,
           settled_at = CASE WHEN attempts >= :most THEN now() END,
           last_error = :reason, attempts = attempts + 1, token = NULL, lease_until = NULL,
           send_at = send_at + random() * interval '5 seconds'
     WHERE id IN (SELECT id FROM reminders WHERE status = 'sending' AND lease_until < now() LIMIT :batch
                  FOR UPDATE SKIP LOCKED)
    """
)

_RELEASE = text(
    """
    UPDATE reminders SET status = 'planned', token = NULL, lease_until = NULL
     WHERE id = ANY(:ids) AND token = :token AND status = 'sending'
    """
)


def claim(session: Session, now: datetime, most: int, lease_s: int = LEASE_S) -> list[Claimed]:
    """Take up to `most` rows that are due at `now`; nobody else gets them while the lease runs. The caller commits."""
    rows = session.execute(_CLAIM, {"now": now, "most": most, "token": uuid4(), "lease_s": lease_s})
    return [Claimed(**row._asdict()) for row in rows]


def begin(session: Session, row: Claimed, lease_s: int = LEASE_S) -> bool:
    """Count the try and start the lease anew; False when the row is no longer ours."""
    return _touched(session, _BEGIN, {"id": row.id, "token": row.token, "lease_s": lease_s}) == 1


def settle(session: Session, row: Claimed, settlement: Settlement, now: datetime) -> bool:
    """Write down what became of the row; False when it is no longer ours (its lease ended and somebody took it)."""
    values = {
        "id": row.id,
        "token": row.token,
        "status": settlement.status,
        "reason": settlement.reason,
        "settled_at": None if settlement.status == "planned" else now,
        "send_at": settlement.send_at,
        "attempts": row.attempts + int(settlement.was_tried),
    }
    return _touched(session, _SETTLE, values) == 1


def release(session: Session, rows: Sequence[Claimed]) -> None:
    """Put rows back untried, as they were."""
    if rows:
        session.execute(_RELEASE, {"ids": [row.id for row in rows], "token": rows[0].token})


def reclaim(session: Session, batch: int = 500) -> int:
    """Take rows back whose worker died: how many. Without a look into the relay's log a mail may then go twice.

    That happens only when the worker died between the relay's acceptance and `settle`; the Message-ID is the same.
    """
    values = {"most": MOST_ATTEMPTS, "reason": Reason.LEASE_EXPIRED, "batch": batch}
    return _touched(session, _RECLAIM, values)


def _touched(session: Session, statement: object, values: dict[str, object]) -> int:
    return int(session.execute(statement, values).rowcount)  # type: ignore[call-overload]
