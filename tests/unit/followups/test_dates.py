from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.working_days import working_days_of
from tracker.followups.dates import NotADay, read_day

WEDNESDAY = date(2026, 10, 14)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("1 Dec", date(2026, 12, 1)),
        ("1 dec 2027", date(2027, 12, 1)),
        ("1st December 2026", date(2026, 12, 1)),
        ("01.12.2026", date(2026, 12, 1)),
        ("3 Mar", date(2027, 3, 3)),
        ("14 Oct", WEDNESDAY),
        ("29 Feb", date(2028, 2, 29)),
        ("5 sept", date(2027, 9, 5)),
        ("+14", date(2026, 10, 28)),
        ("+2w", date(2026, 10, 28)),
        ("+10wd", date(2026, 10, 28)),
        ("+10 working days", date(2026, 10, 28)),
        ("today", WEDNESDAY),
        ("Tomorrow", date(2026, 10, 15)),
        ("friday", date(2026, 10, 16)),
        ("fri", date(2026, 10, 16)),
        ("next  Friday", date(2026, 10, 23)),
        ("wednesday", date(2026, 10, 21)),
        ("monday", date(2026, 10, 19)),
        ("next monday", date(2026, 10, 19)),
        ("01.12.26", date(2026, 12, 1)),
        ("1.12.26", date(2026, 12, 1)),
        ("1/12/2026", date(2026, 12, 1)),
        ("12/01/2026", date(2026, 1, 12)),
        ("3/4/27", date(2027, 4, 3)),
        ("1/12", date(2026, 12, 1)),
        ("1-12-2026", date(2026, 12, 1)),
        ("2026/12/01", date(2026, 12, 1)),
        ("in 3 days", date(2026, 10, 17)),
        ("in 2 weeks", date(2026, 10, 28)),
        ("in a month", date(2026, 11, 14)),
        ("+1m", date(2026, 11, 14)),
        ("+2 months", date(2026, 12, 14)),
        ("-1m", date(2026, 9, 14)),
        ("next week", date(2026, 10, 19)),
        ("next month", date(2026, 11, 1)),
        ("2 days ago", date(2026, 10, 12)),
    ],
)
def test_a_day_is_read_as_people_type_it(text: str, expected: date) -> None:
    assert read_day(text, WEDNESDAY) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31 Feb",
        "2026-13-01",
        "2026-02-30",
        "ma",
        "1 ju",
        "+",
        "+99999",
        "next",
        "0206-12-01",
        "13/13/2026",
        "1/12-2026",
    ],
)
def test_a_text_that_names_no_day_is_refused(text: str) -> None:
    with pytest.raises(NotADay):
        read_day(text, WEDNESDAY)


def test_a_month_from_the_31st_is_the_last_day_of_a_shorter_one() -> None:
    assert read_day("+1m", date(2027, 1, 31)) == date(2027, 2, 28)
    assert read_day("in 2 months", date(2026, 12, 31)) == date(2027, 2, 28)
    assert read_day("next month", date(2026, 12, 31)) == date(2027, 1, 1)
    with pytest.raises(NotADay):
        read_day("+99999m", WEDNESDAY)


def test_working_days_step_over_the_holidays_of_the_country() -> None:
    before_all_saints = date(2028, 10, 31)  # 1 November 2028 is a Wednesday, and free in Poland
    assert read_day("+1wd", before_all_saints, working_days_of("PL")) == date(2028, 11, 2)
    assert read_day("+1wd", before_all_saints, working_days_of("GB")) == date(2028, 11, 1)


def test_an_unknown_country_has_no_holidays() -> None:
    assert working_days_of("QQ").is_worked(date(2026, 12, 25))
    assert working_days_of(None).is_worked(date(2026, 12, 25))


DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@given(DAYS, DAYS)
def test_every_day_written_in_full_is_itself(day: date, today: date) -> None:
    assert read_day(day.isoformat(), today) == day
    assert read_day(f"{day.day} {day:%b} {day.year}", today) == day


@given(DAYS)
def test_a_day_without_a_year_never_lies_behind(today: date) -> None:
    for text in ("1 Jan", "31 Dec", "29 Feb", f"{today.day} {today:%B}"):
        assert read_day(text, today) >= today


@given(DAYS, st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
def test_a_weekday_lies_one_to_seven_days_ahead_and_next_in_the_following_week(today: date, name: str) -> None:
    plain, following = read_day(name, today), read_day(f"next {name}", today)
    assert 1 <= (plain - today).days <= 7
    assert plain.strftime("%a").lower() == following.strftime("%a").lower() == name
    assert following.isocalendar()[:2] == (today + timedelta(days=7)).isocalendar()[:2]


@given(DAYS, st.integers(0, 400))
def test_so_many_working_days_lie_between(today: date, count: int) -> None:
    working_days = working_days_of("LT")
    end = working_days.away(today, count)
    between = [today + timedelta(days=step) for step in range(1, (end - today).days + 1)]
    assert sum(working_days.is_worked(day) for day in between) == count


@given(st.text(max_size=30), DAYS)
def test_any_text_is_either_a_day_or_refused(text: str, today: date) -> None:
    try:
        day = read_day(text, today)
    except NotADay:
        return
    assert 2000 <= day.year <= 2199
