"""Mails whose dot may have gone while nobody wrote down what the relay said: the row is fenced, its lease is over.

Once the grace has passed, the relay is asked. It took the mail: sent. It did not: planned again, at once, with the same
Message-ID. It doesn't say: asked again later. Nobody can be asked: as the operator chose, again or never.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import randbelow
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.core.actor import PLANNER
from tracker.core.database import Database
from tracker.core.ids import random_id
from tracker.reminders.delivery.backoff import MOST_ATTEMPTS, wait_after
from tracker.reminders.delivery.lookup import Finding, LookUp
from tracker.reminders.reasons import Reason
from tracker.reminders.terms import Terms

BATCH = 50
SHORTEST_WAIT_S, LONGEST_WAIT_S = 10.0, 600.0


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A fenced row that is ours to look up. `age_s`: seconds since the fence."""

    id: UUID
    token: UUID
    message_id: UUID
    relay: str | None
    attempts: int
    last_error: str | None
    age_s: float


_TAKE = text(
    """
    UPDATE reminders SET token = :token, lease_until = clock_timestamp() + make_interval(secs => :lease_s)
     WHERE id IN (SELECT id FROM reminders WHERE status = 'committing'
                     AND lease_until < clock_timestamp() - make_interval(secs => :grace_s)
                   ORDER BY lease_until LIMIT :most FOR UPDATE SKIP LOCKED)
    RETURNING id, token, message_id, relay, attempts, last_error,
              coalesce(extract(epoch FROM clock_timestamp() - fenced_at), 0)::float AS age_s
    """
)

# A digest's lines go with it.
_SETTLE = text(
    """
    WITH settled AS (
      UPDATE reminders SET status = :status, last_error = :reason, settled_at = :now, token = NULL, lease_until = NULL
       WHERE id = :id AND token = :token AND status = 'committing' RETURNING id)
    UPDATE reminders line SET status = :status, last_error = :reason, settled_at = :now FROM settled
     WHERE line.digest_id = settled.id AND line.via = 'digest' AND line.status = 'planned'
    """
)

_AGAIN = text(
    """
    UPDATE reminders
       SET status = 'planned', token = NULL, lease_until = NULL,
           send_at = greatest(send_at, CAST(:now AS timestamptz) + make_interval(secs => :wait_s))
     WHERE id = :id AND token = :token AND status = 'committing'
    """
)

# Counted from the end of lease and grace, which whoever takes it next adds again.
_ASK_LATER = text(
    """
    UPDATE reminders
       SET token = NULL, lease_until = clock_timestamp() + make_interval(secs => :wait_s) - make_interval(secs => :grace_s)
     WHERE id = :id AND token = :token AND status = 'committing'
    """  # noqa: E501
)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """How fenced rows are cleared up. `domain`: the right side of our Message-IDs."""

    database: Database
    look_ups: dict[str, LookUp]
    domain: str
    terms: Terms
    resends: bool = True

    def clear_up(self, now: datetime) -> int:
        """Look at up to BATCH rows whose lease and grace are over: how many there were."""
        with self.database.unit_of_work(PLANNER) as session:
            rows = self._take(session)
        if not rows:
            return 0
        findings = self._findings(rows)
        with self.database.unit_of_work(PLANNER) as session:
            for row in rows:
                self._settle(session, row, findings.get(row.id), now)
        return len(rows)

    def _take(self, session: Session) -> list[Uncertain]:
        values = {
            "token": random_id(),
            "lease_s": self.terms.lease_s,
            "grace_s": self.terms.grace_s,
            "most": BATCH,
        }
        return [Uncertain(**row._asdict()) for row in session.execute(_TAKE, values)]

    def _findings(self, rows: list[Uncertain]) -> dict[UUID, Finding]:
        """Row -> what its relay says; absent where no relay can be asked."""
        asked: dict[int, tuple[LookUp, list[Uncertain]]] = {}
        for row in rows:
            place = self._place_for(row)
            if place is not None:
                asked.setdefault(id(place), (place, []))[1].append(row)
        findings: dict[UUID, Finding] = {}
        seconds = self.terms.lease_s / 2 / max(len(asked), 1)
        for place, its_rows in asked.values():
            names = {row.id: f"{row.message_id}@{self.domain}" for row in its_rows}
            said = place.ask(list(names.values()), seconds)
            findings |= {row_id: said.get(name, Finding.UNKNOWN) for row_id, name in names.items()}
        return findings

    def _place_for(self, row: Uncertain) -> LookUp | None:
        """Where the relay that had it can be asked; a relay that is no longer ours: any of the others."""
        if row.relay in self.look_ups:
            return self.look_ups[row.relay]
        return next(iter(self.look_ups.values()), None)

    def _settle(self, session: Session, row: Uncertain, finding: Finding | None, now: datetime) -> None:
        ours = {"id": row.id, "token": row.token, "now": now}
        if finding is Finding.ACCEPTED:
            session.execute(_SETTLE, ours | {"status": "sent", "reason": None})
        elif finding is Finding.UNKNOWN:
            wait_s = min(max(row.age_s / 2, SHORTEST_WAIT_S), LONGEST_WAIT_S)
            session.execute(_ASK_LATER, ours | {"wait_s": wait_s, "grace_s": self.terms.grace_s})
        elif finding is None and not self.resends:
            session.execute(_SETTLE, ours | {"status": "dead", "reason": Reason.UNCERTAIN})
        elif row.attempts >= MOST_ATTEMPTS:
            session.execute(_SETTLE, ours | {"status": "dead", "reason": row.last_error or Reason.UNCERTAIN})
        else:
            session.execute(_AGAIN, ours | {"wait_s": self._wait_s(row, finding)})

    def _wait_s(self, row: Uncertain, finding: Finding | None) -> float:
        """None where the relay has not got it. A relay that can't be asked and loses its word is not flooded."""
        if finding is Finding.NOT_ACCEPTED or row.last_error != Reason.LOST_AFTER_DOT:
            return 0.0
        return wait_after(max(row.attempts, 1), randbelow(1000) / 1000).total_seconds()
