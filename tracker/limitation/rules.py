"""What may be said about limitation: where the law names none, what a typed period comes to, when to look again.

Pure. No period of limitation is known here: whoever read the law types it, with its source (ADR 27).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from ruamel.yaml import YAML

from tracker.clocks.house import house_rule
from tracker.clocks.reckoning import OutOfRange, Reckoning, reckon, with_period

PROVISIONS = Path(__file__).parent / "provisions.yaml"
ICC = "ICC"
UNITS = ("years", "months")
MOST = {"years": 100, "months": 999}
"""Longer periods are a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Provision:
    """A law that knows no limitation for these crimes. `certainty` as in the rules of clocks."""

    jurisdictions: frozenset[str]
    crimes: frozenset[str]
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Acted:
    """An act that moves limitation, or an entry by which the case pauses or goes on: when somebody entered it.

    `voided_at`: when somebody said that it was wrong.
    """

    id: UUID
    entered_at: datetime
    voided_at: datetime | None = None


@lru_cache(maxsize=1)
def provisions() -> tuple[Provision, ...]:
    """All that the domain pages name."""
    data: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(PROVISIONS.read_text(encoding="utf-8"))
    return tuple(
        Provision(frozenset(one["jurisdictions"]), frozenset(one["crimes"]), one["source"], one["certainty"])
        for one in data
    )


def provision_for(jurisdiction: str, crime: str) -> Provision | None:
    """The law that knows no limitation for this crime there; None: nobody here has said so, which is not that there is
    a limitation."""
    return next((one for one in provisions() if jurisdiction in one.jurisdictions and crime in one.crimes), None)


def counted(counted_from: date, amount: int, unit: str) -> Reckoning | None:
    """What a period that somebody read in a law comes to, step by step; None beyond the years that are counted."""
    try:
        return reckon(with_period(house_rule("limitation_period"), f"{amount} {unit}"), counted_from)
    except OutOfRange:
        return None


def to_recheck(limitation: str, checked_at: datetime, moved: Iterable[Acted]) -> Sequence[UUID]:
    """The ids of what the last look did not know, the oldest first; never for a charge without limitation.

    That is what was entered after it, and what was there then and has turned out wrong since.
    """
    if limitation == "none":
        return ()
    since = [
        (one.voided_at or one.entered_at, one.id)
        for one in moved
        if (one.entered_at > checked_at if one.voided_at is None else one.entered_at <= checked_at < one.voided_at)
    ]
    return [one for _at, one in sorted(since)]
