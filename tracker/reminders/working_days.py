"""Working days by country: weekends and public holidays, counted fast."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import lru_cache

import holidays

_SATURDAY = 5


class WorkingDays:
    """The working days of a country (ISO 3166-1 alpha-2); Monday to Friday where none, or an unknown one, is given."""

    def __init__(self, country: str | None) -> None:
        self._holidays = _holidays_of(country)
        self._days: list[date] = []
        self._first_year = self._last_year = 0

    def between(self, after: date, until: date) -> int:
        """How many working days lie in (after, until]; 0 when `until` is not later."""
        if until <= after:
            return 0
        self._know(after.year, until.year)
        return bisect_right(self._days, until) - bisect_right(self._days, after)

    def nth_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself when `count` is 0."""
        if count == 0:
            return day
        self._know(day.year, day.year + 1 + count // 200)
        return self._days[bisect_right(self._days, day) + count - 1]

    def _know(self, first: int, last: int) -> None:
        if self._days and self._first_year <= first and last <= self._last_year:
            return
        if self._days:
            first, last = min(first, self._first_year), max(last, self._last_year)
        # The list grows at its ends only, so positions of days relative to one another never change.
        self._days = [day for year in range(first, last + 1) for day in self._of_year(year)]
        self._first_year, self._last_year = first, last

    def _of_year(self, year: int) -> list[date]:
        start = date(year, 1, 1)
        days = (start + timedelta(days=offset) for offset in range((date(year, 12, 31) - start).days + 1))
        return [day for day in days if self._is_working(day)]

    def _is_working(self, day: date) -> bool:
        if self._holidays is None:
            return day.weekday() < _SATURDAY
        return self._holidays.is_working_day(day)


def _holidays_of(country: str | None) -> holidays.HolidayBase | None:
    if country is None:
        return None
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None


@lru_cache(maxsize=300)
def working_days_of(country: str | None) -> WorkingDays:
    """The calendar of `country`, kept for the life of the process."""
    return WorkingDays(country)
