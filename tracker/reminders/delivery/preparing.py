"""Looking again with the recipient's eyes, just before the mail is written: a transaction that acts as them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pysequoia import Cert
from sqlalchemy import text

from tracker.core.actor import PLANNER, person_actor
from tracker.core.database import Database, note_actor
from tracker.reminders.delivery.desk import DATABASE_GONE
from tracker.reminders.kinds import DIGEST
from tracker.reminders.letters import LetterFacts
from tracker.reminders.letters.recheck import NoLongerHolds, addressee, letter_facts
from tracker.reminders.outbox import Claimed
from tracker.reminders.reasons import Reason

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail that may go: whom to, and what it says. `cert`: whom it is to be encrypted to, if it is."""

    row: Claimed
    address: str
    facts: LetterFacts
    cert: Cert | None = None


Outcome = Ready | Reason | None
"""Ready; the reason why no mail must go; None when finding out failed."""

_TAKE = text(
    "UPDATE reminders SET digest_id = :digest"
    " WHERE id = ANY(:ids) AND via = 'digest' AND status = 'planned' AND (digest_id IS NULL OR digest_id = :digest)"
)
_DROP = text(
    "UPDATE reminders SET status = 'cancelled', last_error = :reason, settled_at = :now"
    " WHERE id = :id AND via = 'digest' AND status = 'planned'"
)


def prepare(
    database: Database, rows: Sequence[Claimed], now: datetime, *, bare_without_key: bool = False
) -> list[tuple[Claimed, Outcome]]:
    """What these rows, all for one person, would say now. Raises OperationalError when the database is gone.

    `bare_without_key`: what is not encrypted says nothing of its matter.
    """
    try:
        return _look(database, rows, now, bare_without_key)
    except DATABASE_GONE:
        raise
    except Exception as error:
        if len(rows) == 1:
            log.error("reminder %s can't be prepared: %s", rows[0].id, type(error).__name__)
            return [(rows[0], None)]
    # One of them spoiled the transaction: each on its own shows which.
    return [outcome for row in rows for outcome in prepare(database, [row], now, bare_without_key=bare_without_key)]


def _look(
    database: Database, rows: Sequence[Claimed], now: datetime, bare_without_key: bool
) -> list[tuple[Claimed, Outcome]]:
    person = rows[0].recipient_id
    outcomes: list[tuple[Claimed, Outcome]] = []
    dropped: list[tuple[UUID, Reason]] = []
    with database.unit_of_work(person_actor(person, frozenset())) as session:
        try:
            to = addressee(session, person, bare_without_key=bare_without_key)
        except NoLongerHolds as gone:
            return [(row, gone.reason) for row in rows]
        note_actor(session, to.actor)  # the transaction acts as this person already; now their roles are known too
        for row in rows:
            try:
                outcomes.append((row, Ready(row, to.email, letter_facts(session, row, to, now), to.cert)))
            except NoLongerHolds as gone:
                outcomes.append((row, gone.reason))
                dropped += gone.dropped
    _drop(database, dropped, now)
    return [(row, _with_lines(database, outcome, now) if row.kind == DIGEST else outcome) for row, outcome in outcomes]


def _with_lines(database: Database, outcome: Outcome, now: datetime) -> Outcome:
    """Bind the lines that a digest tells to it, and drop those that hold no more. None: some went away meanwhile."""
    if not isinstance(outcome, Ready):
        return outcome
    lines: tuple[UUID, ...] = outcome.facts.taken
    with database.unit_of_work(PLANNER) as session:
        taken: Any = session.execute(_TAKE, {"digest": outcome.row.id, "ids": list(lines)})
    _drop(database, outcome.facts.dropped, now)
    return outcome if taken.rowcount == len(lines) else None


def _drop(database: Database, lines: Sequence[tuple[UUID, str]], now: datetime) -> None:
    """Lines of a digest that no longer hold, each with its reason."""
    if lines:
        with database.unit_of_work(PLANNER) as session:
            session.execute(_DROP, [{"id": line, "reason": reason, "now": now} for line, reason in lines])
