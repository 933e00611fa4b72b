"""The clocks of a case, out of as much of its history as somebody sees."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.cases.models import Case, CaseEvent
from tracker.cases.services.entries import NewEntry
from tracker.clocks.running import RunningClock, Told, clocks_of
from tracker.pathways.schema import Definition

_COLUMNS = ("known_on", "effective_on", "expires_on")


def clocks_on(case: Case, definition: Definition, events: Sequence[CaseEvent]) -> list[RunningClock]:
    """Those that `events`, in order, start; voided ones start none."""
    return clocks_of(definition, case.details, [_told(event) for event in events if event.voided_at is None])


def clocks_with(
    case: Case,
    definition: Definition,
    before: Sequence[CaseEvent],
    entry: NewEntry,
    after: Sequence[CaseEvent] = (),
) -> list[RunningClock]:
    """Those of the history with an entry in it that is not written yet; what it starts has no `event_id`."""
    new = Told(None, entry.status, entry.when, entry.facts, {name: getattr(entry, name) for name in _COLUMNS})
    told = [*(_told(event) for event in before), new, *(_told(event) for event in after)]
    return clocks_of(definition, case.details, told)


def _told(event: CaseEvent) -> Told:
    return Told(event.id, event.status, event.when, event.facts, {name: getattr(event, name) for name in _COLUMNS})
