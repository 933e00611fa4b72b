"""The place of a new entry: order kept, no collision, no drift, contradictions named."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.cases.order import AT_THE_START, Contradiction, PlaceUnknown, Standing, between, place_for, sort_days
from tracker.core.dates import VagueDate


def history(*dates: str | VagueDate | None) -> list[Standing]:
    return [
        Standing(uuid4(), Decimal(number), date if isinstance(date, VagueDate) else VagueDate(date), f"Entry {number}")
        for number, date in enumerate(dates, start=1)
    ]


def test_the_first_entry_takes_the_first_place() -> None:
    assert place_for([], VagueDate("2025-01-01")) == 1


def test_a_later_entry_stands_at_the_end() -> None:
    assert place_for(history("2024", "2025-01-01"), VagueDate("2025-02")) == 3


def test_an_earlier_entry_fits_between_two_others() -> None:
    assert 1 < place_for(history("2024-01-01", "2024-03-01"), VagueDate("2024-02-01")) < 2


def test_an_entry_before_all_others_stands_first() -> None:
    assert place_for(history("2024-01-01"), VagueDate("2023")) < 1


def test_of_three_on_one_day_the_last_entered_stands_last() -> None:
    assert place_for(history("2024-09-30", "2024-09-30"), VagueDate("2024-09-30")) == 3


def test_a_month_stands_after_its_first_day_and_before_its_second() -> None:
    days = history("2022-04-01", "2022-04-02")
    assert 1 < place_for(days, VagueDate("2022-04")) < 2


def test_todays_entry_follows_one_of_unknown_date() -> None:
    assert place_for(history(None, None), VagueDate("2026-11-22")) == 3


def test_an_unknown_date_among_others_needs_a_place_said_by_hand() -> None:
    with pytest.raises(PlaceUnknown):
        place_for(history("2024"), VagueDate(None))


def test_an_unknown_date_contradicts_no_place() -> None:
    entries = history("2024-01-01", "2024-03-01")
    assert 1 < place_for(entries, VagueDate(None), entries[0].id) < 2
    assert place_for(entries, VagueDate(None), AT_THE_START) < 1


def test_a_place_before_an_entry_that_surely_ended_is_refused_and_the_entry_named() -> None:
    entries = history("2024-01-01", "2024-03-01")
    with pytest.raises(Contradiction) as refusal:
        place_for(entries, VagueDate("2025"), entries[0].id)
    assert (refusal.value.neighbour.label, refusal.value.neighbour_is_earlier) == ("Entry 2", True)


def test_a_place_after_an_entry_that_surely_began_later_is_refused() -> None:
    entries = history("2024-01-01", "2024-03-01")
    with pytest.raises(Contradiction) as refusal:
        place_for(entries, VagueDate("2024-02-01"), entries[1].id)
    assert (refusal.value.neighbour.label, refusal.value.neighbour_is_earlier) == ("Entry 2", False)


def test_bounds_count_as_much_as_the_date_itself() -> None:
    entries = history(VagueDate(None, "2024-05", "2024-06"))
    with pytest.raises(Contradiction):
        place_for(entries, VagueDate("2024-07-01"), AT_THE_START)


def test_an_entry_that_has_gone_is_no_place() -> None:
    with pytest.raises(KeyError):
        place_for(history("2024"), VagueDate("2025"), uuid4())


@given(st.lists(st.booleans(), max_size=400))
def test_places_never_collide_however_often_one_gap_is_split(lower: list[bool]) -> None:
    left, right = Decimal(1), Decimal(2)
    for goes_left in lower:
        middle = between(left, right)
        assert left < middle < right
        left, right = (left, middle) if goes_left else (middle, right)


@given(st.lists(st.dates().map(lambda day: VagueDate(day.isoformat())), max_size=40))
def test_entries_in_any_order_of_entry_come_to_stand_in_the_order_of_their_days(days: list[VagueDate]) -> None:
    standing: list[Standing] = []
    for number, day in enumerate(days):
        standing.append(Standing(uuid4(), place_for(standing, day), day, str(number)))
        standing.sort(key=lambda one: one.place)
    assert len({one.place for one in standing}) == len(days)
    assert [sort_days(one.when) for one in standing] == sorted(sort_days(day) for day in days)


_MONTHS = st.builds(lambda year, month: VagueDate(f"{year}-{month:02d}"), st.integers(2000, 2003), st.integers(1, 12))
_YEARS = st.integers(2000, 2003).map(lambda year: VagueDate(str(year)))


@given(st.lists(st.one_of(_MONTHS, _YEARS, st.dates().map(lambda day: VagueDate(day.isoformat()))), max_size=30))
def test_no_entry_stands_before_one_that_surely_ended(days: list[VagueDate]) -> None:
    standing: list[Standing] = []
    for number, day in enumerate(days):
        standing.append(Standing(uuid4(), place_for(standing, day), day, str(number)))
        standing.sort(key=lambda one: one.place)
    for number, one in enumerate(standing):
        assert not any(later.when.surely_before(one.when) for later in standing[number + 1 :])


def test_a_thousand_entries_at_the_end_stay_whole_numbers() -> None:
    place = between(None, None)
    for _ in range(1000):
        place = between(place, None)
    assert place == 1001
