"""What comes next, for whoever has just dealt with one thing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session

from tracker.core.actor import Actor
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, WorkLine, line, visible_lines
from tracker.followups.today import today_here


def next_of_mine(session: Session, actor: Actor, but: UUID) -> WorkLine | None:
    """The actor's follow-up that is due first, after `but`; what is hidden until later does not count."""
    if actor.person_id is None:
        return None
    awake = or_(FollowUp.snoozed_until.is_(None), FollowUp.snoozed_until <= today_here())
    mine = visible_lines(actor).where(
        FollowUp.assignee_id == actor.person_id, FollowUp.id != but, IS_ACTIVE, FollowUp.due_on.is_not(None), awake
    )
    row = session.execute(mine.order_by(FollowUp.due_on, FollowUp.id).limit(1)).one_or_none()
    return None if row is None else line(row)
