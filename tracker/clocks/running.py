"""Which clocks a history starts, and what each of them comes to. Pure: entries and facts in, clocks out.

A date is given for a day that is known, and for nothing else: a vague day gives a range and a question, an unknown one
a question, a rule whose forum nobody has named the name of what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from tracker.clocks.calendars import UnknownCalendar
from tracker.clocks.installed import is_off
from tracker.clocks.reckoning import OutOfRange, Reckoning, has_period, reckon
from tracker.core.dates import VagueDate, is_vague_date
from tracker.pathways.schema import Clock, Definition

COURT_CALENDAR = "court_calendar"
"""The detail of a case that names the Land or canton whose holidays count: DE-BW, CH-SG."""


class State(StrEnum):
    """What there is to say about a clock.

    `computed`: a date; `vague`: a range, and the day is asked for; `unknown`: only the question; `depends`: on a detail
    of the case that nobody has filled in; `other`: a rule of another forum; `none`: no period in law; `off`: two
    persons switched the rule off; `over`: a later entry ended it.
    """

    COMPUTED = "computed"
    VAGUE = "vague"
    UNKNOWN = "unknown"
    DEPENDS = "depends"
    OTHER = "other"
    NONE = "none"
    OFF = "off"
    OVER = "over"


DATED = (State.COMPUTED, State.VAGUE)
"""It says a day, or the days between which it may end."""
_RUNS = (*DATED, State.UNKNOWN, State.DEPENDS)


@dataclass(frozen=True, slots=True)
class TypedStart:
    """A clock that somebody starts by hand, by a day that no entry's own facts carry. `party`: whose day it is."""

    rule_key: str
    party: str
    day: VagueDate


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry of a history says, as far as clocks ask. `columns`: its dates under the names of definitions."""

    id: UUID | None
    status: str | None
    when: VagueDate
    facts: Mapping[str, Any]
    columns: Mapping[str, date | None]
    typed: TypedStart | None = None


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A rule, and the entry that starts it. `party`: the State whose own day it is, where each has its own.

    `is_typed`: the entry is there for its day alone, which somebody typed.
    `between`: the first and the last day on which it may end, while its own day is vague; None where that is open.
    `missing`: the details that would tell whether the rule is one for this case.
    `was`: what it said until the entry `over_by` ended it.
    """

    rule: Clock
    event_id: UUID | None
    party: str
    trigger: VagueDate
    state: State
    found: Reckoning | None = None
    between: tuple[date | None, date | None] = (None, None)
    missing: tuple[str, ...] = field(default=())
    is_typed: bool = False
    was: RunningClock | None = None
    over_by: UUID | None = None

    @property
    def due_on(self) -> date | None:
        """The safe last day; none while the trigger is not known to the day."""
        return self.found.due_on if self.found is not None else None


def clocks_of(definition: Definition, details: Mapping[str, Any], told: Sequence[Told]) -> list[RunningClock]:
    """The clocks of all entries, which are in order and none of them voided.

    Of several entries that start the same clock the last counts: a status said again opens a new period. But a day that
    is known stays beside a question that is asked after it, where one of the two was typed: no date is lost by it.
    An entry by which a clock ends leaves it over, with what it said; nothing else stops one.
    """
    known = {**{key: value for one in told for key, value in one.facts.items()}, **details}
    last: dict[tuple[str, str], list[RunningClock]] = {}
    ending = {status for rule in definition.clocks for status in rule.trigger.ends_with}
    for one in told:
        if one.status in ending:
            last = {place: [_after(clock, one) for clock in clocks] for place, clocks in last.items()}
        for clock in _started(definition, one, known):
            place = (clock.rule.key, clock.party)
            last[place] = [*_beside(last.get(place, ()), clock), clock]
    return sorted((clock for clocks in last.values() for clock in clocks), key=_by_day)


def _after(clock: RunningClock, told: Told) -> RunningClock:
    """What a clock says after a later entry."""
    if clock.state not in _RUNS or told.status not in clock.rule.trigger.ends_with:
        return clock
    return replace(clock, state=State.OVER, found=None, between=(None, None), was=clock, over_by=told.id)


def _started(definition: Definition, told: Told, known: Mapping[str, Any]) -> Iterator[RunningClock]:
    """By the status of an entry, or by the rule that it names; most entries have neither."""
    if told.status is None and told.typed is None:
        return
    for rule in definition.clocks:
        if told.typed is not None and told.typed.rule_key == rule.key:
            yield _with_day(rule, told.id, told.typed.party, told.typed.day, known, is_typed=True)
        elif told.status is not None and told.status in rule.trigger.statuses:
            for party, day in _days(definition, rule, told):
                yield _with_day(rule, told.id, party, day, known)


