"""Which days a view shows: whole weeks from Monday, no gap and no overlap between neighbours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.pages.calendar_days import AGENDA, AGENDA_DAYS, EARLIEST, LATEST, MONTH, WEEK, span_of

DAYS = st.dates(date(1901, 1, 1), date(2198, 12, 31))


def test_november_2026_fills_six_weeks() -> None:
    span = span_of(MONTH, date(2026, 11, 22))
    assert (span.first, span.last, len(span.weeks)) == (date(2026, 10, 26), date(2026, 12, 6), 6)
    assert [week[0].isocalendar().week for week in span.weeks] == [44, 45, 46, 47, 48, 49]
    assert not span.is_inside(date(2026, 12, 1)) and span.is_inside(date(2026, 11, 30))


@given(DAYS)
def test_a_month_shows_each_of_its_days_in_whole_weeks(day: date) -> None:
    span = span_of(MONTH, day)
    assert span.first.weekday() == 0 and span.last.weekday() == 6
    assert all(span.first <= day.replace(day=number) <= span.last for number in range(1, 29))
    assert span.after.day == 1 and span.after - timedelta(days=1) <= span.last
    assert (span.before.year * 12 + span.before.month) + 1 == day.year * 12 + day.month


@given(DAYS)
def test_weeks_and_agendas_follow_each_other_without_a_gap(day: date) -> None:
    assert span_of(WEEK, span_of(WEEK, day).after).first == span_of(WEEK, day).last + timedelta(days=1)
    agenda = span_of(AGENDA, day)
    assert len(agenda.days) == AGENDA_DAYS and agenda.after == agenda.last + timedelta(days=1)


@pytest.mark.parametrize("view", [MONTH, WEEK, AGENDA])
@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_time_are_no_error(view: str, day: date) -> None:
    assert EARLIEST - timedelta(days=60) < span_of(view, day).first <= LATEST
