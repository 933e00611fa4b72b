"""What a person wishes about their reminders: reading and checking it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _

from tracker.core.errors import Fault, Invalid
from tracker.reminders.kinds import WISHABLE
from tracker.reminders.models import DELIVERIES
from tracker.reminders.planning.people import Wishes

MOST_DAYS = 365
MOST_REMINDERS = 10
MOST_WORKING_DAYS = 30
WEEK = frozenset(range(1, 8))


def faults_of(wishes: Wishes, today: date | None = None) -> list[Fault]:
    """What can't be wished; each names its field. `today`: in the person's zone; None: what is over passes."""
    found = [*_faults_of_days(wishes), *_faults_of_times(wishes), *_faults_of_absence(wishes)]
    named = {fault.path for fault in found}
    return found + [Fault(path, _("That day has passed.")) for path in _over(wishes, today) if path not in named]


def without_what_is_over(wishes: Wishes, today: date) -> Wishes:
    """The same without a pause and an absence that have ended: they say nothing any more."""
    over = _over(wishes, today)
    if "paused_until" in over:
        wishes = replace(wishes, paused_until=None)
    if "away_until" in over:
        wishes = replace(wishes, away_from=None, away_until=None, substitute_id=None)
    return wishes


def read_days(text: str) -> tuple[int, ...]:
    """`7, 3, 1` as numbers, the largest first; nothing for an empty text. Raises Invalid."""
    parts = [part for part in re.split(r"[\s,;]+", text.strip()) if part]
    if any(not (part.isascii() and part.isdigit() and len(part) <= 4) for part in parts):
        raise Invalid(fault_of_days())
    days = tuple(sorted({int(part) for part in parts}, reverse=True))
    if not are_days(days):
        raise Invalid(fault_of_days())
    return days


def are_days(days: tuple[int, ...]) -> bool:
    return len(days) <= MOST_REMINDERS and all(1 <= day <= MOST_DAYS for day in days)


def fault_of_days(path: str = "days_before") -> Fault:
    words = _("Write up to %(most)s numbers of days between 1 and 365, such as 7, 3, 1.", most=MOST_REMINDERS)
    return Fault(path, words)


def fault_of_working_days(path: str) -> Fault:
    return Fault(path, _("Write a number of working days between 1 and %(most)s.", most=MOST_WORKING_DAYS))


def _faults_of_days(wishes: Wishes) -> Iterator[Fault]:
    if wishes.days_before is not None and not are_days(wishes.days_before):
        yield fault_of_days()
    if wishes.overdue_every is not None and not 1 <= wishes.overdue_every <= MOST_WORKING_DAYS:
        yield fault_of_working_days("overdue_every")
    if not wishes.working_days or not wishes.working_days <= WEEK:
        yield Fault("working_days", _("Choose at least one day of the week."))
    if not wishes.unwanted_kinds <= set(WISHABLE):
        yield Fault("unwanted_kinds", _("Choose among the kinds offered."))


def _faults_of_times(wishes: Wishes) -> Iterator[Fault]:
    if (wishes.quiet_from is None) != (wishes.quiet_until is None):
        missing = "quiet_until" if wishes.quiet_until is None else "quiet_from"
        yield Fault(missing, _("Quiet hours need a beginning and an end."))
    elif wishes.quiet_from is not None and wishes.quiet_from == wishes.quiet_until:
        yield Fault("quiet_until", _("Quiet hours must end at another time than they begin."))
    if wishes.delivery not in DELIVERIES:
        yield Fault("delivery", _("Choose single mails, or a daily or a weekly one."))
    if wishes.digest_day not in WEEK:
        yield Fault("digest_day", _("Choose a day of the week."))


def _over(wishes: Wishes, today: date | None) -> list[str]:
    """The fields of days that have passed."""
    days = {"paused_until": wishes.paused_until, "away_until": wishes.away_until}
    return [path for path, day in days.items() if today is not None and day is not None and day < today]


def _faults_of_absence(wishes: Wishes) -> Iterator[Fault]:
    start, end = wishes.away_from, wishes.away_until
    if (start is None) != (end is None):
        missing = "away_until" if end is None else "away_from"
        yield Fault(missing, _("Say both the first and the last day."))
    elif start is not None and end is not None and end < start:
        yield Fault("away_until", _("The last day lies before the first."))
    if wishes.substitute_id is not None and start is None:
        yield Fault("away_from", _("Say from when to when somebody stands in for you."))
