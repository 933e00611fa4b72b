"""What a follow-up may look like and how it may change. Pure: no database, no request, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from flask_babel import gettext as _

from tracker.access.levels import Level
from tracker.core.errors import Fault, Invalid

LONGEST_TITLE = 300
LONGEST_NOTES = 20_000
EARLIEST_DUE = date(2000, 1, 1)
LATEST_DUE = date(2199, 12, 31)
KINDS: Final = ("follow_up", "deadline", "hearing", "renewal")
PRIORITIES: Final = ("low", "normal", "high", "urgent")
ACTIVE: Final = ("open", "in_progress", "waiting")
OCCURRENCE = "#"
"""Between the id of the event that opened a period and the number of a recurrence: `<id>#2`."""


def clean_line(text: str | None) -> str:
    """One line of text without characters that a database or a mail subject refuses."""
    return " ".join((text or "").replace("\x00", " ").split())


def clean_text(text: str | None) -> str | None:
    """Several lines; None when nothing is left."""
    return (text or "").replace("\x00", "").replace("\r\n", "\n").strip() or None


def require_well_formed(
    title: str, due_on: date | None, kind: str, notes: str | None, prefix: str = "", priority: str = "normal"
) -> None:
    """Raise Invalid with every fault of what somebody entered; `prefix` stands before each field's name."""
    found = [*_faults(title, due_on, kind, notes)]
    if priority not in PRIORITIES:
        found.append(Fault("priority", _("Choose one of: %(kinds)s.", kinds=", ".join(PRIORITIES))))
    faults = [Fault(prefix + fault.path, fault.message) for fault in found]
    if faults:
        raise Invalid(*faults)


def _faults(title: str, due_on: date | None, kind: str, notes: str | None) -> Iterator[Fault]:
    if not title:
        yield Fault("title", _("Say in a few words what is to be done."))
    elif len(title) > LONGEST_TITLE:
        yield Fault(
            "title", _("Use at most %(number)s characters; the rest fits into the notes.", number=LONGEST_TITLE)
        )
    if due_on is not None and not EARLIEST_DUE <= due_on <= LATEST_DUE:
        yield Fault("due_on", _("Give a day between 2000 and 2199."))
    if kind not in KINDS:
        yield Fault("kind", _("Choose one of: %(kinds)s.", kinds=", ".join(KINDS)))
    if notes is not None and len(notes) > LONGEST_NOTES:
        yield Fault("notes", _("Use at most %(number)s characters.", number=LONGEST_NOTES))


def own_level(level: str | None, case_level: str) -> str | None:
    """The level to store: None where it says no more than the case's own."""
    if not level or Level(level).rank <= Level(case_level).rank:
        return None
    return Level(level).value


def handed_level(level: str | None, case_level: str) -> str | None:
    """The level of work that comes from an entry or a meeting of `level`: as secret as that when the case is opened."""
    if level and Level(level).members_only:
        return Level(level).value
    return own_level(level, case_level)


def next_occurrence(period_key: str) -> str:
    """The key of the recurrence after `period_key`: `<event>` is the first, then `<event>#2`, `<event>#3`, …"""
    event_id, _mark, number = period_key.partition(OCCURRENCE)
    return f"{event_id}{OCCURRENCE}{int(number or 1) + 1}"


def event_of_period(period_key: str) -> str:
    """The id of the event that opened the period."""
    return period_key.partition(OCCURRENCE)[0]


def next_due(due_on: date | None, every_days: int, today: date) -> date:
    """The first day after `today` in the rhythm that `due_on` started; counted from today where it had no day."""
    if due_on is None:
        return today + timedelta(days=every_days)
    missed = max(0, (today - due_on).days // every_days)
    return due_on + timedelta(days=every_days * (missed + 1))