def _beside(before: Sequence[RunningClock], clock: RunningClock) -> Iterable[RunningClock]:
    if clock.due_on is not None or not any(one.is_typed for one in (*before, clock)):
        return ()
    return [one for one in before if one.due_on is not None]


def started_by(clocks: Iterable[RunningClock], event_id: UUID | None) -> list[RunningClock]:
    """Those that one entry starts."""
    return [clock for clock in clocks if clock.event_id == event_id]


def _by_day(clock: RunningClock) -> tuple[bool, date, str, str]:
    clock = clock.was or clock
    day = clock.due_on or clock.between[0]
    return day is None, day or date.max, clock.rule.key, clock.party


def calendar_here(rule: Clock, known: Mapping[str, Any]) -> str | None:
    """The Land or canton that the case names, where the rule's forum has such; else nothing."""
    code = str(known.get(COURT_CALENDAR) or "").strip().upper()
    return code if rule.calendar_code is not None and code.startswith(f"{rule.calendar_code}-") else None


def may_hold(rule: Clock, known: Mapping[str, Any]) -> bool:
    """Whether nothing that is known of a case says that the rule is one of another forum, regime or instrument."""
    return all(
        re.search(one.pattern, said, re.IGNORECASE) for one in rule.applies if (said := _said(known, one.detail))
    )


def _said(known: Mapping[str, Any], detail: str) -> str:
    return str(known.get(detail) or "").strip()


def _with_day(
    rule: Clock, event_id: UUID | None, party: str, day: VagueDate, known: Mapping[str, Any], *, is_typed: bool = False
) -> RunningClock:
    """What the rule comes to from `day` in a case of which so much is `known`."""
    clock = RunningClock(rule, event_id, party, day, State.OTHER, is_typed=is_typed)
    if not may_hold(rule, known):
        return clock
    if missing := tuple(one.detail for one in rule.applies if not _said(known, one.detail)):
        return replace(clock, state=State.DEPENDS, missing=missing)
    return _reckoned(clock, calendar_here(rule, known))


def _reckoned(clock: RunningClock, calendar: str | None) -> RunningClock:
    rule, day = clock.rule, clock.trigger
    if is_off(rule):
        return replace(clock, state=State.OFF)
    if not has_period(rule):
        return replace(clock, state=State.NONE)
    if day.exact is not None:
        found = _found(rule, day.exact, calendar)
        return replace(clock, state=State.COMPUTED if found else State.UNKNOWN, found=found)
    ends = tuple(_found(rule, one, calendar) if one is not None else None for one in (day.earliest, day.latest))
    first, last = (one.due_on if one is not None else None for one in ends)
    state = State.VAGUE if first is not None or last is not None else State.UNKNOWN
    return replace(clock, state=state, between=(first, last))


def _found(rule: Clock, day: date, calendar: str | None) -> Reckoning | None:
    """A code that no calendar has came from a file: the rule's own gives the earlier day, which is safe."""
    try:
        return reckon(rule, day, calendar)
    except UnknownCalendar:
        return _found(rule, day, None)
    except OutOfRange:
        return None


def _days(definition: Definition, rule: Clock, told: Told) -> Iterator[tuple[str, VagueDate]]:
    """The day that starts the clock, for each State where each has its own; nothing where this entry knows no such day.

    A rule whose trigger no fact carries asks for it.
    """
    key = rule.trigger.fact
    if key is None:
        yield "", VagueDate()
        return
    row = definition.by_key.get(told.status or "")
    fact = next((one for one in row.facts if one.key == key), None) if row is not None else None
    column = fact.field if fact is not None and fact.field else key
    if column == "occurred_on":
        yield "", told.when
    elif column in told.columns:
        day = told.columns[column]
        yield "", VagueDate(day.isoformat() if day is not None else None)
    elif fact is not None or key in told.facts:
        yield from _of_fact(told.facts.get(key))


def _of_fact(value: object) -> Iterator[tuple[str, VagueDate]]:
    if isinstance(value, Mapping) and value:
        for state, day in sorted(value.items()):
            yield str(state), _vague(day)
    else:
        yield "", _vague(value)


def _vague(value: object) -> VagueDate:
    return VagueDate(value) if isinstance(value, str) and is_vague_date(value) else VagueDate()
