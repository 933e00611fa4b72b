"""The moves of one case: where it can go from where it stands, as the person sees it who moves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from tracker.access.levels import MembershipKind
from tracker.access.policy import Decision
from tracker.cases.belongings import HistoryLine
from tracker.cases.history import Projection
from tracker.cases.models import Case
from tracker.cases.policy import can_move
from tracker.core.web import actor
from tracker.pathways.demands import demands
from tracker.pathways.machine import jump_targets
from tracker.pathways.options import MoveOption, again, jump_option, lawful_moves
from tracker.pathways.schema import Definition, Fact

JUMP, PAST = "jump", "past"


@dataclass(frozen=True, slots=True)
class Moving:
    """A case whose status somebody is about to change, as they see it."""

    case: Case
    membership: MembershipKind | None
    definition: Definition
    lines: Sequence[HistoryLine]
    sight: Projection

    @property
    def standing(self) -> list[Any]:
        return [line.event for line in self.lines if line.event.voided_at is None]

    def permits(self, option: MoveOption) -> Decision:
        return can_move(actor(), self.case.level, self.membership, option.kind, self.sight.phase, option.phase)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where to, and how it was said: plainly, as a jump, or as something that happened in the past."""

    target: str
    how: str

    @property
    def kind(self) -> str | None:
        return JUMP if self.how == JUMP else None


def barred(moving: Moving, option: MoveOption) -> str:
    """Why this move can't be made now; empty when it can."""
    decision = moving.permits(option)
    return option.blocked_reason or ("" if decision.allowed else str(decision.reason))


def option_of(moving: Moving, pick: Chosen) -> MoveOption:
    """The move as the table offers it; for the past, where its kind depends on its place, as a step."""
    state = moving.sight.state(moving.case.details)
    if pick.how == JUMP:
        return jump_option(moving.definition, state, pick.target)
    listed = [*lawful_moves(moving.definition, state), *filter(None, [again(moving.definition, state)])]
    found = next((option for option in listed if option.target == pick.target and pick.how != PAST), None)
    row = moving.definition.status(pick.target)
    return found or MoveOption(row.key, row.label, row.label, "", row.phase, demands(moving.definition, row.key, None))


def only_way(moving: Moving) -> Chosen | None:
    """The one listed move that can be made from here; None where there are several, or none."""
    state = moving.sight.state(moving.case.details)
    open_ones = [option for option in lawful_moves(moving.definition, state) if not barred(moving, option)]
    return Chosen(open_ones[0].target, "") if len(open_ones) == 1 else None


def is_reachable(moving: Moving, pick: Chosen) -> bool:
    """Whether the table leads there from where the case stands; the past is reachable from everywhere."""
    state = moving.sight.state(moving.case.details)
    if pick.how == JUMP:
        return pick.target in jump_targets(moving.definition, state)
    return pick.how == PAST or bool(option_of(moving, pick).kind)


def asked_by(moving: Moving, pick: Chosen) -> tuple[Fact, ...]:
    """The facts that this move asks for, but for those that the case's own details answer."""
    known = {key for key, value in moving.case.details.items() if value not in (None, "")}
    return tuple(fact for fact in option_of(moving, pick).requires if fact.key not in known)


def ways_on(moving: Moving, pick: Chosen) -> list[tuple[str, str]]:
    """What can be chosen instead of a move that has become impossible: `to` and words; the past comes first."""
    state = moving.sight.state(moving.case.details)
    options = [*lawful_moves(moving.definition, state), *filter(None, [again(moving.definition, state)])]
    label = moving.definition.status(pick.target).label
    return [
        (f"{PAST}:{pick.target}", _("%(label)s, before the last entries", label=label)),
        *((option.target, f"{option.verb} ({option.label})") for option in options if not barred(moving, option)),
    ]
