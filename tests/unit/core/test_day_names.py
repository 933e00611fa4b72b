from __future__ import annotations

import pytest
from babel import Locale

from tracker.core.day_names import DAY_NAMES, folded, is_next, month_number, near_day, weekday_number

LANGUAGES = sorted(DAY_NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_and_weekdays_are_those_of_cldr(language: str) -> None:
    names, cldr = DAY_NAMES[language], Locale.parse(language)
    assert list(names.months) == [cldr.months["stand-alone"]["wide"][number] for number in range(1, 13)]
    assert list(names.weekdays) == [cldr.days["stand-alone"]["wide"][number] for number in range(7)]
    if language != "de":  # CLDR has no genitive for German
        assert list(names.months_genitive) == [cldr.months["format"]["wide"][number] for number in range(1, 13)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_names_its_own_day(language: str) -> None:
    names = DAY_NAMES[language]
    for column in (names.months, names.months_genitive, names.months_short):
        assert [month_number(word, language) for word in column] == list(range(1, 13))
    for column in (names.weekdays, names.weekdays_accusative, names.weekdays_genitive, names.weekdays_short):
        assert [weekday_number(word, language) for word in column] == list(range(7))
    assert [near_day(word) for word in names.near] == [-1, 0, 1]
    assert all(is_next(word) for word in names.next_words)


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("снежня", 12),
        ("Dec.", 12),
        ("Сентября", 9),
        ("sept", 9),
        ("października", 10),
        ("pazdziernika", 10),
        ("rugsejo", 9),
        ("März", 3),
        ("верасень", 9),
        ("decem", 12),
        ("ju", None),
        ("xyz", None),
        ("", None),
    ],
)
def test_a_month_is_known_in_any_of_the_languages(typed: str, month: int | None) -> None:
    assert month_number(typed) == month


def test_a_beginning_that_fits_two_months_is_refused() -> None:
    assert month_number("ма") is None
    assert month_number("ju") is None
    assert month_number("червень", "be") == month_number("чэрвень", "uk") == 6
    assert month_number("лист") == month_number("лістапада") == 11
    assert month_number("li") is None  # lipiec, listopad, liepa


@pytest.mark.parametrize(
    ("typed", "language", "weekday"),
    [
        ("п'ятницю", "uk", 4),
        ("п’ятниця", None, 4),
        ("пятніцу", None, 4),
        ("fri", None, 4),
        ("Freitag", None, 4),
        ("sroda", None, 2),
        ("pn", "lt", 4),
        ("нд", "be", 6),
        ("нд", None, 6),
        ("аўт", None, 1),
        ("s", None, None),
    ],
)
def test_a_weekday_is_known_in_any_of_the_languages(typed: str, language: str | None, weekday: int | None) -> None:
    assert weekday_number(typed, language) == weekday


def test_folding_keeps_the_letters_of_cyrillic() -> None:
    assert folded("Пʼятниця") == "пятниця"
    assert folded("Środa.") == "sroda"
    assert folded("май") == "май"
    assert folded("Аўторак") == "аўторак"
    assert folded("сёння") == "сення"
