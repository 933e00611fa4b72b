"""What a page can offer as the next move, each with its button, its demands, and why it is barred. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from tracker.pathways.demands import demands
from tracker.pathways.machine import resumes_to, ruled_out
from tracker.pathways.refusals import InLabels
from tracker.pathways.schema import Definition, Fact
from tracker.pathways.state import CaseState


@dataclass(frozen=True)
class MoveOption:
    target: str
    label: str
    verb: str
    kind: str
    phase: str
    requires: tuple[Fact, ...]
    blocked_reason: str | None = None


BEGIN = "Begin here"
RETURN = "Return to the status that was left"
AGAIN = "Record again"
JUMP_TO = "Jump, the steps between being unknown"


def lawful_moves(definition: Definition, state: CaseState) -> tuple[MoveOption, ...]:
    """Each listed move in the table's order, then the return to the status left. At first: the initial ones."""
    if state.status is None or state.status not in definition.by_key:
        return tuple(_option(definition, state, key, "forward", gettext(BEGIN)) for key in definition.initial)
    row = definition.status(state.status)
    listed = [_option(definition, state, move.to, move.kind, move.verb) for move in row.next]
    way_back = resumes_to(definition, state)
    if way_back is not None and way_back not in row.moves:
        listed.append(_option(definition, state, way_back, "resume", gettext(RETURN)))
    return tuple(listed)


def again(definition: Definition, state: CaseState) -> MoveOption | None:
    """The current status said again: a new period. None before the first status, or where the table lists it anyway."""
    if (
        state.status is None
        or state.status not in definition.by_key
        or state.status in definition.status(state.status).moves
    ):
        return None
    return _option(definition, state, state.status, "forward", gettext(AGAIN))


def jump_option(definition: Definition, state: CaseState, target: str) -> MoveOption:
    """A jump to ``target``, which is one of ``machine.jump_targets``."""
    return _option(definition, state, target, "jump", gettext(JUMP_TO))


def _option(definition: Definition, state: CaseState, target: str, kind: str, verb: str) -> MoveOption:
    row = definition.status(target)
    barred = ruled_out(definition, state.details, target)
    why = barred.why(InLabels(definition)) if barred is not None else None
    return MoveOption(target, row.label, verb, kind, row.phase, demands(definition, target, kind), why)
