"""Whom reminders are for, and how each of them wishes to be told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from uuid import UUID

from tracker.reminders.planning.wall_time import instant_of, local_day, zone_named

SEND_TIME = time(9, 0)
MONDAY_TO_FRIDAY = frozenset({1, 2, 3, 4, 5})


class Calendar(Protocol):
    """Working days (tracker.core.working_days)."""

    def between(self, after: date, until: date) -> int: ...

    def nth_after(self, day: date, count: int) -> date: ...

    def is_holiday(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """All that a person may wish. Times are wall time in their zone; days of the week are ISO's, Monday is 1.

    `days_before`, `overdue_every` (working days): None leaves it to the case. `unwanted_kinds` (kinds.WISHABLE) and
    everything before the day `paused_until` are told in the app only. From `away_from` to `away_until`, both included,
    the substitute is told instead, of what they may see.
    """

    wants_mail: bool = True
    days_before: tuple[int, ...] | None = None
    overdue_every: int | None = None
    send_time: time = SEND_TIME
    unwanted_kinds: frozenset[str] = frozenset()
    working_days: frozenset[int] = MONDAY_TO_FRIDAY
    only_working_days: bool = False
    quiet_from: time | None = None
    quiet_until: time | None = None
    delivery: str = "single"
    digest_day: int = 1
    paused_until: date | None = None
    away_from: date | None = None
    away_until: date | None = None
    substitute_id: UUID | None = None


def said_in(row: Any) -> dict[str, Any]:
    """The wishes that a row of `reminder_preferences` holds, by the names of `Wishes`."""
    said = {one.name: getattr(row, one.name) for one in fields(Wishes)}
    said["unwanted_kinds"] = frozenset(row.unwanted_kinds)
    said["working_days"] = frozenset(row.working_days)
    said["days_before"] = None if row.days_before is None else tuple(row.days_before)
    return said


@dataclass(frozen=True, slots=True)
class Recipient(Wishes):
    """The person to remind, and how they wish it. `zone`: an IANA name.

    `calendar`: of the person's country; `own_days`: the same with the weekdays that they wish for.
    """

    person_id: UUID
    zone: str
    calendar: Calendar
    is_active: bool = True
    own_days: Calendar | None = None

    @property
    def counting(self) -> Calendar:
        """By what is counted that comes to them every so many working days."""
        return self.own_days or self.calendar

    def works_on(self, day: date) -> bool:
        """Whether the person wants mail on `day` at all: one of their weekdays, and no holiday of their country."""
        return day.isoweekday() in self.working_days and not self.calendar.is_holiday(day)

    def at(self, wall: time) -> Recipient:
        """The same person, told at another time of day, and by a mail of its own."""
        return replace(self, send_time=wall, delivery="single")

    def is_away(self, instant: datetime) -> bool:
        if self.away_from is None or self.away_until is None:
            return False
        return self.away_from <= local_day(instant, zone_named(self.zone)) <= self.away_until

    @property
    def back_at(self) -> datetime | None:
        """When the day after the last one away begins; None where nobody stands in for them."""
        if self.away_until is None or self.substitute_id is None:
            return None
        return instant_of(self.away_until + timedelta(days=1), time(), zone_named(self.zone))


InPlace = Callable[[Recipient, datetime], Recipient]
"""Who is told in somebody's place at an instant."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Who else may hear of a follow-up beside its assignee, in a fixed order.

    `people` holds everybody named here, and their substitutes; `blind` are those of them, and the assignee, who may
    not see it. `sight_changes_at`: when a membership of the assignee begins or ends next.
    """

    people: Mapping[UUID, Recipient] = field(default_factory=dict)
    blind: frozenset[UUID] = frozenset()
    leads: tuple[UUID, ...] = ()
    coordinators: tuple[UUID, ...] = ()
    heads: tuple[UUID, ...] = ()
    watchers: tuple[UUID, ...] = ()
    sight_changes_at: datetime | None = None

    def reaches(self, person: Recipient) -> bool:
        """Whether a reminder to this person can be of use."""
        return person.is_active and person.person_id not in self.blind

    def in_place_of(self, person: Recipient, instant: datetime) -> Recipient:
        """Whoever is told at `instant`: the substitute of somebody who is away, if they are there and may see it."""
        if person.substitute_id is None or not person.is_away(instant):
            return person
        substitute = self.people.get(person.substitute_id)
        if substitute is None or not self.reaches(substitute) or substitute.is_away(instant):
            return person
        return substitute

    def in_place_by(self, now: datetime) -> InPlace:
        """The same as things stand at `now`: what is past goes to the person themselves once they are back."""

        def in_place(person: Recipient, instant: datetime) -> Recipient:
            if instant < now and person.is_away(instant) and not person.is_away(now):
                return person
            return self.in_place_of(person, instant)

        return in_place
