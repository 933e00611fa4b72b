"""Looks that were refused: noted alike whether there is such a thing or not, and looked up by a job (ADR 25)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.actor import AUDITOR
from tracker.core.database import Database
from tracker.core.ids import new_id

BATCH = 500
KEPT = timedelta(days=2)
"""Longer than the day within which each thing is noted once."""
ALARMS_KEPT = timedelta(days=30)

_NOTE = text(
    "SELECT app_note_refusals(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:asked AS text[]), :status, :now, :of)"
)
_SETTLE = text("SELECT app_settle_refusals(:now, :most)")


def note_refusals(session: Session, asked: Mapping[str, str], status: int) -> None:
    """The acting person was refused these: kind -> reference or id. The caller commits, in a transaction of its own."""
    said = {"ids": [new_id() for _ in asked], "kinds": list(asked), "asked": list(asked.values()), "status": status}
    session.execute(_NOTE, said | {"now": clock.now(), "of": session.info.get("request_id")})


def settle_refusals(database: Database) -> int:
    """Write into the audit which of them were looks at something secret; how many. Any number of these may run."""
    with database.unit_of_work(AUDITOR) as session:
        return int(session.scalar(_SETTLE, {"now": clock.now(), "most": BATCH}) or 0)


def forget_settled(session: Session) -> None:
    """Throw away what was looked up days ago, and alarms of last month; as the operator."""
    now = clock.now()
    session.execute(
        text("DELETE FROM audit_refusals WHERE settled_at IS NOT NULL AND at < :before"), {"before": now - KEPT}
    )
    session.execute(text("DELETE FROM reading_alarms WHERE at < :before"), {"before": now - ALARMS_KEPT})
