"""Cases that have gone quiet: nothing happened on them for longer than their pathway lets one expect.

The periods are house practice of this tracker and no law; none of them binds anybody (ADR 9). A case that is paused,
decided or closed is never stalled, nor one of whose entries none has a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column, select
from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.core.actor import Actor

DAYS_OF_PATHWAY = MappingProxyType(
    {
        "country_accession": 60,
        "political_resolution": 60,
        "icc_referral": 90,
        "sanctions": 90,
        "special_tribunal": 90,
        "universal_jurisdiction": 120,
        "un_mechanism": 120,
        "icc_communication": 180,
        "arrest_warrant": 180,
    }
)
DAYS_ELSEWHERE = 120
"""For a pathway of one's own."""
PHASES_THAT_MOVE = ("prep", "open")


def stalls_after(pathway: str) -> int:
    """Days without an entry after which a case of this pathway counts as stalled."""
    return DAYS_OF_PATHWAY.get(pathway, DAYS_ELSEWHERE)


def quiet_days(pathway: str, phase: str | None, last_event_on: date | None, today: date) -> int | None:
    """For how many days nothing has happened, where that is too long; None where all is well."""
    if phase not in PHASES_THAT_MOVE or last_event_on is None:
        return None
    quiet = (today - last_event_on).days
    return quiet if quiet > stalls_after(pathway) else None


def is_stalled() -> ColumnElement[bool]:
    """The same as SQL, by the database's day. The phases are written out, so that the partial index is recognised."""
    days = case(
        *((Case.pathway == pathway, literal_column(str(days))) for pathway, days in DAYS_OF_PATHWAY.items()),
        else_=literal_column(str(DAYS_ELSEWHERE)),
    )
    today: Any = func.current_date()
    return and_(
        literal_column("cases.phase <> 'closed'"),
        literal_column("cases.phase IN ('prep', 'open')"),
        Case.last_event_on < today - literal_column(str(min(DAYS_OF_PATHWAY.values()))),
        Case.last_event_on < today - days,
    )


def stalled_cases_of_lead(session: Session, actor: Actor, limit: int = 20) -> Sequence[Case]:
    """Stalled cases that `actor` leads, the quietest first. One statement."""
    if actor.person_id is None:
        return []
    mine = visible_cases(actor).where(Case.lead_id == actor.person_id, is_stalled())
    return session.scalars(mine.order_by(Case.last_event_on, Case.id).limit(limit)).all()


def count_stalled(session: Session, actor: Actor, *, led_by_me: bool = True, most: int = 1000) -> int:
    """How many of the visible cases are stalled, counted no further than `most`. One statement."""
    statement = visible_cases(actor).with_only_columns(Case.id).where(is_stalled())
    if led_by_me:
        statement = statement.where(Case.lead_id == actor.person_id)
    return session.scalar(select(func.count()).select_from(statement.limit(most).subquery())) or 0
