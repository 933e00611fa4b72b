"""Throwing away what is past its period, and saying what is kept how long."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from configuration.retention import DEFAULTS
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.retention.sorts import SORTS

BATCH = 1000
BUDGET_S = 45.0


@dataclass(frozen=True, slots=True)
class Kept:
    """One sort: its period in days (None: for ever), whether that is our default, and how many are past it now."""

    key: str
    words: str
    days: int | None
    is_default: bool
    past: int


def forget_past(database: Database, periods: Mapping[str, int | None]) -> dict[str, int]:
    """Throw away what is past its period, a thousand at a time, each batch for good. How many went, by sort."""
    end = time.monotonic() + BUDGET_S
    gone = {key: _forget(database, key, days, end) for key, days in periods.items() if days is not None}
    return {key: count for key, count in gone.items() if count}


def what_is_kept(session: Session, periods: Mapping[str, int | None]) -> list[Kept]:
    """Every sort, in the order in which they are told. `session` acts as the operator."""
    return [
        Kept(key, sort.words, periods[key], periods[key] == DEFAULTS[key], _past(session, key, periods[key]))
        for key, sort in SORTS.items()
    ]


def _forget(database: Database, key: str, days: int, end: float) -> int:
    before, gone, went = clock.now() - timedelta(days=days), 0, BATCH
    while went == BATCH and time.monotonic() < end:
        with database.unit_of_work(OPERATOR) as session:
            went = SORTS[key].forget(session, before, BATCH)
        gone += went
    return gone


def _past(session: Session, key: str, days: int | None) -> int:
    return 0 if days is None else SORTS[key].count(session, clock.now() - timedelta(days=days))
