"""Reading a day as people type it: `2026-12-01`, `1 Dec`, `+14`, `+10wd`, `tomorrow`, `next friday`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

IsHoliday = Callable[[date], bool]

EARLIEST = date(2000, 1, 1)
LATEST = date(2199, 12, 31)
SATURDAY = 5
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR = {"today": 0, "tomorrow": 1, "yesterday": -1}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s*([a-z]{3,9})\.?,?(?:\s+(\d{4}))?", re.ASCII)
_OFFSET = re.compile(r"\+\s*(\d{1,5})\s*(d|days?|w|weeks?|wd|working days?)?", re.ASCII)
_WEEKDAY = re.compile(r"(next\s+)?([a-z]{3,9})", re.ASCII)


class NotADay(ValueError):
    """The text names no day, or none between 2000 and 2199."""


def no_holidays(_day: date) -> bool:
    """For readers without a country: only Saturdays and Sundays are free."""
    return False


def read_day(text: str, today: date, is_holiday: IsHoliday = no_holidays) -> date:
    """The day that `text` means on `today`. Raises NotADay.

    A day without a year is the next such day, today included. A weekday is the first one after today; with `next` it is
    that of the following week (weeks begin on Monday). `wd` counts working days of the reader's country, not today.
    """
    words = " ".join(text.casefold().split())
    try:
        day = _absolute(words, today) or _relative(words, today, is_holiday)
    except (ValueError, OverflowError) as error:
        raise NotADay from error
    if day is None or not EARLIEST <= day <= LATEST:
        raise NotADay
    return day


def add_working_days(start: date, count: int, is_holiday: IsHoliday = no_holidays) -> date:
    """The day `count` working days after `start`; `start` itself does not count."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, is_holiday):
            count -= 1
    return day


def is_working_day(day: date, is_holiday: IsHoliday = no_holidays) -> bool:
    return day.weekday() < SATURDAY and not is_holiday(day)


def _absolute(words: str, today: date) -> date | None:
    if found := _ISO.fullmatch(words):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.fullmatch(words):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _NAMED.fullmatch(words):
        month = _number_of(found[2], _MONTHS)
        if month is not None:
            return _in_year(int(found[1]), month + 1, found[3], today)
    return None


def _in_year(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year), month, day)
    for candidate in range(today.year, today.year + 9):  # 29 February may be eight years off
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise NotADay


def _relative(words: str, today: date, is_holiday: IsHoliday) -> date | None:
    if words in _NEAR:
        return today + timedelta(days=_NEAR[words])
    if found := _OFFSET.fullmatch(words):
        return _offset(int(found[1]), found[2] or "d", today, is_holiday)
    if found := _WEEKDAY.fullmatch(words):
        weekday = _number_of(found[2], _WEEKDAYS)
        if weekday is not None:
            return _weekday(weekday, bool(found[1]), today)
    return None


def _offset(count: int, unit: str, today: date, is_holiday: IsHoliday) -> date:
    if unit.startswith(("wd", "working")):
        return add_working_days(today, count, is_holiday)
    return today + timedelta(weeks=count) if unit.startswith("w") else today + timedelta(days=count)


def _weekday(weekday: int, in_next_week: bool, today: date) -> date:
    if in_next_week:
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _number_of(word: str, names: tuple[str, ...]) -> int | None:
    """The place of the only name that begins with `word`; `sept` is September."""
    found = [number for number, name in enumerate(names) if name.startswith(word)]
    return found[0] if len(found) == 1 else None
