"""Making the chain longer: entries are written in the transaction that they describe, and chained a moment later.

Their order is the order of chaining. Two entries that were written at the same time commit in any order; one that is
committed late takes a later place. An entry that turns up long after its time takes none, or a suspicious one
(verifying).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from tracker.audit.canonical import ENTRY_COLUMNS, FORM, canonical
from tracker.audit.keys import AuditKey
from tracker.audit.models import AuditLink
from tracker.core import clock
from tracker.core.actor import AUDITOR
from tracker.core.database import Database

BATCH = 2000
WINDOW = timedelta(hours=2)
"""No transaction is open for longer; what claims to be older than that is no newcomer."""
AHEAD = timedelta(minutes=5)
"""By so much the clocks of two hosts may differ."""
GENESIS = bytes(32)
LOCK = 0x617564  # "aud"


class Head(NamedTuple):
    """The last place of the chain; `reached`: the time up to which entries stand in it."""

    position: int
    digest: bytes
    reached: datetime | None


def extend_chain(database: Database, key: AuditKey) -> int:
    """Chain what is new; how many entries. Nothing when another process is at it. A unit of work for each batch."""
    chained = 0
    now = clock.now()
    while True:
        with database.unit_of_work(AUDITOR) as session:
            added = _extend(session, key, now) if is_alone(session) else 0
        chained += added
        if added < BATCH:
            return chained


def is_alone(session: Session) -> bool:
    """Take the auditor's lock until the end of the transaction, if it is free."""
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}))


def head_of(session: Session) -> Head:
    """Where the chain ends."""
    row = session.execute(
        text(
            "SELECT l.position, l.digest, least(l.chained_at, e.at) FROM audit_links l"
            " LEFT JOIN audit_entries e ON e.id = l.entry_id ORDER BY l.position DESC LIMIT 1"
        )
    ).one_or_none()
    return Head(0, GENESIS, None) if row is None else Head(row[0], bytes(row[1]), row[2])


_NEW = text(
    f"SELECT extract(epoch FROM CAST(:now AS timestamptz))::text, {ENTRY_COLUMNS} FROM audit_entries e"  # noqa: S608
    " WHERE e.at > coalesce(CAST(:since AS timestamptz), '-infinity') AND e.at < :until"
    " AND NOT EXISTS (SELECT 1 FROM audit_links l WHERE l.entry_id = e.id) ORDER BY e.at, e.id LIMIT :most"
)


def _extend(session: Session, key: AuditKey, now: datetime) -> int:
    head = head_of(session)
    since = None if head.reached is None else head.reached - WINDOW
    entries = session.execute(_NEW, {"since": since, "until": now + AHEAD, "now": now, "most": BATCH}).all()
    digest, rows = head.digest, list[dict[str, Any]]()
    for position, (chained_at, *entry) in enumerate(entries, start=head.position + 1):
        digest = key.digest(canonical(FORM, position, digest, chained_at, entry))
        rows.append(
            {
                "position": position,
                "entry_id": entry[0],
                "form": FORM,
                "key_id": key.id,
                "chained_at": now,
                "digest": digest,
            }
        )
    if rows:
        session.execute(insert(AuditLink), rows)
    return len(rows)
