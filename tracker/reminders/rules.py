"""Which reminders should exist: a pure answer from the due fact, the recipient's wishes, their calendar, and now.

The times are those of domain/pathways.md 0.6: 7, 3 and 1 days before, on the day, the day after, then every third
working day; renewals 120, 60, 30 and 7 days before. Each goes out when the recipient's clock shows their send time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Protocol
from uuid import UUID

from tracker.reminders.wall_time import instant_of, local_day, zone_named

DAYS_BEFORE = (7, 3, 1)
RENEWAL_DAYS_BEFORE = (120, 60, 30, 7)
SEND_TIME = time(9, 0)
OVERDUE_STEP = 3
"""Working days from one overdue reminder to the next."""

EARLIEST_DUE = date(1970, 1, 1)
LATEST_DUE = date(2200, 1, 1)
"""Outside of these a due date is a slip of the pen: no working days are counted for it."""

ASSIGNED, BEFORE, ON_THE_DAY, OVERDUE = "assigned", "before", "on_the_day", "overdue"


class Calendar(Protocol):
    """Working days (tracker.reminders.working_days)."""

    def between(self, after: date, until: date) -> int: ...

    def nth_after(self, day: date, count: int) -> date: ...


@dataclass(frozen=True, slots=True)
class DueFact:
    """What a follow-up says about when it is due. `version` rises whenever its day or its assignee changes."""

    due_on: date | None
    version: int
    kind: str
    is_active: bool
    snoozed_until: date | None = None
    """Until then the assignee wants to hear nothing in advance; the day itself and what follows stay."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person to remind, and how. `send_time` is wall time in `zone`, an IANA name."""

    person_id: UUID
    zone: str
    calendar: Calendar
    is_active: bool = True
    wants_mail: bool = True
    send_time: time = SEND_TIME
    days_before: tuple[int, ...] = DAYS_BEFORE


@dataclass(frozen=True, slots=True)
class Wanted:
    """One reminder that should exist. From `useful_until` on a later one says it better (None: always useful)."""

    kind: str
    due_key: str
    recipient_id: UUID
    send_at: datetime
    useful_until: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`wanted`: rows that must stand in the outbox. `keys`: what else of this due fact may stay there.

    `next_plan_at`: when planning must look at the follow-up again; None: not before it changes.
    """

    wanted: tuple[Wanted, ...] = ()
    keys: frozenset[str] = frozenset()
    next_plan_at: datetime | None = None


def plan(fact: DueFact, recipient: Recipient | None, now: datetime, covered_until: datetime | None = None) -> Plan:
    """The reminders of one follow-up as things stand at `now`.

    Nothing comes in a burst: of the reminders whose time is past only the newest is wanted, and none that a mail
    written at `covered_until` (that the follow-up was assigned) has made superfluous.
    """
    if recipient is None or not (fact.is_active and recipient.is_active and recipient.wants_mail):
        return Plan()
    if fact.due_on is None:
        return Plan()
    steps = list(_useful(_steps(fact, fact.due_on, recipient, now)))
    wanted = [step for step in steps if _is_wanted(step, now, covered_until)]
    upcoming = [step.send_at for step in steps if step.kind == OVERDUE and step.send_at > now]
    keys = frozenset(step.due_key for step in steps)
    return Plan(tuple(wanted), keys, upcoming[0] if upcoming else None)


def assignment(fact: DueFact, recipient: Recipient, now: datetime) -> Wanted | None:
    """The mail that says "this is yours now"; None where nobody is to be told."""
    if not (fact.is_active and recipient.is_active and recipient.wants_mail):
        return None
    return Wanted(ASSIGNED, f"{fact.version}:{ASSIGNED}", recipient.person_id, now, None)


def version_of(due_key: str) -> int:
    """Which version of the due fact a key was made from."""
    return int(due_key.partition(":")[0])


def _is_wanted(step: Wanted, now: datetime, covered_until: datetime | None) -> bool:
    if step.useful_until is not None and step.useful_until <= now:
        return False
    return covered_until is None or step.send_at > covered_until


def _useful(steps: list[Wanted]) -> Iterator[Wanted]:
    """Each step until the next one takes its place; the last step only serves to end the one before."""
    for step, following in pairwise(sorted(steps, key=lambda step: step.send_at)):
        yield Wanted(step.kind, step.due_key, step.recipient_id, step.send_at, following.send_at)


def _steps(fact: DueFact, due_on: date, recipient: Recipient, now: datetime) -> list[Wanted]:
    zone = zone_named(recipient.zone)

    def step(kind: str, offset: str, day: date) -> Wanted:
        send_at = instant_of(day, recipient.send_time, zone)
        return Wanted(kind, f"{fact.version}:{offset}", recipient.person_id, send_at, None)

    def overdue(number: int) -> Wanted:
        # Named by its number, not by its day: a holiday that is decreed later moves it, and doesn't double it.
        offset = "+1" if number == 0 else f"w{number * OVERDUE_STEP}"
        return step(OVERDUE, offset, recipient.calendar.nth_after(first_overdue, number * OVERDUE_STEP))

    due_on = min(max(due_on, EARLIEST_DUE), LATEST_DUE)
    first_overdue = due_on + timedelta(days=1)
    days_before = RENEWAL_DAYS_BEFORE if fact.kind == "renewal" else recipient.days_before
    ahead_of_it = [(days, due_on - timedelta(days=days)) for days in sorted(set(days_before))]
    if fact.snoozed_until is not None:
        ahead_of_it = [(days, day) for days, day in ahead_of_it if day >= fact.snoozed_until]
    steps = [step(BEFORE, f"-{days}", day) for days, day in ahead_of_it]
    steps.append(step(ON_THE_DAY, "0", due_on))
    passed = recipient.calendar.between(first_overdue, local_day(now, zone)) // OVERDUE_STEP
    # The reminder of today's step may lie some hours ahead: then the one before it is the newest.
    numbers = range(max(passed - 1, 0), passed + 3)
    overdues = [overdue(number) for number in numbers]
    ahead = [reminder for reminder in overdues if reminder.send_at > now]
    return steps + [reminder for reminder in overdues if reminder.send_at <= now] + ahead[:2]
