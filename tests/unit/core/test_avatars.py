from __future__ import annotations

import pytest

from tracker.core.avatars import PALETTE_SIZE, initials, palette_index


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Maryna Kavalenka", "MK"),
        ("Святлана Ціханоўская", "СЦ"),
        ("łukasz van der Berg", "ŁB"),
        ("Plato", "P"),
        ("Anna (deputy) –", "A"),
        ("", "?"),
        ("– –", "?"),
    ],
)
def test_initials_are_the_first_and_last_word_of_a_name_in_any_script(name: str, expected: str) -> None:
    assert initials(name) == expected


def test_a_name_keeps_its_colour_whatever_its_case_and_blanks() -> None:
    assert palette_index(" Maryna Kavalenka") == palette_index("maryna kavalenka")


def test_colours_of_many_names_fill_the_palette_and_stay_inside_it() -> None:
    assert {palette_index(f"Person {number}") for number in range(500)} == set(range(PALETTE_SIZE))
