"""What a change of status would do to the clocks of a case: which it starts, which it moves, how each is reckoned."""

from __future__ import annotations

from tracker.cases import clock_changes as changes
from tracker.cases.clock_changes import ClockChange
from tracker.cases.services import NewEntry
from tracker.cases.services.moving import PlannedMove
from tracker.clocks.queries import in_force, versions_in_force
from tracker.core.web import db
from tracker.pages.move_targets import Moving


def clock_changes(moving: Moving, entry: NewEntry, plan: PlannedMove | None = None) -> list[ClockChange]:
    """The clocks that `entry` starts, at its place in the history, or after all of it while no place is planned."""
    before, after = (plan.before, plan.after) if plan is not None else (moving.standing, [])
    definition = in_force(moving.definition, versions_in_force(db()))
    return changes.clock_changes(moving.case, definition, before, entry, after)
