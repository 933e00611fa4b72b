"""Cases that have gone quiet: nothing happened on them for longer than their pathway lets one expect.

The periods are house practice of this tracker and no law; none of them binds anybody (ADR 9). A case that is paused,
decided or closed is never stalled, nor one of whose entries none has a date.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, literal, literal_column

from tracker.cases.models import Case

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


def is_stalled(on: date) -> ColumnElement[bool]:
    """The same as SQL, for the day `on`. The phases are written out, so that the partial index is recognised."""
    days = case(
        *((Case.pathway == pathway, literal_column(str(days))) for pathway, days in DAYS_OF_PATHWAY.items()),
        else_=literal_column(str(DAYS_ELSEWHERE)),
    )
    today: Any = literal(on, Date)
    return and_(
        literal_column("cases.phase <> 'closed'"),
        literal_column("cases.phase IN ('prep', 'open')"),
        Case.last_event_on < today - literal_column(str(min(DAYS_OF_PATHWAY.values()))),
        Case.last_event_on < today - days,
    )
