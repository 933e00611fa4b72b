"""Which reminders should exist for whoever does a follow-up: a pure answer from the due fact, their wishes, and now.

The times are those of domain/pathways.md 0.6: 7, 3 and 1 days before, on the day, the day after, then every third
working day; renewals 120, 60, 30 and 7 days before. A case or its pathway may say otherwise (`Habits`), and so may the
person. What others hear of it stands in tracker.reminders.planning.escalation; circle_plan puts both together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, pairwise
from uuid import UUID

from tracker.clocks.house import amount_of
from tracker.reminders.kinds import ASSIGNED, BEFORE, COMMITMENT, ON_THE_DAY, OVERDUE, RENEWAL, WAITING
from tracker.reminders.planning.people import InPlace, Recipient
from tracker.reminders.planning.telling import at_once, on_day
from tracker.reminders.planning.wall_time import instant_of, local_day, zone_named

DAYS_BEFORE = (7, 3, 1)
RENEWAL_DAYS_BEFORE = (120, 60, 30, 7)
COMMITMENT_DAYS_BEFORE = (1,)
"""Whoever recorded somebody's word hears of it the day before, not weeks ahead."""
OVERDUE_STEP = 3
"""Working days from one overdue reminder to the next."""
WAITING_STEP = amount_of("silence_waiting")
"""Working days from one nudge about what one waits for to the next: the house rule for silence."""
LEGAL = frozenset({"deadline", "hearing"})
"""Kinds of follow-ups whose day the law set: never told late for the sake of somebody's peace."""

EARLIEST_DUE = date(1970, 1, 1)
LATEST_DUE = date(2200, 1, 1)
"""Outside of these a due date is a slip of the pen: no working days are counted for it."""


@dataclass(frozen=True, slots=True)
class ChainStep:
    """Whom to tell, how many working days after the due day: `lead`, `coordinator` or `head`."""

    after: int
    to: str


ESCALATION = (ChainStep(3, "lead"), ChainStep(7, "coordinator"))


@dataclass(frozen=True, slots=True)
class Habits:
    """What holds where the person wishes nothing of their own: the case's word, its pathway's, or everybody's."""

    days_before: tuple[int, ...] = DAYS_BEFORE
    renewal_days_before: tuple[int, ...] = RENEWAL_DAYS_BEFORE
    overdue_every: int = OVERDUE_STEP
    waiting_every: int = WAITING_STEP
    escalation: tuple[ChainStep, ...] = ESCALATION


BUILT_IN = Habits()


