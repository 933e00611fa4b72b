"""Working days: one arithmetic for follow-ups, reminders and clocks. Pure.

A place has its own week-end and its public holidays; a court or a person may have their own. A year is worked out once,
as a whole and for itself, and kept: threads share it, and whoever asks again pays a search in a tuple.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache
from typing import Any

import holidays

SATURDAY = 5
MOST_YEARS = 400
"""Kept at a time by one calendar: whoever asks for all years there are fills no memory."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Year:
    """The days of one year on which work is done, in order, and its public holidays, week-ends among them."""

    working: tuple[date, ...]
    holidays: frozenset[date]


def week_ends_only(year: int) -> Year:
    """Saturdays and Sundays are free, and nothing else."""
    return year_of(year, frozenset())


def year_of(year: int, free: frozenset[date], weekdays: frozenset[int] | None = None) -> Year:
    """A year without the days of `free`, and with work on `weekdays` (ISO, Monday is 1), Monday to Friday by itself."""
    worked = weekdays if weekdays is not None else frozenset(range(1, SATURDAY + 1))
    return Year(tuple(day for day in _days_of(year) if day.isoweekday() in worked and day not in free), free)


class WorkingDays:
    """The working days of one place. `work_out` gives a year of it."""

    __slots__ = ("_work_out", "_years")

    def __init__(self, work_out: Callable[[int], Year] = week_ends_only) -> None:
        self._work_out = work_out
        self._years: dict[int, Year] = {}

    def is_worked(self, day: date) -> bool:
        working = self._year(day.year).working
        place = bisect_left(working, day)
        return place < len(working) and working[place] == day

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is a public holiday; a week-end by itself is none."""
        return day in self._year(day.year).holidays

    def between(self, after: date, until: date) -> int:
        """How many working days lie in (after, until]; 0 when `until` is not later."""
        if until <= after:
            return 0
        first, last = after.year, until.year
        working = (self._years.get(first) or self._learn(first)).working  # written out: planning asks a great deal
        if first == last:
            return bisect_right(working, until) - bisect_right(working, after)
        whole = sum(len(self._year(year).working) for year in range(first + 1, last))
        rest = bisect_right(self._year(last).working, until)
        return len(working) - bisect_right(working, after) + whole + rest

    def nth_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself when `count` is 0. Raises OverflowError."""
        if count == 0:
            return day
        year = day.year
        working = self._year(year).working
        place = bisect_right(working, day) + count - 1
        while place >= len(working):
            place -= len(working)
            year += 1
            working = self._year(year).working
        return working[place]

    def nth_before(self, day: date, count: int) -> date:
        """The `count`-th working day before `day`; `day` itself when `count` is 0. Raises OverflowError."""
        if count == 0:
            return day
        year = day.year
        working = self._year(year).working
        place = bisect_left(working, day) - count
        while place < 0:
            year -= 1
            working = self._year(year).working
            place += len(working)
        return working[place]

    def away(self, day: date, count: int) -> date:
        """The day `count` working days after `day`, before it where negative. Raises OverflowError."""
        return self.nth_after(day, count) if count >= 0 else self.nth_before(day, -count)

    def first_from(self, day: date) -> date:
        """`day`, or the first working day after it."""
        return day if self.is_worked(day) else self.nth_after(day, 1)

    def last_to(self, day: date) -> date:
        """`day`, or the last working day before it."""
        return day if self.is_worked(day) else self.nth_before(day, 1)

    def _year(self, year: int) -> Year:
        known = self._years.get(year)
        return known if known is not None else self._learn(year)

    def _learn(self, year: int) -> Year:
        if not MINYEAR <= year <= MAXYEAR:
            raise OverflowError("no such year")
        if len(self._years) >= MOST_YEARS:
            self._years.clear()
        self._years[year] = found = self._work_out(year)
        return found


WEEKDAYS_ONLY = WorkingDays()
"""For readers without a country, or with one of which no holidays are known."""


@lru_cache(maxsize=300)
def working_days_of(
    country: str | None, weekdays: frozenset[int] | None = None, subdivision: str | None = None
) -> WorkingDays:
    """The calendar of a country (ISO 3166-1 alpha-2) or of a part of it; Monday to Friday where none is known.

    `weekdays` (ISO, Monday is 1) stand in place of the country's own week; its holidays stay.
    """
    if country is None or not has_holidays(country, subdivision):
        return WEEKDAYS_ONLY if weekdays is None else WorkingDays(lambda year: year_of(year, frozenset(), weekdays))
    return WorkingDays(lambda year: _year_in(country, subdivision, weekdays, year))


def working_days_among(countries: Sequence[str], otherwise: str | None) -> WorkingDays:
    """The calendar of the first of `countries` that has one here, else that of `otherwise`."""
    return working_days_of(next((one for one in countries if has_holidays(one)), otherwise))


@lru_cache(maxsize=1000)
def has_holidays(country: str, subdivision: str | None = None) -> bool:
    """Whether the public holidays of the place are known."""
    try:
        holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        return False
    return True


def subdivisions_of(country: str) -> tuple[str, ...]:
    """The codes of its parts with holidays of their own; empty where there are none, or nothing is known."""
    return tuple(holidays.country_holidays(country).subdivisions) if has_holidays(country) else ()


def holidays_in(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """Of one whole year. Raises NotImplementedError where none are known."""
    return frozenset(day for day in _calendar(country, subdivision, year) if day.year == year)


def _year_in(country: str, subdivision: str | None, weekdays: frozenset[int] | None, year: int) -> Year:
    """With the country's own week-end, and the days off that it makes up for, unless `weekdays` say otherwise."""
    calendar = _calendar(country, subdivision, year)
    free = frozenset(day for day in calendar if day.year == year)
    if weekdays is not None:
        return year_of(year, free, weekdays)
    return Year(tuple(day for day in _days_of(year) if calendar.is_working_day(day)), free)


def _calendar(country: str, subdivision: str | None, year: int) -> Any:
    """An object of its own for each year: the package's fills itself when asked, and another thread may see it half."""
    return holidays.country_holidays(country, subdiv=subdivision, years=year)


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + offset * _DAY for offset in range((date(year, 12, 31) - first).days + 1)]
