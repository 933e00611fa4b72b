"""A date as people type it, brought to the form YYYY[-MM[-DD]]. Pure."""

from __future__ import annotations

import re

from tracker.core.dates import earliest_day, precision_of
from tracker.core.day_names import month_number

_NAMED = re.compile(r"(?:([0-9]{1,2})(?:st|nd|rd|th)?\.?\s+)?([^\W\d_]{3,12})\.?,?\s+([0-9]{4})(?:\s?[гр]\.?)?")
_DOTTED = re.compile(r"(?:(\d{1,2})\.\s?)?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_LOOSE = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", re.ASCII)


def read_vague(text: str) -> str | None:
    """`14 Mar 2026`, `14.3.2026`, `March 2026`, `3.2026`, `2026-3` as YYYY[-MM[-DD]]; None for nothing.

    A month may be named in any language of `tracker.core.day_names`: `14 сакавіка 2026`, `marzec 2026`.
    Raises ValueError for what is no date, or no day of the calendar.
    """
    said = " ".join(text.split()).casefold()
    if not said:
        return None
    found = _parts(said)
    precision_of(found)
    if earliest_day(found).year < 1000:
        raise ValueError("no such year")
    return found


def _parts(said: str) -> str:
    if match := _LOOSE.fullmatch(said):
        year, month, day = match.groups()
        return _joined(year, int(month), day)
    if match := _NAMED.fullmatch(said):
        day, name, year = match.groups()
        return _joined(year, _month(name), day)
    if match := _DOTTED.fullmatch(said):
        day, month, year = match.groups()
        return _joined(year, int(month), day)
    return said


def _month(name: str) -> int:
    number = month_number(name)
    if number is None:
        raise ValueError("no such month")
    return number


def _joined(year: str, month: int, day: str | None) -> str:
    return f"{year}-{month:02d}" + (f"-{int(day):02d}" if day else "")
