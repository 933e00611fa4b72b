"""Recurrence rules of RFC 5545 (section 3.3.10), as far as work of days needs them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday

FREQUENCIES: Final = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LARGEST_INTERVAL = 999
LARGEST_COUNT = 999
LAST_DAY = date(2199, 12, 31)
_BY_DAY = re.compile(r"([+-]?[1-5]?\d)?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,3}", re.ASCII)


class NotARule(ValueError):
    """The text is no recurrence rule, or says more than work of days can follow. `part` names what is wrong."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule without its start: that is the day of the follow-up that has it.

    `by_day`: (number or None, weekday from 0 for Monday); a number counts within the month or year, from the end when
    negative. `count`: how many are made in all, this one included. `until`: the last day that one may fall on.
    """

    freq: str
    interval: int = 1
    by_day: tuple[tuple[int | None, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None

    def __str__(self) -> str:
        parts = [f"FREQ={self.freq}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.by_day:
            parts.append("BYDAY=" + ",".join(f"{number or ''}{WEEKDAYS[day]}" for number, day in self.by_day))
        if self.by_month_day:
            parts.append("BYMONTHDAY=" + ",".join(str(day) for day in self.by_month_day))
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        return ";".join(parts)


def parse(text: str) -> Rule:
    """The rule that `text` says, in RFC 5545's form, `RRULE:` in front or not. Raises NotARule."""
    parts = _parts(text)
    freq = parts.pop("FREQ", "")
    if freq not in FREQUENCIES:
        raise NotARule("FREQ")
    rule = Rule(
        freq=freq,
        interval=_number(parts.pop("INTERVAL", "1"), "INTERVAL", LARGEST_INTERVAL),
        by_day=tuple(_by_day(one) for one in _listed(parts.pop("BYDAY", ""))),
        by_month_day=tuple(_month_day(one) for one in _listed(parts.pop("BYMONTHDAY", ""))),
        count=_number(parts.pop("COUNT"), "COUNT", LARGEST_COUNT) if "COUNT" in parts else None,
        until=_until(parts.pop("UNTIL")) if "UNTIL" in parts else None,
    )
    if parts.pop("WKST", "MO") != "MO" or parts:
        raise NotARule(next(iter(parts), "WKST"))
    _require_sense(rule)
    return rule


def following(rule: Rule, day: date, after: date | None = None) -> tuple[date, Rule] | None:
    """The first day of the rule after `day` (and after `after`), with the rule that the next one carries on.

    None where the rule ends: its count is used up, or the next would fall after `until`. Days that a month lacks are
    left out, as the RFC has it: from the 31st the next is the next 31st.
    """
    if rule.count is not None and rule.count <= 1:
        return None
    found = _first_after(rule, day, max(day, after or day))
    if found is None or (rule.until is not None and found > rule.until):
        return None
    left = None if rule.count is None else rule.count - 1
    return found, Rule(rule.freq, rule.interval, rule.by_day, rule.by_month_day, left, rule.until)


def preview(rule: Rule, day: date, most: int = 5) -> Sequence[date]:
    """The next days, `most` at most."""
    days: list[date] = []
    step = following(rule, day)
    while step is not None and len(days) < most:
        days.append(step[0])
        step = following(step[1], step[0])
    return days


def _first_after(rule: Rule, day: date, after: date) -> date | None:
    days = rrule(
        FREQUENCIES[rule.freq],
        dtstart=datetime.combine(day, time()),
        interval=rule.interval,
        byweekday=[weekday(number, n) if n else weekday(number) for n, number in rule.by_day] or None,
        bymonthday=list(rule.by_month_day) or None,
        until=datetime.combine(min(LAST_DAY, day + timedelta(days=366 * 400)), time()),
    )
    found = days.after(datetime.combine(after, time()))
    return found.date() if found is not None else None


def _parts(text: str) -> dict[str, str]:
    line = text.strip().upper().removeprefix("RRULE:").strip().strip(";")
    parts: dict[str, str] = {}
    for part in line.split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise NotARule(name or "FREQ")
        parts[name.strip()] = value.strip()
    return parts


def _require_sense(rule: Rule) -> None:
    if rule.count is not None and rule.until is not None:
        raise NotARule("UNTIL")
    if rule.by_month_day and rule.freq == "WEEKLY":
        raise NotARule("BYMONTHDAY")
    if rule.freq in ("DAILY", "WEEKLY") and any(number is not None for number, _day in rule.by_day):
        raise NotARule("BYDAY")
    if rule.freq == "MONTHLY" and any(number is not None and abs(number) > 5 for number, _day in rule.by_day):
        raise NotARule("BYDAY")


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",")] if text else []


def _number(text: str, part: str, largest: int) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 4 or not 1 <= int(text) <= largest:
        raise NotARule(part)
    return int(text)


def _by_day(text: str) -> tuple[int | None, int]:
    found = _BY_DAY.fullmatch(text)
    if found is None:
        raise NotARule("BYDAY")
    number = int(found[1]) if found[1] else None
    if number == 0 or (number is not None and abs(number) > 53):
        raise NotARule("BYDAY")
    return number, WEEKDAYS.index(found[2])


def _month_day(text: str) -> int:
    if not _WHOLE.fullmatch(text) or not 1 <= abs(int(text)) <= 31:
        raise NotARule("BYMONTHDAY")
    return int(text)


def _until(text: str) -> date:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError as error:
        raise NotARule("UNTIL") from error


def of_form(said: Mapping[str, object]) -> Rule:
    """The rule of the friendly form: `freq`, `interval`, `weekdays` (for weeks), `count`, `until`."""
    freq = str(said.get("freq") or "")
    if freq not in FREQUENCIES:
        raise NotARule("FREQ")
    weekdays = said.get("weekdays") or ()
    days = tuple((None, int(str(day))) for day in weekdays) if freq == "WEEKLY" and isinstance(weekdays, list) else ()
    interval, count, until = said.get("interval") or 1, said.get("count"), said.get("until")
    rule = Rule(
        freq,
        _number(str(interval), "INTERVAL", LARGEST_INTERVAL),
        days,
        (),
        _number(str(count), "COUNT", LARGEST_COUNT) if count else None,
        until if isinstance(until, date) else None,
    )
    _require_sense(rule)
    return rule
