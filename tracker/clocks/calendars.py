"""The days on which a forum's time limits can't end: public holidays and week-ends, by the code that a rule names.

A calendar says how sure it is: what its forum has not published, or nobody has looked up, is marked, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from dateutil.easter import easter
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from tracker.clocks.court_lists import CourtList, EnteredYears, entered_years, read_lists
from tracker.core.working_days import (
    WEEKDAYS_ONLY,
    WorkingDays,
    Year,
    has_holidays,
    holidays_in,
    subdivisions_of,
    working_days_of,
    year_of,
)

_CODE = re.compile(r"([A-Z]+)(?:-([A-Z0-9]+))?", re.ASCII)
_COUNTRIES = ("PL", "LT", "DE", "CZ", "CH", "LU", "NL")
_HOLIDAYS_SOURCE = f"holidays {version('holidays')}"
_entered: tuple[CourtList, ...] = ()


class UnknownCalendar(ValueError):
    """No calendar has this code."""


@dataclass(frozen=True, slots=True)
class CourtCalendar:
    """`code`: as asked for, such as CH-SG. `source`: where the days come from, with the version.

    `note`: what is not sure about it; empty where nothing is known to be missing.
    """

    code: str
    source: str
    note: LazyString | str
    working_days: WorkingDays

    def is_free(self, day: date) -> bool:
        """Whether no time limit ends on `day`: Saturday, Sunday or a holiday of this calendar."""
        return not self.working_days.is_worked(day)

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is a holiday by name; a week-end by itself is none."""
        return self.working_days.is_holiday(day)

    def working_day_from(self, day: date) -> date:
        """`day`, or the first day after it that is not free."""
        return self.working_days.first_from(day)

    def working_day_to(self, day: date) -> date:
        """`day`, or the last day before it that is not free."""
        return self.working_days.last_to(day)


def use_lists(folder: Path | None) -> None:
    """The forums' own lists that this installation keeps. Raises NotConfigured for a file that says something else."""
    global _entered
    _entered = read_lists(folder)
    calendar_of.cache_clear()


@lru_cache(maxsize=100)
def calendar_of(code: str | None) -> CourtCalendar:
    """The calendar that a rule's `calendar_code`, with a subdivision where one is given (`DE-BW`), names.

    None: week-ends only, which is how a forum without a known calendar is counted. Raises UnknownCalendar.
    """
    if code is None:
        return CourtCalendar("", "", "", WEEKDAYS_ONLY)
    match = _CODE.fullmatch(code)
    if match is None:
        raise UnknownCalendar(f"There is no calendar {code!r}.")
    base, subdivision = match.groups()
    if base in _OF_FORUMS and subdivision is None:
        return _OF_FORUMS[base](code)
    if base in _COUNTRIES:
        return _of_country(code, base, subdivision)
    raise UnknownCalendar(f"There is no calendar {code!r}.")


@lru_cache(maxsize=300)
def calendar_of_country(code: str) -> CourtCalendar:
    """The public holidays of any country (ISO 3166-1 alpha-2, with a subdivision as `DE-BW`), for working days.

    Where none are known, week-ends alone, and the note says so. Raises UnknownCalendar for what is no such code.
    """
    match = _CODE.fullmatch(code)
    if match is None:
        raise UnknownCalendar(f"There is no calendar {code!r}.")
    country, subdivision = match.groups()
    if not has_holidays(country, subdivision):
        return CourtCalendar(code, "", _l("Week-ends only: no public holidays are known here."), WEEKDAYS_ONLY)
    return CourtCalendar(code, _HOLIDAYS_SOURCE, "", working_days_of(country, subdivision=subdivision))


def codes_for(code: str) -> tuple[str, ...]:
    """A calendar's own code and those of its parts: CH, CH-AG, CH-AI and so on."""
    return (code, *(f"{code}-{part}" for part in subdivisions_of(code) if _CODE.fullmatch(f"{code}-{part}")))


