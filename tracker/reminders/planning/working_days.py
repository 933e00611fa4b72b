"""Working days by country: weekends and public holidays, counted fast."""

from __future__ import annotations

import threading
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the years from `first` to `last`. Never changed: whoever holds it may read on."""

    first: int
    last: int
    working: tuple[date, ...]
    holidays: frozenset[date]


class WorkingDays:
    """The working days of a country (ISO 3166-1 alpha-2); Monday to Friday where none, or an unknown one, is given.

    `weekdays` (ISO, Monday is 1) stand in place of the country's own week; its holidays stay.
    Threads may share one: it learns years under a lock, and puts what it knows in place as a whole.
    """

    def __init__(self, country: str | None, weekdays: frozenset[int] | None = None) -> None:
        self._holidays = _holidays_of(country)
        self._weekdays = weekdays
        self._fewest_a_year = 200 if weekdays is None else 30 * len(weekdays)
        self._known = _Known(0, 0, (), frozenset())
        self._learning = threading.Lock()

    def between(self, after: date, until: date) -> int:
        """How many working days lie in (after, until]; 0 when `until` is not later."""
        if until <= after:
            return 0
        days = self._know(after.year, until.year).working
        return bisect_right(days, until) - bisect_right(days, after)

    def nth_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself when `count` is 0."""
        if count == 0:
            return day
        days = self._know(day.year, day.year + 1 + count // self._fewest_a_year).working
        return days[bisect_right(days, day) + count - 1]

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is a public holiday; a week-end by itself is none."""
        return day in self._know(day.year, day.year).holidays

    def _know(self, first: int, last: int) -> _Known:
        known = self._known
        if known.working and known.first <= first and last <= known.last:
            return known
        with self._learning:
            known = self._known
            if known.working:
                first, last = min(first, known.first), max(last, known.last)
            self._known = known = _Known(first, last, *self._days_of(first, last))
        return known

    def _days_of(self, first: int, last: int) -> tuple[tuple[date, ...], frozenset[date]]:
        start = date(first, 1, 1)
        days = [start + timedelta(days=offset) for offset in range((date(last, 12, 31) - start).days + 1)]
        free = frozenset(day for day in days if self._holidays is not None and day in self._holidays)
        return tuple(day for day in days if self._is_worked(day, free)), free

    def _is_worked(self, day: date, free: frozenset[date]) -> bool:
        if self._weekdays is not None:
            return day.isoweekday() in self._weekdays and day not in free
        return day.weekday() < _SATURDAY if self._holidays is None else self._holidays.is_working_day(day)


def _holidays_of(country: str | None) -> holidays.HolidayBase | None:
    if country is None:
        return None
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None


@lru_cache(maxsize=300)
def working_days_of(country: str | None, weekdays: frozenset[int] | None = None) -> WorkingDays:
    """The calendar of `country`, or of a week of one's own there, kept for the life of the process."""
    return WorkingDays(country, weekdays)
