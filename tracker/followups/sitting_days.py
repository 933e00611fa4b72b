"""The day of a sitting that a timeline counts from. Sittings are kept above this feature: no more is read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Date, String, Uuid, column, select, table
from sqlalchemy.orm import Session

from tracker.core.errors import Conflict

SITTINGS = table("sittings", column("id", Uuid), column("name", String), column("starts_on", Date))


@dataclass(frozen=True, slots=True)
class SittingDay:
    """What a timeline knows of the sitting that it counts from."""

    id: UUID
    name: str
    starts_on: date


def sitting_of(session: Session, sitting_id: UUID | None) -> SittingDay | None:
    """The sitting with this id; None for none. One statement at most."""
    if sitting_id is None:
        return None
    row = session.execute(select(SITTINGS).where(SITTINGS.c.id == sitting_id)).one_or_none()
    return SittingDay(*row) if row is not None else None


def require_sitting(session: Session, sitting_id: UUID, reference_on: date) -> None:
    """Raises Conflict where it begins on another day (by now)."""
    found = sitting_of(session, sitting_id)
    if found is None or found.starts_on != reference_on:
        raise Conflict(_("The sitting begins on another day by now: look at it again."))
