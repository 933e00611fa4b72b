"""What a change of status would do to the clocks of a case: which it starts, which it moves, how each is reckoned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.cases.clocks import clocks_on, clocks_with, labels_of
from tracker.cases.services import NewEntry
from tracker.cases.services.moving import PlannedMove
from tracker.clocks.queries import in_force, versions_in_force
from tracker.clocks.running import RunningClock, State, started_by
from tracker.clocks.words import brief, in_words, kind_words
from tracker.core.web import db
from tracker.pages.move_targets import Moving


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A clock that the entry starts; `was`: what the same clock says now, where it would be moved."""

    clock: RunningClock
    words: str
    was: str
    steps: Sequence[str]
    kind: str


def clock_changes(moving: Moving, entry: NewEntry, plan: PlannedMove | None = None) -> list[ClockChange]:
    """The clocks that `entry` starts, at its place in the history, or after all of it while no place is planned."""
    before, after = (plan.before, plan.after) if plan is not None else (moving.standing, [])
    definition = in_force(moving.definition, versions_in_force(db()))
    found = clocks_with(moving.case, definition, before, entry, after)
    labels = labels_of(definition)
    now = {
        (clock.rule.key, clock.party): brief(clock, labels)
        for clock in clocks_on(moving.case, definition, moving.standing)
        if clock.due_on is not None
    }
    return [
        _change(clock, brief(clock, labels), now.get((clock.rule.key, clock.party), ""))
        for clock in started_by(found, None)
        if clock.state is not State.OTHER
    ]


def _change(clock: RunningClock, words: str, was: str) -> ClockChange:
    steps = in_words(clock.found) if clock.found is not None else ()
    return ClockChange(clock, words, was if was != words else "", steps, kind_words(clock.rule))
