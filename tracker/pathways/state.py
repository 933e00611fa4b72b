"""What the history of a case comes to, as far as the table cares, and how an event moves it on. Pure and cheap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tracker.pathways.schema import Definition


@dataclass(frozen=True)
class CaseState:
    """What the history of a case comes to, as far as the table cares."""

    status: str | None = None
    left_status: str | None = None
    """While paused: the last status before the pause, through any number of paused statuses."""
    resume_to: str | None = None
    """While paused: where the event that paused the case says it will go on."""
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One event that gives a status."""

    status: str
    resume_to: str | None = None


def advance(definition: Definition, state: CaseState, *, status: str, resume_to: str | None = None) -> CaseState:
    """The state after an event with ``status``. It doesn't judge: what was taken in is replayed."""
    row = definition.by_key.get(status)
    if row is None or row.phase != "paused":
        return CaseState(status, details=state.details)
    before = definition.by_key.get(state.status) if state.status else None
    left = state.left_status if before is None or before.phase == "paused" else before.key
    return CaseState(status, left, resume_to or state.resume_to, state.details)


def replay(definition: Definition, steps: Iterable[Step], details: Mapping[str, object] | None = None) -> CaseState:
    """The state that a history comes to, its events in order."""
    state = CaseState(details=details or {})
    for step in steps:
        state = advance(definition, state, status=step.status, resume_to=step.resume_to)
    return state
