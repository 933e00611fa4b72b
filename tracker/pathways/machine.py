"""Is this move lawful, and if not, why, and what would be? Pure: no database, no clock, no permission.

Source: section 0.3 of the domain reference, and the rules of the dossier format.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from flask_babel import gettext as _

from tracker.pathways.conditions import barred, forbidden, other_subtype
from tracker.pathways.graph import reachable
from tracker.pathways.schema import Definition
from tracker.pathways.state import CaseState
from tracker.pathways.vocabulary import JUMP, SAID_KINDS


@dataclass(frozen=True)
class Verdict:
    lawful: bool
    kind: str | None
    message: str
    lawful_next: tuple[str, ...]
    code: str = "lawful"
    """For the pages: lawful, unknown_status, unknown_kind, forbidden, other_subtype, not_initial, not_listed,
    not_reachable, wrong_kind."""


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
        return _refuse(definition, state, "not_listed", _not_listed(definition, state, target))
    if kind is None or kind in kinds:
        return Verdict(True, kind or kinds[0], "", next_keys(definition, state))
    message = _("From '%(status)s' to '%(target)s' is a move of kind '%(right)s', not '%(kind)s'.") % {
        "status": state.status,
        "target": target,
        "right": kinds[0],
        "kind": kind,
    }
    return _refuse(definition, state, "wrong_kind", message)


def next_keys(definition: Definition, state: CaseState) -> tuple[str, ...]:
    """The keys that may follow: as listed, then the status that was left, where the case is paused."""
    row = definition.by_key.get(state.status or "")
    listed = [move.to for move in row.next] if row is not None else list(definition.initial)
    way_back = resumes_to(definition, state)
    if way_back is not None and way_back not in listed:
        listed.append(way_back)
    return tuple(
        key
        for key in listed
        if forbidden(definition, state.details, key) is None and other_subtype(definition, state.details, key) is None
    )


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
        if row.key in found and row.key not in direct and other_subtype(definition, state.details, row.key) is None
    )


def _refusal_of_target(definition: Definition, state: CaseState, target: str, kind: str | None) -> Verdict | None:
    if target not in definition.by_key:
        return _refuse(definition, state, "unknown_status", unknown_status(definition, target))
    if kind is not None and kind not in SAID_KINDS:
        return _refuse(
            definition,
            state,
            "unknown_kind",
            _("'%(kind)s' is no kind of move. Kinds: %(kinds)s.") % {"kind": kind, "kinds": ", ".join(SAID_KINDS)},
        )
    for code, message in (
        ("forbidden", forbidden(definition, state.details, target)),
        ("other_subtype", other_subtype(definition, state.details, target)),
    ):
        if message is not None:
            return _refuse(definition, state, code, f"{message} {_lawful_next(definition, state)}")
    return None


def unknown_status(definition: Definition, target: str) -> str:
    near = get_close_matches(target, definition.by_key, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"'{target}' is no status of {definition.key}.{hint} Statuses: {', '.join(definition.by_key)}."


def _judge_first(definition: Definition, state: CaseState, target: str, kind: str | None, importing: bool) -> Verdict:
    if not importing and target not in definition.initial:
        message = _("A case of %(pathway)s begins with %(initial)s, not with '%(target)s'.") % {
            "pathway": definition.key,
            "initial": _either(definition.initial),
            "target": target,
        }
        return _refuse(definition, state, "not_initial", message)
    phase = definition.status(target).phase
    contradicted = {"suspend": phase != "paused", "close": phase != "closed", "resume": phase == "paused"}
    if kind is not None and contradicted.get(kind, False):
        message = _("'%(target)s' is a status of phase '%(phase)s': a move of kind '%(kind)s' does not lead there.") % {
            "target": target,
            "phase": phase,
            "kind": kind,
        }
        return _refuse(definition, state, "wrong_kind", message)
    return Verdict(True, kind or "forward", "", next_keys(definition, state))


def _judge_jump(definition: Definition, state: CaseState, status: str, target: str, *, listed: bool) -> Verdict:
    if listed or target in _reachable_for(definition, state, status):
        return Verdict(True, JUMP, "", next_keys(definition, state))
    message = _("No way in the table leads from '%(status)s' to '%(target)s', so a jump may not either.") % {
        "status": status,
        "target": target,
    }
    return _refuse(definition, state, "not_reachable", f"{message} {_lawful_next(definition, state)}")


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


def _not_listed(definition: Definition, state: CaseState, target: str) -> str:
    message = _("'%(status)s' does not lead to '%(target)s'.") % {"status": state.status, "target": target}
    return f"{message} {_lawful_next(definition, state)}"


def _lawful_next(definition: Definition, state: CaseState) -> str:
    keys = next_keys(definition, state)
    if not keys:
        return str(_("It leads nowhere: the case has ended."))
    return str(_("Lawful next: %(keys)s.") % {"keys": ", ".join(keys)})


def _either(keys: Iterable[str]) -> str:
    return ", ".join(f"'{key}'" for key in keys)


def _refuse(definition: Definition, state: CaseState, code: str, message: str) -> Verdict:
    return Verdict(False, None, message, next_keys(definition, state), code)
