"""Reading a day as people type it: the reading is tracker.core.natural_days, this is where follow-ups take it from."""

from __future__ import annotations

from tracker.core.natural_days import (
    IsHoliday,
    NotADay,
    add_working_days,
    is_working_day,
    no_holidays,
    offset_day,
    read_day,
)

__all__ = ["IsHoliday", "NotADay", "add_working_days", "is_working_day", "no_holidays", "offset_day", "read_day"]
