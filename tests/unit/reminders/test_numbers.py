"""Opaque numbers, drawn by the lot."""

from __future__ import annotations

from tracker.core.ids import seeded
from tracker.reminders.numbers import is_number, new_number, new_numbers


def test_numbers_are_as_many_as_were_asked_for_and_no_two_alike() -> None:
    for count in (0, 1, 99, 100, 101, 1000):
        drawn = new_numbers(count)
        assert len(set(drawn)) == count
        assert all(is_number(one) for one in drawn)


def test_numbers_use_their_whole_room() -> None:
    drawn = new_numbers(2000)
    letters_at = [{one[place] for one in drawn} for place in range(11)]
    assert [len(letters) for letters in letters_at] == [30] * 5 + [1] + [30] * 5


def test_one_number_is_drawn_as_a_lot_of_one() -> None:
    with seeded(7):
        alone = new_number()
    with seeded(7):
        assert new_numbers(1) == [alone]
