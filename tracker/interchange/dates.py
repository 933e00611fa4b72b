"""Dates as a dossier file writes them, checked in words for the author of the file."""

from __future__ import annotations

import calendar
import re

_VAGUE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def check_vague(text: str) -> None:
    """Raises ValueError when `text` is no YYYY, YYYY-MM or YYYY-MM-DD that exists in the calendar."""
    match = _VAGUE.fullmatch(text)
    if match is None:
        raise ValueError("is no date; write it as YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in match.groups())
    if not year:
        raise ValueError("the year 0000 does not exist")
    if month is None:
        return
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month:02d}; months run from 01 to 12")
    last = calendar.monthrange(year, month)[1]
    if day is not None and not 1 <= day <= last:
        raise ValueError(f"there is no day {day:02d} in {year:04d}-{month:02d}; its days run from 01 to {last}")
