"""Vague dates: a range of days plus how precisely it is known. They sort right and never start a clock."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


_SHAPES = (
    (re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), Precision.DAY),
    (re.compile(r"\d{4}-\d{2}", re.ASCII), Precision.MONTH),
    (re.compile(r"\d{4}", re.ASCII), Precision.YEAR),
)


def precision_of(text: str | None) -> Precision:
    """The precision that the form of `text` gives: `2022-04` is a month. Raises ValueError on another form."""
    if text is None:
        return Precision.UNKNOWN
    for shape, precision in _SHAPES:
        if shape.fullmatch(text):
            return precision
    raise ValueError("a date is written YYYY, YYYY-MM or YYYY-MM-DD")


@lru_cache(maxsize=8192)  # a history asks for the same few days again and again
def earliest_day(text: str) -> date:
    """The first day that `text` (YYYY[-MM[-DD]]) may mean. Raises ValueError where there is no such day."""
    parts = [int(part) for part in text.split("-")] if precision_of(text) else []
    return date(*[*parts, 1, 1][:3])


@lru_cache(maxsize=8192)
def latest_day(text: str) -> date:
    """The last day that `text` (YYYY[-MM[-DD]]) may mean. Raises ValueError where there is no such day."""
    first = earliest_day(text)
    precision = precision_of(text)
    if precision is Precision.YEAR:
        return date(first.year, 12, 31)
    if precision is Precision.MONTH:
        return date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
    return first


def is_vague_date(text: str) -> bool:
    """Whether `text` is written YYYY[-MM[-DD]] and names days of the calendar."""
    try:
        earliest_day(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class VagueDate:
    """When something happened, as far as it is known.

    `text` is YYYY[-MM[-DD]] or None; `after` and `before` are bounds of the same forms for a vague or unknown date.
    `earliest` and `latest` are the range of days that all this leaves open; None is an open end.
    """

    text: str | None = None
    after: str | None = None
    before: str | None = None

    @property
    def precision(self) -> Precision:
        return precision_of(self.text)

    @property
    def earliest(self) -> date | None:
        days = [earliest_day(text) for text in (self.text, self.after) if text]
        return max(days) if days else None

    @property
    def latest(self) -> date | None:
        days = [latest_day(text) for text in (self.text, self.before) if text]
        return min(days) if days else None

    @property
    def exact(self) -> date | None:
        """The day itself where it is known to the day, else None: only this may start a clock."""
        return earliest_day(self.text) if self.text and self.precision is Precision.DAY else None

    def surely_before(self, other: VagueDate) -> bool:
        """True when this ended before the other began, whatever the two really were."""
        return self.latest is not None and other.earliest is not None and self.latest < other.earliest

    def contradiction(self) -> str | None:
        """In words, why no day can satisfy this; None where one can."""
        earliest, latest = self.earliest, self.latest
        if earliest is not None and latest is not None and earliest > latest:
            return "the bounds leave no day open"
        return None
