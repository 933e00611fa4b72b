"""What an entry that is not written yet would do to the clocks of its case, in words, each with its computation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.cases.clocks import clocks_on, clocks_with, labels_of
from tracker.cases.models import Case, CaseEvent
from tracker.cases.services.entries import NewEntry
from tracker.clocks.running import DATED, RunningClock, State, started_by
from tracker.clocks.words import brief, kind_words, steps_of
from tracker.pathways.schema import Definition


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A clock that the entry starts, moves or ends; `was`: what the same clock says now, where it would be moved."""

    clock: RunningClock
    words: str
    was: str
    steps: Sequence[str]
    kind: str


def clock_changes(
    case: Case,
    definition: Definition,
    before: Sequence[CaseEvent],
    entry: NewEntry,
    after: Sequence[CaseEvent],
) -> list[ClockChange]:
    """What `entry` starts, moves and ends between the standing entries `before` and `after` it. `definition`: in force.

    Of what ends, clocks with a date or a range are told: a question that nobody asks any more is no news.
    """
    labels = labels_of(definition)
    found = clocks_with(case, definition, before, entry, after)
    now = {
        (clock.rule.key, clock.party): brief(clock, labels)
        for clock in clocks_on(case, definition, [*before, *after])
        if clock.due_on is not None
    }
    started = [
        _change(clock, brief(clock, labels), now.get((clock.rule.key, clock.party), ""))
        for clock in started_by(found, None)
        if clock.state not in (State.OTHER, State.OVER)
    ]
    ended = [
        _change(clock, brief(clock, labels), brief(clock.was, labels))
        for clock in found
        if clock.was is not None and clock.over_by is None and clock.was.state in DATED
    ]
    return started + ended


def _change(clock: RunningClock, words: str, was: str) -> ClockChange:
    return ClockChange(clock, words, was if was != words else "", steps_of(clock), kind_words(clock.rule))
