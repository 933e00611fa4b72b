"""The days that a snooze offers. Pure."""

from __future__ import annotations

from datetime import date, timedelta


def snooze_days(today: date) -> tuple[date, date]:
    """Tomorrow, and the Monday of next week; on Sundays, whose tomorrow is that Monday, the one after."""
    tomorrow = today + timedelta(days=1)
    monday = today + timedelta(days=8 - today.isoweekday())
    return tomorrow, monday if monday > tomorrow else monday + timedelta(days=7)
