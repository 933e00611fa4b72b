"""Reads of sittings, which everybody in the house may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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


def sittings_between(session: Session, first: date, last: date, most: int = MOST) -> Sequence[Sitting]:
    """Those of which a day lies in the span, in their order."""
    end = func.coalesce(Sitting.ends_on, Sitting.starts_on)
    query = select(Sitting).where(Sitting.starts_on <= last, end >= first)
    return session.scalars(query.order_by(Sitting.starts_on, Sitting.id).limit(most)).all()
