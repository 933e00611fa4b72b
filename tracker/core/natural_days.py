"""Reading a day as people type it: `2026-12-01`, `1 Dec`, `1/12/2026`, `1 снежня`, `+14`, `+10wd`, `next friday`,
`in 2 weeks`, `праз месяц`. Pure.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from tracker.core.day_names import is_next, month_number, near_day, weekday_number
from tracker.core.day_units import is_ago, is_ahead, is_before, is_one, unit_of
from tracker.core.working_days import WEEKDAYS_ONLY, WorkingDays

EARLIEST = date(2000, 1, 1)
LATEST = date(2199, 12, 31)
MOST_WORKING_DAYS = 10_000
MOST_MONTHS = 3_000
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.?(?:\s*(\d{4}|\d{2}))?", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?", re.ASCII)
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})", re.ASCII)
_WORD = r"([^\W\d_][^\W\d_'’ʼ`]*(?:['’ʼ`][^\W\d_]+)?)"
_NAMED = re.compile(rf"([0-9]{{1,2}})(?:st|nd|rd|th)?\.?\s*{_WORD}\.?,?(?:\s+([0-9]{{4}}))?")
_MONTH_FIRST = re.compile(
    rf"(?:([0-9]{{4}})\s*m?\.?\s+)?{_WORD}\.?\s+([0-9]{{1,2}})(?:st|nd|rd|th)?\.?(?:\s*d\.?)?(?:,?\s+([0-9]{{4}}))?"
)
_OFFSET = re.compile(r"([+-])\s*(\d{1,5})\s*(d|days?|w|weeks?|wd|working days?|m|months?)?", re.ASCII)
_SMALL_WORDS = frozenset(["on", "у", "ў", "в", "во", "на", "w", "we", "am", "le"])
"""What may stand before a weekday: `w piątek`, `у пятніцу`."""
_CENTURY = 2000
"""Of a year of two digits: work lies ahead."""


class NotADay(ValueError):
    """The text names no day, or none between 2000 and 2199."""


def read_day(text: str, today: date, working_days: WorkingDays = WEEKDAYS_ONLY, language: str | None = None) -> date:
    """The day that `text` means on `today`, in any language of tracker.core.day_names. Raises NotADay.

    Figures are day first: `3/4/2026` is 3 April. A day without a year is the next such day, today included. A weekday
    is the first one after today; with `next` it is that of the following week (weeks begin on Monday). `next week` is
    its Monday, `next month` its first day; a month from the 31st is the last day of a shorter one. `wd` counts working
    days by `working_days`, not today. Where a short name means two things, that of `language` counts.
    """
    words = " ".join(text.casefold().replace("−", "-").split())
    try:
        day = _absolute(words, today, language) or _relative(words, today, working_days, language)
    except (ValueError, OverflowError) as error:
        raise NotADay from error
    if day is None or not EARLIEST <= day <= LATEST:
        raise NotADay
    return day


def read_near(text: str, today: date) -> date:
    """A day that is said by its distance: `yesterday`, `-3`, `2 weeks ago`, `in 3 days`. Raises NotADay."""
    words = " ".join(text.casefold().replace("−", "-").split())
    try:
        day = _near(words, today, WEEKDAYS_ONLY)
    except OverflowError as error:
        raise NotADay from error
    if day is None:
        raise NotADay
    return day


def _absolute(words: str, today: date, language: str | None) -> date | None:
    if found := _ISO.fullmatch(words):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.fullmatch(words) or _SLASHED.fullmatch(words) or _DASHED.fullmatch(words):
        return _in_year(int(found[1]), int(found[2]), found[3], today)
    if found := _NAMED.fullmatch(words):
        month = month_number(found[2], language)
        if month is not None:
            return _in_year(int(found[1]), month, found[3], today)
    if found := _MONTH_FIRST.fullmatch(words):
        month = month_number(found[2], language)
        if month is not None:
            return _in_year(int(found[3]), month, found[1] or found[4], today)
    return None


def _in_year(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) if len(year) > 2 else _CENTURY + int(year), month, day)
    for candidate in range(today.year, today.year + 9):  # 29 February may be eight years off
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise NotADay


def _relative(words: str, today: date, working_days: WorkingDays, language: str | None) -> date | None:
    if (near := _near(words, today, working_days)) is not None:
        return near
    said = [word for word in words.split() if word not in _SMALL_WORDS]
    in_next_week = len(said) == 2 and is_next(said[0])
    if len(said) != 1 and not in_next_week:
        return None
    if in_next_week and (unit := unit_of(said[-1])) is not None:
        return _next(unit, today)
    weekday = weekday_number(said[-1], language)
    return _weekday(weekday, in_next_week, today) if weekday is not None else None


def _near(words: str, today: date, working_days: WorkingDays) -> date | None:
    if (near := near_day(words)) is not None:
        return today + timedelta(days=near)
    if found := _OFFSET.fullmatch(words):
        count = int(found[2]) if found[1] == "+" else -int(found[2])
        return offset_day(count, found[3] or "d", today, working_days)
    return _at_distance(words.split(), today)


def _at_distance(said: list[str], today: date) -> date | None:
    """`in 3 days`, `через неделю`, `2 weeks ago`, `vor einem Monat`."""
    if len(said) < 2:
        return None
    if is_ahead(said[0]):
        sign, said = 1, said[1:]
    elif is_before(said[0]):
        sign, said = -1, said[1:]
    elif is_ago(said[-1]):
        sign, said = -1, said[:-1]
    else:
        return None
    unit = unit_of(said[-1])
    count = _count(said[:-1])
    return offset_day(sign * count, unit, today) if unit is not None and count is not None else None


def _count(said: list[str]) -> int | None:
    if not said or (len(said) == 1 and is_one(said[0])):
        return 1
    number = said[0]
    return int(number) if len(said) == 1 and number.isascii() and number.isdigit() and len(number) <= 5 else None


def _next(unit: str, today: date) -> date:
    """Tomorrow, the Monday of next week, or the first day of next month."""
    if unit == "w":
        return today + timedelta(days=7 - today.weekday())
    return _add_months(today, 1).replace(day=1) if unit == "m" else today + timedelta(days=1)


def offset_day(count: int, unit: str, start: date, working_days: WorkingDays = WEEKDAYS_ONLY) -> date:
    """The day `count` days (`d`), weeks (`w`), months (`m`) or working days (`wd`) away. Raises OverflowError."""
    if unit.startswith(("wd", "working")):
        if abs(count) > MOST_WORKING_DAYS:
            raise OverflowError
        return working_days.away(start, count)
    if unit.startswith("m"):
        return _add_months(start, count)
    return start + (timedelta(weeks=count) if unit.startswith("w") else timedelta(days=count))


def _add_months(start: date, count: int) -> date:
    """The same day of another month, or its last day where it has no such day. Raises OverflowError."""
    if abs(count) > MOST_MONTHS:
        raise OverflowError
    years, month = divmod(start.month - 1 + count, 12)
    year, month = start.year + years, month + 1
    if not date.min.year <= year <= date.max.year:
        raise OverflowError
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def _weekday(weekday: int, in_next_week: bool, today: date) -> date:
    if in_next_week:
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