@dataclass(frozen=True, slots=True)
class DueFact:
    """What a follow-up says about when it is due. `version` rises whenever its day or its assignee changes.

    `waiting_since` is set while it waits for somebody; `is_check`: it asks whether a commitment was kept.
    """

    due_on: date | None
    version: int
    kind: str
    is_active: bool
    snoozed_until: date | None = None
    """Until then the assignee wants to hear nothing in advance; the day itself and what follows stay."""
    waiting_since: date | None = None
    is_check: bool = False
    habits: Habits = BUILT_IN

    @property
    def is_legal(self) -> bool:
        return self.kind in LEGAL

    @property
    def is_commitment(self) -> bool:
        """A commitment itself, of which no follow-up asks: all that is told of it is of that one kind."""
        return self.kind == COMMITMENT

    @property
    def day(self) -> date | None:
        """The due day, kept within what working days can be counted for."""
        return None if self.due_on is None else min(max(self.due_on, EARLIEST_DUE), LATEST_DUE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One reminder that should exist. From `useful_until` on a later one says it better (None: always useful)."""

    kind: str
    due_key: str
    recipient_id: UUID
    send_at: datetime
    useful_until: datetime | None
    via: str = "mail"


@dataclass(frozen=True, slots=True)
class Plan:
    """`wanted`: rows that must stand in the outbox. `holding`: all that may stay there, wanted or past.

    `next_plan_at`: when planning must look at the follow-up again; None: not before it changes.
    """

    wanted: tuple[Wanted, ...] = ()
    holding: tuple[Wanted, ...] = ()
    next_plan_at: datetime | None = None

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(step.due_key for step in self.holding)


def themselves(person: Recipient, _instant: datetime) -> Recipient:
    """Nobody stands in for anybody."""
    return person


def plan(
    fact: DueFact,
    recipient: Recipient | None,
    now: datetime,
    covered_until: datetime | None = None,
    in_place: InPlace = themselves,
) -> Plan:
    """The reminders of one follow-up to its assignee as things stand at `now`.

    Nothing comes in a burst: of the reminders whose time is past only the newest is wanted, and none that a mail
    written at `covered_until` (that the follow-up was assigned) has made superfluous.
    """
    if recipient is None or not (fact.is_active and recipient.is_active):
        return Plan()
    teller = _Teller(fact, recipient, in_place)
    due = list(_useful(_steps(teller, fact.day, now))) if fact.day else []
    nudges = list(_useful(_nudges(teller, fact.waiting_since, now))) if fact.waiting_since else []
    holding = (*due, *nudges)
    wanted = tuple(step for step in holding if _is_wanted(step, now, covered_until))
    again = (COMMITMENT,) if fact.is_commitment else (OVERDUE, WAITING)
    upcoming = [step.send_at for step in holding if step.kind in again and step.send_at > now]
    return Plan(wanted, holding, min(upcoming, default=None))


def assignment(fact: DueFact, recipient: Recipient, now: datetime, in_place: InPlace = themselves) -> Wanted | None:
    """The mail that says "this is yours now"; None where nobody is to be told."""
    if not (fact.is_active and recipient.is_active):
        return None
    told = in_place(recipient, now)
    moment = at_once(told, ASSIGNED, now, is_legal=fact.is_legal, due=fact.due_on)
    return Wanted(ASSIGNED, f"{fact.version}:{ASSIGNED}", told.person_id, moment.at, None, moment.via)


def version_of(due_key: str) -> int:
    """Which version of the due fact a key was made from."""
    return int(due_key.partition(":")[0])


@dataclass(frozen=True, slots=True)
class _Teller:
    """Makes a reminder of a kind, an offset and a day: when, to whom, and how."""

    fact: DueFact
    person: Recipient
    in_place: InPlace

    def step(self, kind: str, offset: str, day: date) -> Wanted:
        is_legal = self.fact.is_legal
        is_pressing = is_legal and offset in ("0", "-1")
        how = {"is_legal": is_legal, "is_pressing": is_pressing, "is_ahead": offset.startswith("-")}
        told = on_day(self.person, kind, day, **how)
        other = self.in_place(self.person, told.at)
        if other is not self.person:
            told = on_day(other, kind, day, **how)
        return Wanted(kind, f"{self.fact.version}:{offset}", other.person_id, told.at, None, told.via)

    @property
    def longest_move(self) -> int:
        """Days by which wishes may move a reminder: how far back those may lie that are still ahead."""
        moves = self.person.delivery != "single" or self.person.only_working_days
        return 16 if moves or self.person.quiet_from or self.person.substitute_id else 0


def _is_wanted(step: Wanted, now: datetime, covered_until: datetime | None) -> bool:
    if step.useful_until is not None and step.useful_until <= max(now, step.send_at):
        return False
    return covered_until is None or step.send_at > covered_until


def _useful(steps: Sequence[Wanted]) -> Iterator[Wanted]:
    """Each step until the next one takes its place; the last step only serves to end the one before.

    Of several at one instant the last of `steps` stands, the others are of no use at all.
    """
    for step, following in pairwise(sorted(steps, key=lambda step: step.send_at)):
        yield Wanted(step.kind, step.due_key, step.recipient_id, step.send_at, following.send_at, step.via)


def _steps(teller: _Teller, due_on: date, now: datetime) -> list[Wanted]:
    fact, person = teller.fact, teller.person
    steps = [teller.step(kind, f"-{days}", due_on - timedelta(days=days)) for kind, days in _ahead(fact, person)]
    steps.append(teller.step(COMMITMENT if fact.is_check or fact.is_commitment else ON_THE_DAY, "0", due_on))
    late = COMMITMENT if fact.is_commitment else OVERDUE
    first_overdue = due_on + timedelta(days=1)
    every = person.overdue_every or fact.habits.overdue_every

    def overdue(number: int) -> Wanted:
        # Named by its number, not by its day: a holiday that is decreed later moves it, and doesn't double it.
        offset = "+1" if number == 0 else f"w{number * every}"
        return teller.step(late, offset, person.counting.nth_after(first_overdue, number * every))

    return steps + _around(overdue, _passed(teller, first_overdue, every, now), now)


def _ahead(fact: DueFact, person: Recipient) -> list[tuple[str, int]]:
    """Kinds and days of what comes before the day, the earliest first."""
    if fact.kind == "renewal":
        kind, days_before = RENEWAL, fact.habits.renewal_days_before
    elif fact.is_commitment:
        kind = COMMITMENT
        days_before = COMMITMENT_DAYS_BEFORE if person.days_before is None else person.days_before
    else:
        kind = BEFORE
        days_before = fact.habits.days_before if person.days_before is None else person.days_before
    days = sorted(set(days_before), reverse=True)
    if fact.snoozed_until is None or fact.day is None:
        return [(kind, number) for number in days]
    return [(kind, number) for number in days if fact.day - timedelta(days=number) >= fact.snoozed_until]


def _nudges(teller: _Teller, since: date, now: datetime) -> list[Wanted]:
    """Every so many working days while it waits; none while it is snoozed."""
    fact, calendar = teller.fact, teller.person.counting
    since = min(max(since, EARLIEST_DUE), LATEST_DUE)
    every = fact.habits.waiting_every

    def nudge(number: int) -> Wanted:
        days = (number + 1) * every
        return teller.step(WAITING, f"n{days}:{since.isoformat()}", calendar.nth_after(since, days))

    zone = zone_named(teller.person.zone)
    wakes = instant_of(min(fact.snoozed_until, LATEST_DUE), time(), zone) if fact.snoozed_until else None
    seen_from = now if wakes is None else max(now, wakes)
    nudges = _around(nudge, _passed(teller, since, every, seen_from), seen_from)
    return [one for one in nudges if wakes is None or one.send_at >= wakes]


def _passed(teller: _Teller, start: date, every: int, now: datetime) -> int:
    """The number of the step from which on those that may matter now are made."""
    today = local_day(now, zone_named(teller.person.zone)) - timedelta(days=teller.longest_move)
    # The reminder of today's step may lie some hours ahead: then the one before it is the newest.
    return max(teller.person.counting.between(start, today) // every - 1, 0)


def _around(make: Callable[[int], Wanted], first: int, now: datetime) -> list[Wanted]:
    """From number `first` on, to the second instant that lies ahead."""
    made: list[Wanted] = []
    ahead: set[datetime] = set()
    for number in count(first):
        step = make(number)
        if step.send_at > now:
            if len(ahead) == 2 and step.send_at not in ahead:
                return made
            ahead.add(step.send_at)
        made.append(step)
    raise AssertionError("steps never end")
