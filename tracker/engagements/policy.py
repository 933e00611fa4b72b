"""Who may record meetings and commitments: the matrix, asked for each case that is concerned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l

from tracker.access import policy as access
from tracker.access.levels import Level, MembershipKind, highest
from tracker.access.policy import Action, Decision, decide
from tracker.cases.models import Case
from tracker.core.actor import Actor

Memberships = Mapping[UUID, MembershipKind]

_NEEDS_A_CASE = Decision(False, _l("A restricted or sealed meeting needs a case whose members may see it."))
_NOT_A_MEMBER = Decision(False, _l("You could not see it any more: you are a member of none of its cases."))


def may_record(actor: Actor, cases: Sequence[Case], memberships: Memberships) -> Decision:
    """Record or change a meeting about these cases; without any, by role."""
    if not cases:
        return decide(actor, Action.RECORD_ENGAGEMENT)
    for case in cases:
        decision = decide(actor, Action.RECORD_ENGAGEMENT, case.level, memberships.get(case.id))
        if not decision:
            return decision
    return decision


def may_have_level(actor: Actor, level: str, cases: Sequence[Case], memberships: Memberships) -> Decision:
    """Whether the actor still sees what they record at `level`: through a case of which they are a member."""
    if actor.is_operator or not Level(level).members_only:
        return Decision(True)
    if not cases:
        return _NEEDS_A_CASE
    seen = any(decide(actor, Action.READ, level, memberships.get(case.id)) for case in cases)
    return Decision(True) if seen else _NOT_A_MEMBER


def may_lower(actor: Actor, stands: str, wanted: str, cases: Sequence[Case], memberships: Memberships) -> Decision:
    """Lower the level alone: a lead of one of its cases, unless it is sealed; without cases, who may record it."""
    if not cases:
        return decide(actor, Action.RECORD_ENGAGEMENT)
    decisions = [access.may_lower(actor, highest(stands, one.level), wanted, memberships.get(one.id)) for one in cases]
    return next((one for one in decisions if one or one.needs_second_person), decisions[-1])


def leads_to_lower(actor: Actor, level: str, cases: Sequence[Case], memberships: Memberships) -> bool:
    """Whether it is more secret than its cases, and the actor leads one of them."""
    if Level(level).rank <= least_level(cases).rank:
        return False
    return any(decide(actor, Action.LOWER_LEVEL, level, memberships.get(case.id)) for case in cases)


def least_level(cases: Sequence[Case]) -> Level:
    """A meeting is at least as secret as the most secret of its cases."""
    return highest(*(case.level for case in cases)) if cases else Level.INTERNAL
