"""Standard follow-ups that come again while the status lasts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.cases.models import Case, CaseEvent
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.followups import rules
from tracker.followups.models import FollowUp


def make_next(session: Session, actor: Actor, case: Case, done: FollowUp) -> FollowUp | None:
    """The occurrence after `done`, while the case still has the status that offered it; None where there is none.

    Completing again after an undo brings the occurrence back that the undo had withdrawn.
    """
    if done.every_days is None or done.template_key is None or done.period_key is None:
        return None
    if not _status_lasts(session, case, done.period_key):
        return None
    following = _occurrence(session, done, rules.next_occurrence(done.period_key))
    if following is None:
        following = _copy(done, actor)
        session.add(following)
    elif following.status != "cancelled":
        return None
    following.status = "open"
    following.due_on = rules.next_due(done.due_on, done.every_days, clock.today())
    following.next_plan_at = clock.now()
    return following


def withdraw_next(session: Session, case: Case, reopened: FollowUp) -> FollowUp | None:
    """Cancel the occurrence that completing `reopened` had made, unless somebody has worked on it."""
    if reopened.every_days is None or reopened.template_key is None or reopened.period_key is None:
        return None
    following = _occurrence(session, reopened, rules.next_occurrence(reopened.period_key))
    if following is None or following.status != "open" or following.case_id != case.id:
        return None
    following.status = "cancelled"
    following.next_plan_at = clock.now()
    return following


def _status_lasts(session: Session, case: Case, period_key: str) -> bool:
    try:
        event_id = UUID(rules.event_of_period(period_key))
    except ValueError:
        return False
    status = session.scalar(select(CaseEvent.status).where(CaseEvent.id == event_id, CaseEvent.voided_at.is_(None)))
    return status is not None and status == case.status


def _occurrence(session: Session, follow_up: FollowUp, period_key: str) -> FollowUp | None:
    return session.scalar(
        select(FollowUp)
        .where(
            FollowUp.case_id == follow_up.case_id,
            FollowUp.template_key == follow_up.template_key,
            FollowUp.period_key == period_key,
        )
        .with_for_update(key_share=True)
    )


def _copy(done: FollowUp, actor: Actor) -> FollowUp:
    return FollowUp(
        case_id=done.case_id,
        title=done.title,
        kind=done.kind,
        notes=done.notes,
        level=done.level,
        assignee_id=done.assignee_id,
        assignee_named=done.assignee_named,
        template_key=done.template_key,
        period_key=rules.next_occurrence(done.period_key or ""),
        every_days=done.every_days,
        created_by_id=actor.person_id,
    )
