"""Who may do what with a follow-up: the matrix, and what being its assignee adds."""

from __future__ import annotations

from tracker.access.levels import Level, MembershipKind, highest
from tracker.access.policy import Action, Decision, decide
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.followups.models import FollowUp

Membership = MembershipKind | None


def level_of(case: Case, follow_up: FollowUp | None = None) -> Level:
    """The level that counts: the higher of the case's and the follow-up's own."""
    return highest(case.level, follow_up.level if follow_up is not None else None)


def may_create(actor: Actor, case: Case, membership: Membership) -> Decision:
    return decide(actor, Action.CREATE_FOLLOW_UP, case.level, membership)


def may_edit(actor: Actor, case: Case, follow_up: FollowUp, membership: Membership) -> Decision:
    return decide(actor, Action.ASSIGN_FOLLOW_UP, level_of(case, follow_up), membership)


def may_lower(actor: Actor, case: Case, follow_up: FollowUp, membership: Membership) -> bool:
    """Whether it is more secret than its case, and the actor may lower that, alone or with a second person."""
    level = level_of(case, follow_up)
    return level != case.level and decide(actor, Action.LOWER_LEVEL, level, membership).allowed


def may_progress(actor: Actor, case: Case, follow_up: FollowUp, membership: Membership) -> Decision:
    """Start, wait, complete, reopen: whoever may edit it, and the assignee while they still see it."""
    if follow_up.assignee_id == actor.person_id:
        return decide(actor, Action.READ, level_of(case, follow_up), membership)
    return may_edit(actor, case, follow_up, membership)
