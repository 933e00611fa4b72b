"""How an entry is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.dates import VagueDate
from tracker.core.languages import format_vague, words_of_key

VOTE_WORDS = {"for": _l("for"), "against": _l("against"), "abstain": _l("abstain")}
"""The parts of a vote, as votes are read out."""


def in_reading_order(fact: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The parts of a fact that has several, those of a vote as it is read out: PostgreSQL sorts keys by length."""
    order = list(VOTE_WORDS)
    return sorted(fact.items(), key=lambda part: order.index(part[0]) if part[0] in order else len(order))


def parts_in_words(fact: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The same with what each part is called."""
    return [(str(VOTE_WORDS.get(key) or words_of_key(key)), said) for key, said in in_reading_order(fact)]


def when_words(when: VagueDate) -> str:
    """A vague date looks vague: "March 2026", "unknown, between 1 Jan 2026 and 14 Feb 2026"."""
    return format_vague(when)


def when_precision(when: VagueDate) -> str:
    """The word by which the style sheet knows how vague a date is."""
    if when.text is None and (when.after or when.before):
        return "between"
    return when.precision.value


def entry_label(entry: Any) -> str:
    """An entry in a message: its date and the beginning of its summary."""
    summary = entry.summary if len(entry.summary) <= 60 else entry.summary[:59] + "…"
    return f"{when_words(entry.when)}: {summary}"
