"""The clocks of a case, out of as much of its history as somebody sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tracker.cases.models import Case, CaseEvent
from tracker.cases.page_history import ShownEntry
from tracker.cases.services.entries import NewEntry
from tracker.clocks.running import RunningClock, State, Told, TypedStart, clocks_of, started_by
from tracker.core.dates import VagueDate
from tracker.pathways.schema import Definition

_COLUMNS = ("known_on", "effective_on", "expires_on")
_TYPED = ("clock_rule", "clock_party", "clock_on")


def clocks_on(case: Case, definition: Definition, events: Sequence[CaseEvent | ShownEntry]) -> list[RunningClock]:
    """Those that `events`, in order, start; voided ones start none."""
    return clocks_of(definition, case.details, [told_of(event) for event in events if event.voided_at is None])


def clocks_with(
    case: Case,
    definition: Definition,
    before: Sequence[CaseEvent],
    entry: NewEntry,
    after: Sequence[CaseEvent] = (),
) -> list[RunningClock]:
    """Those of the history with an entry in it that is not written yet; what it starts has no `event_id`."""
    columns = {name: getattr(entry, name) for name in _COLUMNS}
    new = Told(None, entry.status, entry.when, entry.facts, columns, _typed_start(entry, entry.when))
    told = [*(told_of(event) for event in before), new, *(told_of(event) for event in after)]
    return clocks_of(definition, case.details, told)


def clocks_that_move(
    case: Case, definition: Definition, events: Sequence[CaseEvent], event_id: UUID, entry: NewEntry
) -> list[tuple[RunningClock, RunningClock | None]]:
    """What another text of an entry does: each clock that comes out otherwise, and the same one as it stands now."""
    standing = [one for one in events if one.voided_at is None]
    place = next(number for number, one in enumerate(standing) if one.id == event_id)
    now = {_key(clock): clock for clock in clocks_on(case, definition, standing)}
    then = started_by(clocks_with(case, definition, standing[:place], entry, standing[place + 1 :]), None)
    shown = [clock for clock in then if clock.state is not State.OTHER]
    return [(clock, now.get(_key(clock))) for clock in shown if not _is_same(clock, now.get(_key(clock)))]


def _is_same(clock: RunningClock, other: RunningClock | None) -> bool:
    return other is not None and (clock.state, clock.due_on, clock.between) == (
        other.state,
        other.due_on,
        other.between,
    )


def labels_of(definition: Definition) -> dict[str, str]:
    """The labels of the pathway's facts and details by key."""
    facts = {fact.key: fact.label for row in definition.statuses for fact in row.facts}
    return facts | {detail.key: detail.label for detail in definition.details}


def clocks_that_stop(
    case: Case, definition: Definition, events: Sequence[CaseEvent], event_id: UUID
) -> list[tuple[RunningClock, RunningClock | None]]:
    """What goes when an entry is voided: each clock with a date, and the same one as an earlier entry starts it."""
    without = {
        _key(clock): clock for clock in clocks_on(case, definition, [one for one in events if one.id != event_id])
    }
    stopping = started_by(clocks_on(case, definition, events), event_id)
    return [(clock, without.get(_key(clock))) for clock in stopping if clock.due_on is not None]


def clocks_that_go_on(
    case: Case, definition: Definition, events: Sequence[CaseEvent], event_id: UUID
) -> list[RunningClock]:
    """What runs again when an entry is voided that had ended it; only clocks with a date."""
    ended = [clock.was for clock in clocks_on(case, definition, events) if clock.over_by == event_id]
    return [clock for clock in ended if clock is not None and clock.due_on is not None]


def _key(clock: RunningClock) -> tuple[str, str]:
    return clock.rule.key, clock.party


TOLD = (
    CaseEvent.id,
    CaseEvent.status,
    CaseEvent.occurred_on,
    CaseEvent.between_earliest,
    CaseEvent.between_latest,
    CaseEvent.facts,
    *(getattr(CaseEvent, name) for name in (*_COLUMNS, *_TYPED)),
)
"""The columns that clocks ask for, where a great many entries are read."""


def told_of(row: Any) -> Told:
    """What an entry says, out of a row that has `TOLD`."""
    when = VagueDate(row.occurred_on, row.between_earliest, row.between_latest)
    columns = {name: getattr(row, name) for name in _COLUMNS}
    return Told(row.id, row.status, when, row.facts, columns, _typed_start(row, when))


def _typed_start(entry: Any, when: VagueDate) -> TypedStart | None:
    if entry.clock_rule is None:
        return None
    return TypedStart(entry.clock_rule, entry.clock_party or "", VagueDate(entry.clock_on) if entry.clock_on else when)
