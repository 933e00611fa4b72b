"""Whether facts of a case, and of an entry, are of the kind that the definition says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.clocks.calendars import UnknownCalendar, calendar_of
from tracker.clocks.running import COURT_CALENDAR
from tracker.core.dates import is_vague_date
from tracker.core.errors import Fault
from tracker.pathways.schema import Definition, Detail, Fact

_COUNTRY = re.compile(r"[A-Z]{2}")


def check_details(definition: Definition, details: Mapping[str, Any]) -> list[Fault]:
    """Facts of the case as a whole; keys that the definition does not name are left alone."""
    faults = [
        fault
        for detail in definition.details
        for fault in _check(f"details.{detail.key}", detail, detail.type, details.get(detail.key))
    ]
    asks_calendar = any(detail.key == COURT_CALENDAR for detail in definition.details)
    return [*faults, *(_check_calendar(details.get(COURT_CALENDAR)) if asks_calendar and not faults else ())]


def _check_calendar(code: object) -> list[Fault]:
    """A Land or canton whose holidays are known."""
    text = str(code or "").strip().upper()
    try:
        if text and (text != code or "-" not in text):
            raise UnknownCalendar(text)
        calendar_of(text or None)
    except UnknownCalendar:
        words = _("“%(text)s” is no calendar of a Land or canton: write DE-BW or CH-SG.", text=text)
        return [Fault(f"details.{COURT_CALENDAR}", words)]
    return []


def check_facts(facts: Iterable[Fact], said: Mapping[str, Any]) -> list[Fault]:
    """Facts that a status asks for. Their dates are as exact as they are known: a vague one starts no clock."""
    kinds = {"date": "vague_date"}
    return [
        fault
        for fact in facts
        for fault in _check(f"facts.{fact.key}", fact, kinds.get(fact.type, fact.type), said.get(fact.key))
    ]


def check_countries(countries: Iterable[str]) -> list[Fault]:
    """ISO 3166-1 alpha-2, or EU, or XK: by their form."""
    wrong = [country for country in countries if not _COUNTRY.fullmatch(country)]
    if not wrong:
        return []
    message = _("“%(text)s” is no country code: write two capital letters such as LT.", text=wrong[0])
    return [Fault("countries", message)]


def _check(path: str, asked: Detail | Fact, kind: str, value: Any) -> list[Fault]:
    if value in (None, ""):
        return []
    if asked.values and kind == "text" and value not in asked.values:
        return [Fault(path, _("%(label)s: choose one of the values offered.", label=asked.label))]
    if not _FITS.get(kind, _is_text)(value):
        return [Fault(path, _ASKS[kind](asked.label))]
    return []


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, int, float, Mapping, list))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_date(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


_FITS: dict[str, Callable[[Any], bool]] = {
    "text": _is_text,
    "number": _is_number,
    "date": _is_date,
    "vague_date": lambda value: isinstance(value, str) and is_vague_date(value),
    "boolean": lambda value: isinstance(value, bool),
    "per_state": lambda value: isinstance(value, Mapping),
}
_ASKS: dict[str, Callable[[str], str]] = {
    "text": lambda label: _("%(label)s: write it as text.", label=label),
    "number": lambda label: _("%(label)s: write a number.", label=label),
    "date": lambda label: _("%(label)s: write the date as 2026-03-14.", label=label),
    "vague_date": lambda label: _(
        "%(label)s: write the date as 2026-03-14, or as 2026-03 where the day is not known.", label=label
    ),
    "boolean": lambda label: _("%(label)s: choose yes or no.", label=label),
    "per_state": lambda label: _("%(label)s: one line for each state, such as LT: 2026-03-14.", label=label),
}
