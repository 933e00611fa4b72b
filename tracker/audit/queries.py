"""Reads of the audit: for the administrators' page, for the trail of a case, and what the last verification said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Uuid, func, select, text
from sqlalchemy.orm import Session

from tracker.audit.models import AuditCheck, AuditEntry
from tracker.core.keyset import Order, read_page
from tracker.core.pages import Page, decode_cursor, encode_cursor

PAGE = 50


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What of the audit is asked for. `deed`: how the action begins; `until` is not included."""

    who: UUID | None = None
    deed: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    reference: str | None = None


class TrailRow(NamedTuple):
    """Who did what when. `about_person`: whose account it was done to; `reference`: on which case."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    object_type: str
    about_person: UUID | None
    reference: str | None


_TRAIL = text("SELECT * FROM app_audit_trail(:who, :deed, :since, :until, :reference, :after_at, :after_id, :most)")


def administrators_trail(session: Session, wanted: TrailFilter, cursor: str | None) -> Page[TrailRow]:
    """The latest first, without the content of cases; the function gives nothing to anybody but administrators."""
    _, after = (decode_cursor(cursor, (datetime, UUID)) if cursor else None) or (False, [None, None])
    said: dict[str, Any] = {
        "who": wanted.who,
        "deed": wanted.deed,
        "since": wanted.since,
        "until": wanted.until,
        "reference": wanted.reference,
        "after_at": after[0],
        "after_id": after[1],
        "most": PAGE + 1,
    }
    rows = [TrailRow(*row) for row in session.execute(_TRAIL, said)]
    shown = rows[:PAGE]
    more = encode_cursor((shown[-1].at, shown[-1].id)) if len(rows) > PAGE else None
    return Page(shown, next_cursor=more, previous_cursor=None)


def commands_of(session: Session, rows: Iterable[TrailRow]) -> dict[UUID, str]:
    """Which command on the server each of these entries is about."""
    wanted = [row.id for row in rows if row.object_type == "command"]
    if not wanted:
        return {}
    named = select(AuditEntry.id, AuditEntry.detail["command"].astext).where(AuditEntry.id.in_(wanted))
    return dict(session.execute(named).all())


_ORDER = Order(
    AuditEntry.at, AuditEntry.id, datetime, lambda row: (row.at, row.id), descending=True, may_be_empty=False
)


def trail_of_case(session: Session, case_id: UUID, cursor: str | None) -> Page[Any]:
    """What was done on a case, and who read it where that is noted: of the things on it that the reader sees.

    For staff; of outside counsel PostgreSQL shows little more than their own deeds.
    """
    return read_page(session, _of_case(case_id), _ORDER, cursor, PAGE)


def _of_case(case_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor_kind,
        AuditEntry.actor_id,
        AuditEntry.action,
        AuditEntry.object_type,
        AuditEntry.detail["agreed_by"].astext.cast(Uuid).label("agreed_by_id"),
    ).where(AuditEntry.case_id == case_id, func.app_sees_object(AuditEntry.object_type, AuditEntry.object_id))


def last_check(session: Session) -> AuditCheck | None:
    """The outcome of the last verification of the chain."""
    return session.scalars(select(AuditCheck).order_by(AuditCheck.at.desc()).limit(1)).one_or_none()
