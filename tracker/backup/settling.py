"""Mails of a restored database: what may have gone in the time that was lost is asked after, and never sent twice.

A mail has its Message-ID from the moment at which it is promised, so a relay that can be asked knows it still. Where
none can be asked, what was on its way at the snapshot is dead with its reason, for a person to send again; what came
due since goes as lines of one digest.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from config import Settings
from tracker.audit.services import record
from tracker.backup.restoring import Restored
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.reminders.delivery.lookup import Finding, LookUp, look_ups
from tracker.reminders.letters.letterhead import Letterhead
from tracker.reminders.reasons import Reason

ASKING_S = 120.0
BATCH = 200

_DOUBTFUL = text(
    """
    SELECT id, message_id, relay, status IN ('sending', 'committing') AS was_on_its_way FROM reminders
     WHERE status IN ('sending', 'committing') OR (status = 'planned' AND via = 'mail' AND send_at <= now())
     ORDER BY scheduled_at
    """
)
_SENT = text(
    """
    UPDATE reminders SET status = 'sent', settled_at = :at, token = NULL, lease_until = NULL
     WHERE id = ANY (:ids) OR (digest_id = ANY (:ids) AND via = 'digest' AND status = 'planned')
    """
)
_AGAIN = text(
    "UPDATE reminders SET status = 'planned', token = NULL, lease_until = NULL, fenced_at = NULL WHERE id = ANY (:ids)"
)
_DEAD = text(
    """
    UPDATE reminders SET status = 'dead', last_error = :reason, settled_at = now(), token = NULL, lease_until = NULL
     WHERE id = ANY (:ids) OR (digest_id = ANY (:ids) AND via = 'digest' AND status = 'planned')
    """
)


@dataclass(frozen=True, slots=True)
class Settled:
    """How many mails turned out to have gone, go again, or are left to a person."""

    sent: int
    again: int
    dead: int


def settle_mails(database: Database, settings: Settings, restored: Restored) -> Settled:
    """Ask after what may have gone since the snapshot; write down in the audit that there was a restore."""
    with database.unit_of_work(OPERATOR) as session:
        rows = session.execute(_DOUBTFUL).all()
    findings = _ask(settings, rows)
    with database.unit_of_work(OPERATOR) as session:
        settled = _settle(session, rows, findings, restored.taken_at)
        taken_at = restored.taken_at.isoformat(timespec="seconds")
        record(
            session, OPERATOR, "installation.restored", "installation", None, of=restored.revision, taken_at=taken_at
        )
    return settled


def _ask(settings: Settings, rows: Sequence[Any]) -> dict[UUID, Finding]:
    places = look_ups(settings)
    domain = Letterhead.of(settings.mail_from, settings.base_url).domain
    findings: dict[UUID, Finding] = {}
    end = time.monotonic() + ASKING_S
    for start in range(0, len(rows), BATCH):
        for place, its_rows in _by_place(places, rows[start : start + BATCH]):
            names = {row.id: f"{row.message_id}@{domain}" for row in its_rows}
            said = place.ask(list(names.values()), max(end - time.monotonic(), 0))
            findings |= {row_id: said.get(name, Finding.UNKNOWN) for row_id, name in names.items()}
    return findings


def _by_place(places: dict[str, LookUp], rows: Sequence[Any]) -> list[tuple[LookUp, list[Any]]]:
    """Rows by where they are asked after; a relay that is not known any more: any of the others."""
    if not places:
        return []
    anywhere = next(iter(places.values()))
    asked: dict[int, tuple[LookUp, list[Any]]] = {}
    for row in rows:
        place = places.get(row.relay, anywhere)
        asked.setdefault(id(place), (place, []))[1].append(row)
    return list(asked.values())


def _settle(session: Session, rows: Sequence[Any], findings: dict[UUID, Finding], at: datetime) -> Settled:
    sent = [row.id for row in rows if findings.get(row.id) is Finding.ACCEPTED]
    on_their_way = [row.id for row in rows if row.was_on_its_way and row.id not in sent]
    again = [row_id for row_id in on_their_way if findings.get(row_id) is Finding.NOT_ACCEPTED]
    dead = [row_id for row_id in on_their_way if row_id not in again]
    session.execute(_SENT, {"ids": sent, "at": at})
    session.execute(_AGAIN, {"ids": again})
    session.execute(_DEAD, {"ids": dead, "reason": Reason.UNCERTAIN})
    return Settled(len(sent), len(again), len(dead))
