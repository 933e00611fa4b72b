"""Who sees a commitment, as a condition on its row alone."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, true

from tracker.access.visibility import sees
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.engagements.models import Commitment, Engagement
from tracker.engagements.queries import sees_engagement


def sees_commitment(actor: Actor) -> ColumnElement[bool]:
    """Through its meeting and its case, both of which must be visible; what has neither, by role."""
    by_meeting = or_(
        Commitment.engagement_id.is_(None),
        exists().where(Engagement.id == Commitment.engagement_id, sees_engagement(actor)).correlate(Commitment),
    )
    by_case = or_(
        Commitment.case_id.is_(None),
        exists().where(Case.id == Commitment.case_id, sees(actor, Case.level, Case.id)).correlate(Commitment),
    )
    loose = and_(Commitment.engagement_id.is_(None), Commitment.case_id.is_(None))
    by_role = true() if actor.is_operator or actor.is_staff else ~loose
    return and_(by_meeting, by_case, by_role)
