"""How a vague date and an entry are put into words."""

from __future__ import annotations

from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from tracker.core.dates import Precision, VagueDate, earliest_day, precision_of

_SHAPES = {Precision.DAY: "d MMM y", Precision.MONTH: "LLLL y", Precision.YEAR: "y"}


def date_words(text: str) -> str:
    """`2026-03` as "March 2026", in the reader's language."""
    return str(format_date(earliest_day(text), _SHAPES[precision_of(text)]))


def when_words(when: VagueDate) -> str:
    """A vague date looks vague: "March 2026", "unknown, between 1 Jan 2026 and 14 Feb 2026"."""
    known = date_words(when.text) if when.text else _("unknown")
    after = date_words(when.after) if when.after else None
    before = date_words(when.before) if when.before else None
    if after and before:
        return str(_("%(known)s, between %(after)s and %(before)s", known=known, after=after, before=before))
    if after:
        return str(_("%(known)s, not before %(after)s", known=known, after=after))
    if before:
        return str(_("%(known)s, not after %(before)s", known=known, before=before))
    return known


def when_precision(when: VagueDate) -> str:
    """The word by which the style sheet knows how vague a date is."""
    if when.text is None and (when.after or when.before):
        return "between"
    return when.precision.value


def entry_label(entry: Any) -> str:
    """An entry in a message: its date and the beginning of its summary."""
    summary = entry.summary if len(entry.summary) <= 60 else entry.summary[:59] + "…"
    return f"{when_words(entry.when)}: {summary}"
