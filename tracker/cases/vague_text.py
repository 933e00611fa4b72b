"""A date as people type it, brought to the form YYYY[-MM[-DD]]. Pure."""

from __future__ import annotations

import re
from datetime import date

from tracker.core.dates import earliest_day, precision_of
from tracker.core.day_names import month_number
from tracker.core.natural_days import read_near

_NAMED = re.compile(r"(?:([0-9]{1,2})(?:st|nd|rd|th)?\.?\s+)?([^\W\d_]{3,12})\.?,?\s+([0-9]{4})(?:\s?[гр]\.?)?")
_DOTTED = re.compile(r"(?:(\d{1,2})[./]\s?)?(\d{1,2})[./]\s?(\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"(\d{1,2})([./])(\d{1,2})\2(\d{2})", re.ASCII)
_LAST_OF_THIS_CENTURY = 69
"""Of a year of two digits: `99` is 1999, as in POSIX."""
_LOOSE = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", re.ASCII)


def read_vague(text: str) -> str | None:
    """`14 Mar 2026`, `14.3.2026`, `14/3/26`, `March 2026`, `3.2026`, `2026-3` as YYYY[-MM[-DD]]; None for nothing.

    Figures are day first. A month may be named in any language of `tracker.core.day_names`: `14 сакавіка 2026`,
    `marzec 2026`.
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


def read_vague_or_near(text: str, today: date) -> str | None:
    """The same, and days that are said by their distance from `today`: `yesterday`, `3 days ago`. Raises ValueError."""
    try:
        return read_vague(text)
    except ValueError:
        return read_near(text, today).isoformat()


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
    if match := _SHORT_YEAR.fullmatch(said):
        day, _sign, month, year = match.groups()
        century = "20" if int(year) <= _LAST_OF_THIS_CENTURY else "19"
        return _joined(century + year, int(month), day)
    return said


def _month(name: str) -> int:
    number = month_number(name)
    if number is None:
        raise ValueError("no such month")
    return number


def _joined(year: str, month: int, day: str | None) -> str:
    return f"{year}-{month:02d}" + (f"-{int(day):02d}" if day else "")
