"""Which permission a change of status needs. The matrix itself is tracker/access/policy.py."""

from __future__ import annotations

from tracker.access.levels import MembershipKind
from tracker.access.policy import Action, Decision, decide
from tracker.core.actor import Actor


def action_of_move(kind: str, phase_before: str | None, phase_after: str) -> Action:
    """Closing and reopening need more than moving does, by a jump too."""
    ends = kind == "jump" and phase_after == "closed" and phase_before != "closed"
    revives = kind == "jump" and phase_before == "closed" and phase_after != "closed"
    if kind == "close" or ends:
        return Action.CLOSE
    if kind == "reopen" or revives:
        return Action.REOPEN
    return Action.MOVE_STATUS


def can_move(
    actor: Actor, level: str, membership: MembershipKind | None, kind: str, phase_before: str | None, phase_after: str
) -> Decision:
    """Whether `actor` may make a move of this kind on a case of this level."""
    return decide(actor, action_of_move(kind, phase_before, phase_after), level, membership)
