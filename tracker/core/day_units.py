"""Words of distance in the languages that people here type: `in 3 days`, `праз 2 тыдні`, `vor einer Woche`. Pure."""

from __future__ import annotations

from functools import cache

from tracker.core.day_names import folded

UNITS: dict[str, dict[str, str]] = {
    "en": {"d": "day days", "w": "week weeks", "m": "month months"},
    "be": {"d": "дзень дні дзён дня", "w": "тыдзень тыдні тыдняў тыдня", "m": "месяц месяцы месяцаў месяца"},
    "ru": {"d": "день дня дней", "w": "неделя неделю недели недель неделе", "m": "месяц месяца месяцев месяце"},
    "uk": {
        "d": "день дні днів дня",
        "w": "тиждень тижні тижнів тижня",
        "m": "місяць місяці місяців місяця",
    },
    "pl": {
        "d": "dzień dni",
        "w": "tydzień tygodnie tygodni tygodniu",
        "m": "miesiąc miesiące miesięcy miesiącu",
    },
    "lt": {
        "d": "diena dieną dienos dienų dienas",
        "w": "savaitė savaitę savaitės savaičių savaites",
        "m": "mėnuo mėnesį mėnesio mėnesiai mėnesius mėnesių",
    },
    "de": {"d": "Tag Tage Tagen", "w": "Woche Wochen", "m": "Monat Monate Monaten"},
}
"""All forms that stand behind a number, and behind `next`."""
AHEAD = "in праз через за za po už"
BEFORE = "prieš vor"
"""Stands before the distance back."""
AGO = "ago таму назад тому temu"
"""Stands behind it."""
ONE = "a an one адзін один одну одна jeden jedną vieną vieno ein einen einem einer eine"


def unit_of(word: str) -> str | None:
    """`d`, `w` or `m` for a word that says days, weeks or months in one of the languages."""
    return _units().get(folded(word))


def is_ahead(word: str) -> bool:
    """Whether it stands before a distance into the future."""
    return folded(word) in _words(AHEAD)


def is_before(word: str) -> bool:
    """Whether it stands before a distance into the past."""
    return folded(word) in _words(BEFORE)


def is_ago(word: str) -> bool:
    """Whether it stands behind a distance into the past."""
    return folded(word) in _words(AGO)


def is_one(word: str) -> bool:
    """Whether it is the number one, or an article."""
    return folded(word) in _words(ONE)


@cache
def _units() -> dict[str, str]:
    return {
        folded(word): unit
        for of_language in UNITS.values()
        for unit, words in of_language.items()
        for word in words.split()
    }


@cache
def _words(row: str) -> frozenset[str]:
    return frozenset(folded(word) for word in row.split())
