"""One arithmetic of working days: held against counting day by day; follow-ups, reminders and clocks ask it alike."""

from __future__ import annotations

import re
from datetime import MAXYEAR, date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.clocks.calendars import calendar_of, calendar_of_country
from tracker.clocks.house import house_rule
from tracker.clocks.reckoning import reckon
from tracker.core.natural_days import offset_day
from tracker.core.working_days import (
    MOST_YEARS,
    WEEKDAYS_ONLY,
    WorkingDays,
    has_holidays,
    week_ends_only,
    working_days_among,
    working_days_of,
)

ROOT = Path(__file__).parents[3]
PLACES = [
    (None, None),
    ("PL", None),
    ("LT", None),
    ("DE", "BW"),
    ("CH", "SG"),
    ("IL", None),
    ("AE", None),
    ("ZZ", None),
]
DAYS = st.dates(date(2015, 1, 1), date(2045, 12, 31))
COUNTS = st.integers(0, 600)


def plain(country: str | None, subdivision: str | None, day: date) -> bool:
    """Whether work is done, as the package says it for one day alone."""
    if country in (None, "ZZ"):
        return day.weekday() < 5
    return bool(holidays.country_holidays(country, subdiv=subdivision, years=day.year).is_working_day(day))


@given(place=st.sampled_from(PLACES), day=DAYS)
def test_a_day_is_worked_where_the_country_works(place: tuple[str | None, str | None], day: date) -> None:
    country, subdivision = place
    assert working_days_of(country, subdivision=subdivision).is_worked(day) == plain(country, subdivision, day)


@given(place=st.sampled_from(PLACES), day=DAYS, count=st.integers(1, 300))
def test_the_nth_day_is_found_by_counting_one_by_one(
    place: tuple[str | None, str | None], day: date, count: int
) -> None:
    days = working_days_of(place[0], subdivision=place[1])
    for sign in (1, -1):
        found, left = day, count
        while left:
            found += timedelta(days=sign)
            left -= days.is_worked(found)
        assert days.away(day, sign * count) == found


@given(place=st.sampled_from(PLACES), day=DAYS, count=COUNTS)
def test_so_many_lie_between_and_back_meets_forward(
    place: tuple[str | None, str | None], day: date, count: int
) -> None:
    days = working_days_of(place[0], subdivision=place[1])
    end = days.nth_after(day, count)
    assert days.between(day, end) == count
    assert days.between(end, day) == 0
    if count:
        assert days.is_worked(end) and days.nth_before(end, count) <= day
    assert days.first_from(day) == (day if days.is_worked(day) else days.nth_after(day, 1))


@given(country=st.sampled_from(["PL", "LT", "IL", "AE", "ZZ"]), day=st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_follow_ups_reminders_and_clocks_come_to_the_same_day(country: str, day: date) -> None:
    rule = house_rule("silence_letter")
    assert rule.amount is not None and rule.unit == "working_days"
    by_clock = reckon(rule, day, country).due_on
    assert by_clock == offset_day(rule.amount, "wd", day, working_days_among([country], None))
    assert by_clock == working_days_of(country).nth_after(day, rule.amount)


def test_whoever_rests_on_fridays_works_on_sundays() -> None:
    friday, sunday = date(2026, 11, 20), date(2026, 11, 22)
    israel = working_days_of("IL")
    assert not israel.is_worked(friday) and israel.is_worked(sunday)
    assert calendar_of_country("IL").is_free(friday) and not calendar_of_country("IL").is_free(sunday)


@pytest.mark.parametrize("code", ["PL", "LT", "DE-BW", "CZ", "CH-SG", "LU", "NL", "ICC", "CJEU", "EU", None])
def test_no_time_limit_of_a_court_ends_on_a_saturday_or_a_sunday(code: str | None) -> None:
    calendar = calendar_of(code)
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(366 * 10)]
    assert all(calendar.is_free(day) == (day.weekday() > 4 or calendar.is_holiday(day)) for day in days)


def test_a_calendar_keeps_only_so_many_years() -> None:
    days = WorkingDays(week_ends_only)
    for year in range(1900, 1900 + MOST_YEARS + 50):
        days.is_worked(date(year, 6, 1))
    assert len(days._years) <= MOST_YEARS
    assert days.nth_after(date(1900, 6, 1), 1) == date(1900, 6, 4)


def test_beyond_the_last_year_there_is_no_day() -> None:
    with pytest.raises(OverflowError):
        WEEKDAYS_ONLY.nth_after(date(MAXYEAR, 12, 31), 1)
    with pytest.raises(OverflowError):
        WEEKDAYS_ONLY.nth_before(date(1, 1, 1), 1)


def test_what_is_no_country_has_no_holidays() -> None:
    assert not has_holidays("ZZ") and not has_holidays("DE", "ZZ") and has_holidays("DE", "BW")
    assert working_days_of("ZZ") is WEEKDAYS_ONLY


def test_nobody_else_asks_the_package_of_holidays() -> None:
    asking = re.compile(r"^\s*(?:import|from) holidays\b", re.MULTILINE)
    files = [file for file in (ROOT / "tracker").rglob("*.py") if asking.search(file.read_text(encoding="utf-8"))]
    assert [str(file.relative_to(ROOT)) for file in files] == ["tracker/core/working_days.py"]
