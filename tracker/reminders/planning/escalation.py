"""Who else hears that work is overdue, or that nobody does it (domain/pathways.md 0.6). Pure.

The chain is data (`Habits.escalation`). Each step is told to everybody whom it names, once: not to the assignee, whom
the overdue reminders reach, and not to somebody who was told at an earlier step. A step that names nobody else is
passed over: where the lead does the work themselves, the coordinators hear on their day.

Work that nobody does must not be forgotten: where its assignee has left, the first of the chain whom there is hears at
once; where it was given to nobody, at the first of its reminders. Where the assignee may not see it any more, they hear
in the app only: no mail follows the moment at which a case was sealed. Where the chain leads to nobody, the
coordinators hear in the app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from tracker.reminders.kinds import ESCALATION
from tracker.reminders.planning.people import Calendar, Circle, InPlace, Recipient
from tracker.reminders.planning.rules import ChainStep, DueFact, Plan, Wanted
from tracker.reminders.planning.telling import Told, at_once, on_day

USEFUL_FOR = timedelta(days=30)
"""Whoever joins the circle later hears of what escalated in this time, and not of years of neglect."""
AT_ONCE = "e0"
NOBODY_ELSE = ChainStep(0, "coordinator")
"""Where the chain leads to nobody, the coordinators see in the app what nobody does."""
EARTH_AHEAD = timedelta(hours=14)
"""A day begins this long before it begins in UTC, somewhere."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of the chain: its key, the day on which it is told, and to whom."""

    offset: str
    day: date
    people: tuple[UUID, ...]


def escalations(fact: DueFact, assignee: Recipient | None, circle: Circle, calendar: Calendar, now: datetime) -> Plan:
    """What others than the assignee hear, as things stand at `now`; nothing before its day begins anywhere on earth.

    `calendar` counts the working days: the assignee's.
    """
    if not fact.is_active:
        return Plan()
    holding: list[Wanted] = []
    later: list[datetime] = []
    told: set[UUID] = {assignee.person_id} if assignee else set()
    steps = list(_steps(fact, assignee, circle, calendar))
    in_place = circle.in_place_by(now)
    for step in steps:
        people = [person for person in step.people if person not in told]
        told.update(people)
        if _begins(step.day) > now:
            later.append(_begins(step.day))
        else:
            holding += [_wanted(fact, assignee, step, in_place, circle.people[person]) for person in people]
    holding += _of_orphan(fact, assignee, circle, steps, now)
    holding = list({(one.due_key, one.recipient_id): one for one in holding}.values())  # two may share a substitute
    wanted = tuple(one for one in holding if one.useful_until is None or one.useful_until > now)
    return Plan(wanted, tuple(holding), min(later, default=None))


def _steps(fact: DueFact, assignee: Recipient | None, circle: Circle, calendar: Calendar) -> Iterator[_Step]:
    if fact.day is None:
        return
    for step in fact.habits.escalation:
        day = calendar.nth_after(fact.day, step.after)
        yield _Step(f"e{step.after}:{step.to}", day, _named(step, circle, assignee))


def _named(step: ChainStep, circle: Circle, assignee: Recipient | None) -> tuple[UUID, ...]:
    people = {"lead": circle.leads, "coordinator": circle.coordinators, "head": circle.heads}.get(step.to, ())
    gone = assignee.person_id if assignee else None
    return tuple(one for one in people if one != gone and one in circle.people and circle.reaches(circle.people[one]))


def _wanted(fact: DueFact, assignee: Recipient | None, step: _Step, in_place: InPlace, person: Recipient) -> Wanted:
    key = f"{fact.version}:{step.offset}"
    one = _told(
        key, in_place, assignee, person, lambda told: on_day(told, ESCALATION, step.day, is_legal=fact.is_legal)
    )
    return replace(one, useful_until=one.send_at + USEFUL_FOR)


def _told(
    key: str, in_place: InPlace, assignee: Recipient | None, person: Recipient, telling: Callable[[Recipient], Told]
) -> Wanted:
    """`telling`: when and how somebody would be told; the person, or whoever stands in for them then."""
    told = telling(person)
    other = in_place(person, told.at)
    if assignee is not None and other.person_id == assignee.person_id:
        other = person
    told = told if other is person else telling(other)
    return Wanted(ESCALATION, key, other.person_id, told.at, None, told.via)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), UTC) - EARTH_AHEAD


def _of_orphan(
    fact: DueFact, assignee: Recipient | None, circle: Circle, steps: Sequence[_Step], now: datetime
) -> list[Wanted]:
    """That nobody does it, to the first of the chain whom there is; in the app to the coordinators where none is."""
    if assignee is not None and circle.reaches(assignee):
        return []
    chain = sorted(fact.habits.escalation, key=lambda step: step.after)
    step = next((one for one in chain if _named(one, circle, assignee)), NOBODY_ELSE)
    if assignee is None and fact.day is None:
        return []
    until = None if assignee else min((_begins(one.day) for one in steps), default=None)

    def telling(told: Recipient) -> Told:
        if assignee is not None and assignee.is_active:
            return Told(now, "app")
        if assignee is not None or fact.day is None:
            return at_once(told, ESCALATION, now, is_legal=fact.is_legal, due=fact.due_on)
        return on_day(told, ESCALATION, fact.day - timedelta(days=max(fact.habits.days_before, default=0)))

    key = f"{fact.version}:{AT_ONCE}:{step.to}"
    people = [circle.people[person] for person in _named(step, circle, assignee)]
    made = [_told(key, circle.in_place_by(now), assignee, person, telling) for person in people]
    return [replace(one, useful_until=until, via="app" if step is NOBODY_ELSE else one.via) for one in made]
