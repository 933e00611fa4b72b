"""Periods beside each other: their order, what overlaps, and the gaps that are known or not. Pure.

The last day of a period belongs to it: one that ends on 28 February is followed without a gap by one that begins on
1 March.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tracker.core.dates import VagueDate

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A period, named by `key`. A `begin` with no text is unknown; an `end` too, unless `is_open`: nobody ended it."""

    key: Any
    begin: VagueDate
    end: VagueDate
    is_open: bool = False

    @property
    def first_begin(self) -> date | None:
        """The earliest day on which it may have begun; None where that is open."""
        return self.begin.earliest

    @property
    def last_begin(self) -> date | None:
        """The day by which it had surely begun: no later than its end."""
        return self.begin.latest or (None if self.is_open else self.end.latest)

    @property
    def first_end(self) -> date | None:
        """The day until which it surely ran: an end that nobody knows is no earlier than its beginning.

        None where it is not known at all; an open end is later than every day.
        """
        return date.max if self.is_open else self.end.earliest or self.begin.earliest

    @property
    def last_end(self) -> date:
        """The last day on which it may have ended."""
        return date.max if self.is_open else self.end.latest or date.max


class Between(StrEnum):
    """What lies between one period and the next: days, perhaps days, nobody knows, nothing, or they overlap."""

    GAP = "gap"
    MAYBE = "maybe"
    UNKNOWN = "unknown"
    NOTHING = "nothing"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Seam:
    """Between two periods: at least and at most so many days; `most` None: nobody knows how many."""

    kind: Between
    least: int = 0
    most: int | None = 0


def in_order(spans: Sequence[Span]) -> list[Span]:
    """By beginning; one whose beginning nobody knows stands where its end puts it, and without both at the front."""
    return sorted(spans, key=_place)


def seams(ordered: Sequence[Span]) -> list[Seam]:
    """What lies before each period but the first, after all those before it."""
    found = []
    for number, span in enumerate(ordered[1:], 1):
        found.append(seam(max(ordered[:number], key=lambda one: one.last_end), span))
    return found


def seam(before: Span, after: Span) -> Seam:
    """What lies between the end of one period and the beginning of another that follows it."""
    if surely_overlap(before, after):
        return Seam(Between.OVERLAP, _days_shared(before, after), None)
    least = _days_between(None if before.is_open else before.end.latest, after.begin.earliest)
    most = _days_between(before.end.earliest, after.begin.latest)
    if least is None or most is None:
        return Seam(Between.UNKNOWN if least is None or least <= 0 else Between.GAP, max(least or 0, 0), None)
    if least == most:
        return Seam(Between.GAP, least, most) if least > 0 else Seam(Between.NOTHING)
    return Seam(Between.GAP if least > 0 else Between.MAYBE, max(least, 0), max(most, 0))


def surely_overlap(one: Span, other: Span) -> bool:
    """Whether they share a day, whatever their vague days really were."""
    begins = (one.last_begin, other.last_begin)
    ends = (one.first_end, other.first_end)
    if None in begins or None in ends:
        return False
    return max(day for day in begins if day is not None) <= min(day for day in ends if day is not None)


def overlapped_by(spans: Sequence[Span], new: Span) -> list[Span]:
    """Those of `spans` with which a new period surely shares a day."""
    return [span for span in in_order(spans) if surely_overlap(span, new)]


def ends_before_it_begins(span: Span) -> bool:
    """Whether no days can satisfy it."""
    return not span.is_open and span.end.surely_before(span.begin)


def latest(ordered: Sequence[Span]) -> Span | None:
    """The one that ends last: of several open or unknown ends the one that began last."""
    return max(ordered, key=lambda span: (span.last_end, _place(span)), default=None)


def _place(span: Span) -> date:
    return span.begin.earliest or span.end.earliest or date.min


def _days_between(end: date | None, begin: date | None) -> int | None:
    return None if end is None or begin is None else (begin - end).days - 1


def _days_shared(one: Span, other: Span) -> int:
    """How many days they surely share."""
    begin = max(day for day in (one.last_begin, other.last_begin) if day is not None)
    end = min(day for day in (one.first_end, other.first_end) if day is not None)
    return 0 if end == date.max else (end - begin).days + 1
