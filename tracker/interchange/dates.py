"""Dates as a dossier file writes them: a vague date is the range of days that it may mean."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_VAGUE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")

SHAPES = "YYYY, YYYY-MM or YYYY-MM-DD"


@dataclass(frozen=True)
class Days:
    """The days on which something may have happened; None: no bound on that side."""

    earliest: date | None = None
    latest: date | None = None

    @property
    def unknown(self) -> bool:
        return self.earliest is None and self.latest is None

    @property
    def reversed(self) -> bool:
        return self.earliest is not None and self.latest is not None and self.latest < self.earliest

    def within(self, other: Days) -> Days:
        """The days that both allow; `reversed` when there are none."""
        earliest = max((day for day in (self.earliest, other.earliest) if day), default=None)
        latest = min((day for day in (self.latest, other.latest) if day), default=None)
        return Days(earliest, latest)


def read_vague(text: str) -> Days:
    """Raises ValueError, in words for the author of the file, when it is no date."""
    match = _VAGUE.fullmatch(text)
    if match is None:
        raise ValueError(f"is no date; write it as {SHAPES}")
    year, month, day = (int(part) if part else None for part in match.groups())
    if not year:
        raise ValueError("the year 0000 does not exist")
    if month is None:
        return Days(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month:02d}; months run from 01 to 12")
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return Days(date(year, month, 1), date(year, month, last))
    if not 1 <= day <= last:
        raise ValueError(f"there is no day {day:02d} in {year:04d}-{month:02d}; its days run from 01 to {last}")
    return Days(date(year, month, day), date(year, month, day))


def precision_of(text: str | None) -> str:
    """The only precision that agrees with a date as it is written."""
    if text is None:
        return "unknown"
    return {4: "year", 7: "month"}.get(len(text), "day")
