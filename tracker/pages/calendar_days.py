"""Which days a view of the calendar shows, and where one goes from it. Pure. Weeks begin on Monday (ISO 8601)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

MONTH, WEEK, AGENDA = "month", "week", "agenda"
VIEWS = (MONTH, WEEK, AGENDA)
AGENDA_DAYS = 28
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Nobody pages further; beyond them Python's own dates end."""


@dataclass(frozen=True, slots=True)
class Span:
    """`first` to `last` are the days shown; `before` and `after` are days in the spans beside it."""

    view: str
    day: date
    first: date
    last: date
    before: date
    after: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def weeks(self) -> list[list[date]]:
        return [self.days[start : start + 7] for start in range(0, len(self.days), 7)]

    def is_inside(self, day: date) -> bool:
        """False for the days of neighbouring months that fill a month's first and last week."""
        return self.view != MONTH or day.month == self.day.month


def span_of(view: str, day: date) -> Span:
    """The span of `view` that `day` lies in; an agenda begins with it."""
    day = min(max(day, EARLIEST), LATEST)
    if view == AGENDA:
        step = timedelta(days=AGENDA_DAYS)
        return Span(view, day, day, day + step - timedelta(days=1), day - step, day + step)
    monday = day - timedelta(days=day.weekday())
    if view == WEEK:
        return Span(view, day, monday, monday + timedelta(days=6), day - timedelta(days=7), day + timedelta(days=7))
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    last = following - timedelta(days=1)
    return Span(
        MONTH,
        day,
        first - timedelta(days=first.weekday()),
        last + timedelta(days=6 - last.weekday()),
        (first - timedelta(days=1)).replace(day=1),
        following,
    )
