"""Distances of a standard timeline from its reference date: `+14`, `-30`, `+10wd`. Pure."""

from __future__ import annotations

import re
from datetime import date

from tracker.core.working_days import WEEKDAYS_ONLY, WorkingDays
from tracker.followups.dates import offset_day

_OFFSET = re.compile(r"([+-]?)\s*(\d{1,4})\s*(d|w|wd)?", re.ASCII)


def clean_offset(text: str) -> str:
    """`+14`, `-30`, `+2w` or `+10wd`, as stored. Raises ValueError."""
    found = _OFFSET.fullmatch(" ".join(text.casefold().replace("−", "-").split()))
    if found is None:
        raise ValueError(text)
    unit = "" if found[3] in (None, "d") else found[3]
    return f"{found[1] or '+'}{int(found[2])}{unit}"


def day_of(reference_on: date, offset: str, working_days: WorkingDays = WEEKDAYS_ONLY) -> date | None:
    """The day at that distance; None where it would lie outside the calendar."""
    found = _OFFSET.fullmatch(offset)
    if found is None:
        return None
    count = -int(found[2]) if found[1] == "-" else int(found[2])
    try:
        return offset_day(count, found[3] or "d", reference_on, working_days)
    except OverflowError:
        return None


def parts_of(offset: str) -> tuple[int, str]:
    """The count, negative before, and the unit of a clean offset. Raises ValueError."""
    found = _OFFSET.fullmatch(offset)
    if found is None:
        raise ValueError(offset)
    return (-int(found[2]) if found[1] == "-" else int(found[2])), found[3] or "d"
