"""A simple picture of the periods of a record: bars on one line, soft where a day is not known. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.periods.rules import Span

WIDTH = 1000
NARROWEST = 2.0
_MARGIN = timedelta(days=30)
_UNKNOWN = timedelta(days=120)
"""How long a bar is drawn whose other end nobody knows."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One period; a soft side is one whose day is not known to the day."""

    x: float
    width: float
    soft_begin: bool
    soft_end: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """`today_x`: where today lies. `years`: where each 1 January lies."""

    bars: tuple[Bar, ...]
    today_x: float
    years: tuple[tuple[float, int], ...]


def draw(spans: Sequence[Span], today: date) -> Picture | None:
    """None where no period has a day that can be drawn."""
    drawn = [(span, *_days(span, today)) for span in spans if span.first_begin or span.end.earliest]
    if not drawn:
        return None
    first = min([today, *(begin for _span, begin, _end in drawn)]) - _MARGIN
    last = max([today, *(end for _span, _begin, end in drawn)]) + _MARGIN
    days = (last - first).days

    def x(day: date) -> float:
        return round((day - first).days / days * WIDTH, 1)

    bars = tuple(
        Bar(
            min(x(begin), WIDTH - NARROWEST),
            max(round(x(end + timedelta(days=1)) - x(begin), 1), NARROWEST),
            span.begin.exact is None,
            span.is_open or span.end.exact is None,
        )
        for span, begin, end in drawn
    )
    step = -(-(last.year - first.year) // 12) or 1
    years = tuple((x(date(year, 1, 1)), year) for year in range(first.year + 1, last.year + 1, step))
    return Picture(bars, x(today), years)


def _days(span: Span, today: date) -> tuple[date, date]:
    """The first and last day that are drawn; an open end reaches today, or its beginning."""
    begin, end = span.begin.earliest, span.end.latest
    if begin is None:
        assert end is not None  # noqa: S101  such a span is not drawn
        return max(end - _UNKNOWN, date(1, 2, 1)), end
    if end is not None:
        return begin, max(begin, end)
    return begin, max(begin, today) if span.is_open else begin + _UNKNOWN
