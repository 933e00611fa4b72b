"""Is this move lawful, and if not, why, and what would be? Pure: no database, no clock, no permission.

Source: section 0.3 of the domain reference, and the rules of the dossier format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracker.pathways.conditions import barred, forbidden, other_owners
from tracker.pathways.graph import reachable
from tracker.pathways.refusals import Refusal
from tracker.pathways.schema import Definition
from tracker.pathways.state import CaseState
from tracker.pathways.vocabulary import JUMP, SAID_KINDS


@dataclass(frozen=True)
class Verdict:
    lawful: bool
    kind: str | None
    lawful_next: tuple[str, ...]
    refusal: Refusal | None = None

    @property
    def code(self) -> str:
        """Lawful, or that of the refusal."""
        return self.refusal.code if self.refusal is not None else "lawful"

    @property
    def message(self) -> str:
        """Why not, in labels and in the language of whoever looks; nothing where it is lawful."""
        return self.refusal.in_words() if self.refusal is not None else ""


def judge(
    definition: Definition, state: CaseState, target: str, kind: str | None = None, *, importing: bool = False
) -> Verdict:
    """Whether ``target`` may follow, and by which kind of move.

    An import may begin anywhere, a page may not. A case in a status that this definition has dropped begins anew.
    """
    refusal = _refusal_of_target(definition, state, target, kind)
    if refusal is not None:
        return refusal
    if state.status is None or state.status not in definition.by_key:
        return _judge_first(definition, state, target, kind, importing or state.status is not None)
    kinds = _kinds(definition, state, state.status, target)
    if kind == JUMP:
        return _judge_jump(definition, state, state.status, target, listed=bool(kinds))
    if not kinds:
        return _refuse(definition, state, "not_listed", target)
    if kind is None or kind in kinds:
        return Verdict(True, kind or kinds[0], next_keys(definition, state))
    return _refuse(definition, state, "wrong_kind", target, kind=kind, right_kind=kinds[0])


def next_keys(definition: Definition, state: CaseState) -> tuple[str, ...]:
    """The keys that may follow: as listed, then the status that was left, where the case is paused."""
    row = definition.by_key.get(state.status or "")
    listed = [move.to for move in row.next] if row is not None else list(definition.initial)
    way_back = resumes_to(definition, state)
    if way_back is not None and way_back not in listed:
        listed.append(way_back)
    return tuple(key for key in listed if ruled_out(definition, state.details, key) is None)


def resumes_to(definition: Definition, state: CaseState) -> str | None:
    """The status that a paused case left, to which it may always return; None when it isn't paused or nobody knows."""
    row = definition.by_key.get(state.status or "")
    if row is None or row.phase != "paused":
        return None
    left = state.left_status or state.resume_to
    return left if left in definition.by_key and left != state.status else None


def jump_targets(definition: Definition, state: CaseState) -> tuple[str, ...]:
    """Statuses that can be reached, though not in one listed move: a jump to them must be said."""
    if state.status is None or state.status not in definition.by_key:
        return ()
    direct = {*next_keys(definition, state), state.status}
    found = _reachable_for(definition, state, state.status)
    return tuple(
        row.key
        for row in definition.statuses
        if row.key in found and row.key not in direct and not other_owners(definition, state.details, row.key)
    )


def ruled_out(definition: Definition, details: Mapping[str, object], target: str) -> Refusal | None:
    """Why the facts of a case rule ``target`` out, wherever it stands."""
    place = forbidden(definition, details, target)
    if place is not None:
        return Refusal("forbidden", definition, target, prohibition=place)
    owners = other_owners(definition, details, target)
    if owners:
        return Refusal("other_subtype", definition, target, owners=owners, subtype=str(details["subtype"]))
    return None


def _refusal_of_target(definition: Definition, state: CaseState, target: str, kind: str | None) -> Verdict | None:
    if target not in definition.by_key:
        return _refuse(definition, state, "unknown_status", target)
    if kind is not None and kind not in SAID_KINDS:
        return _refuse(definition, state, "unknown_kind", target, kind=kind)
    refusal = ruled_out(definition, state.details, target)
    if refusal is None:
        return None
    lawful = next_keys(definition, state)
    return Verdict(False, None, lawful, replace(refusal, status=state.status, lawful_next=lawful))


def _judge_first(definition: Definition, state: CaseState, target: str, kind: str | None, importing: bool) -> Verdict:
    if not importing and target not in definition.initial:
        return _refuse(definition, state, "not_initial", target)
    phase = definition.status(target).phase
    contradicted = {"suspend": phase != "paused", "close": phase != "closed", "resume": phase == "paused"}
    if kind is not None and contradicted.get(kind, False):
        return _refuse(definition, state, "wrong_kind", target, kind=kind)
    return Verdict(True, kind or "forward", next_keys(definition, state))


def _judge_jump(definition: Definition, state: CaseState, status: str, target: str, *, listed: bool) -> Verdict:
    if listed or target in _reachable_for(definition, state, status):
        return Verdict(True, JUMP, next_keys(definition, state))
    return _refuse(definition, state, "not_reachable", target)


def _kinds(definition: Definition, state: CaseState, status: str, target: str) -> tuple[str, ...]:
    """The kinds by which ``target`` may follow, the one written in the definition first; empty: none."""
    if target == status:
        return _kinds_of_a_new_period(definition.status(target).phase)
    move = definition.status(status).moves.get(target)
    kinds: tuple[str, ...] = (move.kind, *move.also) if move is not None else ()
    if target == resumes_to(definition, state) and "resume" not in kinds:
        kinds = (*kinds, "resume")
    return kinds


def _kinds_of_a_new_period(phase: str) -> tuple[str, ...]:
    """Saying the current status again opens a new period; of a pause or an end it may be called that, too."""
    return {"paused": ("forward", "suspend"), "closed": ("forward", "close")}.get(phase, ("forward",))


def _reachable_for(definition: Definition, state: CaseState, status: str) -> frozenset[str]:
    return reachable(definition, status, barred(definition, state.details))


def _refuse(
    definition: Definition,
    state: CaseState,
    code: str,
    target: str,
    kind: str | None = None,
    right_kind: str | None = None,
) -> Verdict:
    lawful = next_keys(definition, state)
    return Verdict(
        False, None, lawful, Refusal(code, definition, target, state.status, kind, right_kind, lawful_next=lawful)
    )
