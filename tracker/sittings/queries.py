"""Reads of sittings, which everybody in the house may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.access.visibility import sees_own_level
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.followups.models import Timeline
from tracker.sittings.models import Sitting

LONG_AGO = timedelta(days=400)
MOST = 500


def list_sittings(session: Session, today: date, institution: str | None = None) -> tuple[list[Sitting], list[Sitting]]:
    """Those that are not over, the next first; and those of the year before, the last first."""
    query = select(Sitting).where(Sitting.starts_on > today - LONG_AGO)
    if institution:
        query = query.where(Sitting.institution == institution)
    rows = session.scalars(query.order_by(Sitting.starts_on, Sitting.id).limit(MOST)).all()
    coming = [row for row in rows if (row.ends_on or row.starts_on) >= today]
    over = [row for row in reversed(rows) if (row.ends_on or row.starts_on) < today]
    return coming, over


@dataclass(frozen=True, slots=True)
class HangingLine:
    """A timeline of a case that counts from a sitting."""

    timeline_id: UUID
    title: str
    name: str
    starts_on: date
    reference_on: date


def timelines_on_sittings(session: Session, actor: Actor, case: Case) -> list[HangingLine]:
    """Those of `case` that `actor` sees, by the day of the sitting."""
    query = (
        select(Timeline.id, Timeline.title, Sitting.name, Sitting.starts_on, Timeline.reference_on)
        .join(Sitting, Sitting.id == Timeline.sitting_id)
        .where(Timeline.case_id == case.id, sees_own_level(actor, Timeline.level, Timeline.case_id))
        .order_by(Sitting.starts_on, Timeline.id)
    )
    return [HangingLine(*row) for row in session.execute(query)]


def sittings_between(session: Session, first: date, last: date, most: int = MOST) -> Sequence[Sitting]:
    """Those of which a day lies in the span, in their order."""
    end = func.coalesce(Sitting.ends_on, Sitting.starts_on)
    query = select(Sitting).where(Sitting.starts_on <= last, end >= first)
    return session.scalars(query.order_by(Sitting.starts_on, Sitting.id).limit(most)).all()
