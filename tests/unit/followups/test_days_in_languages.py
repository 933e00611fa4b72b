"""Days as people type them in their own language, and forward and back by working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.day_names import DAY_NAMES
from tracker.core.working_days import WEEKDAYS_ONLY, working_days_among
from tracker.followups.dates import NotADay, read_day

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1 снежня", date(2026, 12, 1)),
        ("у пятніцу", date(2026, 11, 27)),
        ("наступную пятніцу", date(2026, 11, 27)),
        ("п'ятниця", date(2026, 11, 27)),
        ("следующий понедельник", date(2026, 11, 23)),
        ("jutro", date(2026, 11, 23)),
        ("w piątek", date(2026, 11, 27)),
        ("gruodžio 1 d.", date(2026, 12, 1)),
        ("2026 m. gruodžio 1 d.", date(2026, 12, 1)),
        ("1. Dezember", date(2026, 12, 1)),
        ("1.12", date(2026, 12, 1)),
        ("-3", date(2026, 11, 19)),
        ("-2wd", date(2026, 11, 19)),
    ],
)
def test_a_day_is_read_in_the_languages_of_the_people(typed: str, day: date) -> None:
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    ("three_days", "two_weeks", "a_month", "three_days_ago"),
    [
        ("in 3 days", "in 2 weeks", "in a month", "3 days ago"),
        ("праз 3 дні", "праз 2 тыдні", "праз месяц", "3 дні таму"),
        ("через 3 дня", "через 2 недели", "через месяц", "3 дня назад"),
        ("через 3 дні", "за 2 тижні", "через один місяць", "3 дні тому"),
        ("za 3 dni", "za 2 tygodnie", "za miesiąc", "3 dni temu"),
        ("po 3 dienų", "po 2 savaičių", "po mėnesio", "prieš 3 dienas"),
        ("in 3 Tagen", "in 2 Wochen", "in einem Monat", "vor 3 Tagen"),
    ],
)
def test_a_distance_is_said_in_each_language(
    three_days: str, two_weeks: str, a_month: str, three_days_ago: str
) -> None:
    assert read_day(three_days, TODAY) == date(2026, 11, 25)
    assert read_day(two_weeks, TODAY) == date(2026, 12, 6)
    assert read_day(a_month, TODAY) == date(2026, 12, 22)
    assert read_day(three_days_ago, TODAY) == date(2026, 11, 19)


@pytest.mark.parametrize(
    ("week", "month"),
    [
        ("next week", "next month"),
        ("наступны тыдзень", "у наступным месяцы"),
        ("на следующей неделе", "в следующем месяце"),
        ("наступного тижня", "наступного місяця"),
        ("w przyszłym tygodniu", "następny miesiąc"),
        ("kitą savaitę", "kitą mėnesį"),
        ("nächste Woche", "nächsten Monat"),
    ],
)
def test_the_next_week_begins_on_its_monday_and_the_next_month_on_its_first_day(week: str, month: str) -> None:
    assert read_day(week, TODAY) == date(2026, 11, 23)
    assert read_day(month, TODAY) == date(2026, 12, 1)


@given(st.sampled_from(sorted(DAY_NAMES)), st.dates(date(2000, 1, 1), date(2199, 12, 31)))
def test_every_month_is_read_as_each_language_writes_it(language: str, day: date) -> None:
    month = DAY_NAMES[language].months_genitive[day.month - 1]
    assert read_day(f"{day.day} {month} {day.year}", TODAY, language=language) == day


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_day_or_politely_none(text: str) -> None:
    try:
        assert date(2000, 1, 1) <= read_day(text, TODAY) <= date(2199, 12, 31)
    except NotADay:
        pass


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 200))
def test_working_days_forward_and_back_meet(start: date, count: int) -> None:
    end = WEEKDAYS_ONLY.away(start, count)
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(WEEKDAYS_ONLY.is_worked(day) for day in days) == count and WEEKDAYS_ONLY.is_worked(end)
    back = WEEKDAYS_ONLY.away(end, -count)
    assert back <= start and (not WEEKDAYS_ONLY.is_worked(start) or back == start)


def test_working_days_are_those_of_the_first_country_with_a_calendar() -> None:
    is_holiday = working_days_among(["XX", "LT", "PL"], "DE").is_holiday
    assert is_holiday(date(2026, 2, 16)) and not is_holiday(date(2026, 10, 3))
    assert working_days_among([], "DE").is_holiday(date(2026, 10, 3))
    assert not working_days_among([], None).is_holiday(date(2026, 12, 25))
