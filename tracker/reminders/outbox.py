"""Taking rows out of the outbox, and putting them back: short transactions as the planner, by the database's clock.

What must be durable while a relay waits (the fence, what it said) is `tracker.reminders.delivery.desk`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.ids import random_id
from tracker.reminders.reasons import Reason
from tracker.reminders.terms import Terms


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
class Batch:
    """Rows claimed at once, under one token; `now` by the database's clock, or as it was set by hand."""

    rows: list[Claimed]
    token: UUID
    now: datetime


# While the machine stood still and nobody has gathered yet what was missed (standstill), nothing is claimed.
_CLAIM = text(
    """
    WITH due AS (
      SELECT id FROM reminders
       WHERE status = 'planned' AND via = 'mail' AND send_at <= coalesce(CAST(:at AS timestamptz), now())
         AND NOT EXISTS (SELECT FROM sightings WHERE name = 'going'
             AND seen_at < coalesce(CAST(:at AS timestamptz), now()) - make_interval(secs => :pause_s))
       ORDER BY send_at, id LIMIT :most FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE reminders r
         SET status = 'sending', token = :token,
             lease_until = clock_timestamp() + make_interval(secs => :lease_s)
        FROM due WHERE r.id = due.id
      RETURNING r.*
    )
    SELECT id, token, subject_type, subject_id, case_id, kind, due_key, due_on, recipient_id, number, message_id,
           attempts, failures, useful_until, send_at, coalesce(CAST(:at AS timestamptz), now()) AS now
    FROM taken ORDER BY send_at, id
    """
)

_HOLD = text(
    """
    UPDATE reminders SET lease_until = clock_timestamp() + make_interval(secs => :lease_s)
     WHERE id = ANY(:ids) AND token = :token AND status = 'sending' AND lease_until > clock_timestamp()
    RETURNING id
    """
)

# A spread of a few seconds moves a row that kills workers out of the way of those behind it.
_TAKE_BACK = text(
    """
    UPDATE reminders
       SET status = 'planned', last_error = :reason, token = NULL, lease_until = NULL,
           send_at = send_at + random() * interval '5 seconds'
     WHERE id IN (SELECT id FROM reminders WHERE status = 'sending' AND lease_until < clock_timestamp() LIMIT :most
                  FOR UPDATE SKIP LOCKED)
    """
)

_RELEASE = text(
    """
    UPDATE reminders
       SET status = 'planned', token = NULL, lease_until = NULL,
           last_error = coalesce(CAST(:reason AS varchar), last_error),
           send_at = greatest(send_at, coalesce(CAST(:send_at AS timestamptz), send_at))
     WHERE id = ANY(:ids) AND token = :token AND status = 'sending'
    """
)


def claim(session: Session, most: int, terms: Terms) -> Batch:
    """Take up to `most` mails that are due; nobody else gets them while the lease runs. The caller commits."""
    token, at = random_id(), clock.set_by_hand()
    values = {"at": at, "most": most, "token": token, "lease_s": terms.lease_s, "pause_s": terms.pause_s}
    found = [row._asdict() for row in session.execute(_CLAIM, values)]
    now = found[0]["now"] if found else clock.now()
    return Batch([Claimed(**_without_now(row)) for row in found], token, now)


def hold(session: Session, rows: Sequence[Claimed], terms: Terms) -> set[UUID]:
    """Start the lease of these rows anew; the ids of those that are still ours."""
    if not rows:
        return set()
    values = {"ids": [row.id for row in rows], "token": rows[0].token, "lease_s": terms.lease_s}
    return set(session.scalars(_HOLD, values))


def release(
    session: Session, rows: Iterable[Claimed], reason: str | None = None, send_at: datetime | None = None
) -> None:
    """Put rows back untried, not to be taken before `send_at`. `reason`: what stood in the way, for the ledger."""
    ours = list(rows)
    if ours:
        values = {"ids": [row.id for row in ours], "token": ours[0].token, "reason": reason, "send_at": send_at}
        session.execute(_RELEASE, values)


def take_back(session: Session, most: int = 500) -> int:
    """Plan rows again whose worker died before the fence: how many. It costs them no try."""
    result: Any = session.execute(_TAKE_BACK, {"reason": Reason.LEASE_EXPIRED, "most": most})
    return int(result.rowcount)


def _without_now(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "now"}