def stands_still(code: str, day: date) -> bool:
    """Whether the period `code` names does not run on `day`. Raises UnknownCalendar.

    CH-BGG-46: Federal Supreme Court Act Art. 46(1): from the seventh day before Easter to the seventh after it, 15 July
    to 15 August, 18 December to 2 January, the first and last days included.
    """
    if code != "CH-BGG-46":
        raise UnknownCalendar(f"There is no standstill {code!r}.")
    return (
        abs((day - easter(day.year)).days) <= 7
        or date(day.year, 7, 15) <= day <= date(day.year, 8, 15)
        or day >= date(day.year, 12, 18)
        or day <= date(day.year, 1, 2)
    )


def _of_country(code: str, country: str, subdivision: str | None) -> CourtCalendar:
    if not has_holidays(country, subdivision):
        raise UnknownCalendar(f"There is no calendar {code!r}.")
    note: LazyString | str = ""
    if country in ("DE", "CH") and subdivision is None:
        note = _l(
            "Nationwide holidays only: which Land or canton counts is to be named, and can only give a later day."
        )
    return CourtCalendar(code, _HOLIDAYS_SOURCE, note, working_days_of(country, subdivision=subdivision))


def _of_icc(code: str) -> CourtCalendar:
    """Of a year whose list nobody entered the Dutch calendar stands in."""
    entered = entered_years(_entered, code)
    note = _l("Holidays not confirmed: the Registry's list was not found, Dutch public holidays stand in for it.")
    if entered.lists:
        note = _l(
            "The Registry's list is entered for %(years)s; of other years holidays are not confirmed, and Dutch public "
            "holidays stand in for them.",
            years=entered.years,
        )
    return _of_forum(code, f"{_HOLIDAYS_SOURCE}, NL", note, entered, lambda year: holidays_in("NL", None, year))


def _of_eu_courts(code: str) -> CourtCalendar:
    """The list under Art. 24 of the Rules of Procedure: 2003, 2015 and 2016 agree."""
    entered = entered_years(_entered, code)
    source = "decisions of 10 June 2003, 4 June 2015 (OJ C 220/13) and 9 March 2016 (OJ C 145/2)"
    note = _l(
        "A new list appears every year; whether 9 May stands on it was not seen, and it is not taken for a holiday."
    )
    if entered.lists:
        note = _l(
            "The list is entered for %(years)s; of other years that of 2016 is taken, and 9 May is no holiday.",
            years=entered.years,
        )
    return _of_forum(code, source, note, entered, _of_the_list_of_2016)


def _of_the_list_of_2016(year: int) -> frozenset[date]:
    days = ((1, 1), (5, 1), (6, 23), (8, 15), (11, 1), (12, 25), (12, 26))
    after_easter = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
    fixed = {date(year, month, day) for month, day in days}
    return frozenset(fixed | {easter(year) + timedelta(days=later) for later in after_easter})


def _of_institutions(code: str) -> CourtCalendar:
    entered = entered_years(_entered, code)
    note = _l("Week-ends only: the holidays of the institution or State where the act is done are not entered.")
    if entered.lists:
        note = _l("Holidays are entered for %(years)s; of other years week-ends alone count.", years=entered.years)
    return _of_forum(code, "", note, entered, lambda _year: frozenset())


def _of_forum(
    code: str, source: str, note: LazyString, entered: EnteredYears, otherwise: Callable[[int], frozenset[date]]
) -> CourtCalendar:
    """By the lists that were entered, and in other years by what is known without them."""

    def work_out(year: int) -> Year:
        listed = entered.holidays(year)
        return year_of(year, otherwise(year) if listed is None else listed)

    return CourtCalendar(code, "; ".join(filter(None, (source, *entered.sources))), note, WorkingDays(work_out))


_OF_FORUMS: dict[str, Callable[[str], CourtCalendar]] = {
    "ICC": _of_icc,
    "CJEU": _of_eu_courts,
    "EU": _of_institutions,
}
