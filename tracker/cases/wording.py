"""How an entry is put into words."""

from __future__ import annotations

from typing import Any

from tracker.core.dates import VagueDate
from tracker.core.languages import format_vague


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
