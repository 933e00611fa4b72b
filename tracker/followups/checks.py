"""What every change of a follow-up has in common: who may be given it, at which level, and telling the others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.access.policy import Action, decide, may_lower
from tracker.audit.services import record
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid
from tracker.core.events import announce
from tracker.followups import assignees, policy
from tracker.followups.happened import Change, FollowUpChanged
from tracker.followups.models import FollowUp
from tracker.followups.refusals import CannotSeeCase


def require_assignable(
    session: Session,
    actor: Actor,
    case: Case,
    level: str | None,
    assignee_id: UUID | None,
    membership: policy.Membership,
    path: str = "assignee_id",
) -> None:
    """Raise Invalid unless work of `level` on `case` may be given to `assignee_id`."""
    if assignee_id is None:
        return
    counting = highest(case.level, level)
    if assignee_id == actor.person_id and decide(actor, Action.BE_ASSIGNED, counting, membership).allowed:
        return
    found = assignees.candidate(session, case, counting, assignee_id)
    if found is None:
        raise Invalid(Fault(path, _("Choose somebody who has an account here.")))
    if not found.may:
        raise CannotSeeCase(assignee_id, decide(actor, Action.MANAGE_MEMBERS, case.level, membership).allowed, path)


def require_own_level(actor: Actor, case: Case, level: str | None, membership: policy.Membership) -> None:
    """Raise Invalid when the actor could not work any more on what they make or change."""
    if not decide(actor, Action.ASSIGN_FOLLOW_UP, highest(case.level, level), membership).allowed:
        raise Invalid(Fault("level", _("Only a member of this case can keep work on it at this level.")))


def require_lowering(
    actor: Actor, case: Case, follow_up: FollowUp, level: str | None, membership: policy.Membership
) -> None:
    """Raise Invalid when `level` is lower than what counts now, and the actor alone may not lower it."""
    lowering = may_lower(actor, policy.level_of(case, follow_up), highest(case.level, level), membership)
    if not lowering:
        raise Invalid(Fault("level", str(lowering.reason)))


def tell(session: Session, actor: Actor, follow_up: FollowUp, change: Change, action: str, **detail: Any) -> None:
    """Write the trail and let the others know, once the row is in the database."""
    session.flush()
    record(session, actor, action, "follow_up", follow_up.id, case_id=follow_up.case_id, **detail)
    announce(session, FollowUpChanged(follow_up.id, follow_up.case_id, change, actor))
