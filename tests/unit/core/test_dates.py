from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.dates import Precision, VagueDate, earliest_day, latest_day, precision_of


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2024-09-30", Precision.DAY, date(2024, 9, 30), date(2024, 9, 30)),
        ("2022-04", Precision.MONTH, date(2022, 4, 1), date(2022, 4, 30)),
        ("2024-02", Precision.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        ("2021", Precision.YEAR, date(2021, 1, 1), date(2021, 12, 31)),
    ],
)
def test_a_vague_date_is_the_range_of_days_that_it_may_mean(text, precision, first, last):
    assert (precision_of(text), earliest_day(text), latest_day(text)) == (precision, first, last)


@pytest.mark.parametrize("text", ["", "22", "2022-4", "2022-04-1", "2022/04/01", " 2022", "2022-04-01T00:00", "٢٠٢٢"])
def test_another_form_of_date_is_refused(text):
    with pytest.raises(ValueError):
        precision_of(text)


@pytest.mark.parametrize("text", ["2023-02-29", "2022-13", "2022-00", "0000", "2022-04-31"])
def test_a_day_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError):
        latest_day(text)


def test_bounds_narrow_a_vague_date_and_never_widen_it():
    when = VagueDate("2022", after="2021-06", before="2022-03")
    assert (when.earliest, when.latest) == (date(2022, 1, 1), date(2022, 3, 31))


def test_bounds_that_leave_no_day_open_are_a_contradiction():
    assert VagueDate("2022", after="2023-01").contradiction()
    assert VagueDate(None, after="2022-05", before="2022-05-01").contradiction() is None


def test_an_unknown_date_is_before_and_after_nothing():
    unknown, known = VagueDate(), VagueDate("2022-04-01")
    assert not unknown.surely_before(known) and not known.surely_before(unknown)


def test_only_a_date_known_to_the_day_is_exact():
    assert VagueDate("2022-04-01").exact == date(2022, 4, 1)
    assert VagueDate("2022-04").exact is None and VagueDate(after="2022-04-01", before="2022-04-01").exact is None


texts = st.dates(date(1900, 1, 1), date(2100, 12, 31)).flatmap(
    lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])
)


@given(texts, texts)
def test_two_dates_are_never_each_before_the_other(one, other):
    a, b = VagueDate(one), VagueDate(other)
    assert not (a.surely_before(b) and b.surely_before(a))


@given(texts)
def test_the_first_day_is_never_after_the_last(text):
    assert earliest_day(text) <= latest_day(text)
