"""Reading a day as people type it: the reading is tracker.core.natural_days, this is where follow-ups take it from."""

from __future__ import annotations

from tracker.core.natural_days import NotADay, offset_day, read_day

__all__ = ["NotADay", "offset_day", "read_day"]
