"""The review of who sees a case: every ninety days its lead confirms or ends each membership."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.levels import Level
from tracker.access.models import AccessReview
from tracker.access.policy import Action
from tracker.audit.services import record
from tracker.cases.queries import current_members
from tracker.cases.services.guard import take_case
from tracker.cases.services.members import end_membership
from tracker.clocks.house import house_rule
from tracker.clocks.reckoning import reckon
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid

RULE = "access_review"
"""Of tracker/clocks/house_rules.yaml; the trigger in PostgreSQL that dates the first review says the same."""


def review_access(session: Session, actor: Actor, case_id: UUID, kept: Collection[UUID]) -> AccessReview:
    """Keep the memberships named, end all others, and look again in ninety days.

    Raises NotVisible, NotPermitted, Invalid (no lead would be left, nobody but members sees it no more).
    """
    case = take_case(session, actor, case_id, Action.LOWER_LEVEL)  # a lead's business alone, on any level
    if not Level(case.level).members_only:
        raise Invalid(Fault("", _("Only restricted and sealed cases are reviewed: staff sees the others by role.")))
    members = [membership for membership, _person in current_members(session, case.id)]
    going = sorted((one for one in members if one.id not in kept), key=lambda one: one.person_id == actor.person_id)
    due_on, case.review_due_on = case.review_due_on, next_review(clock.today())
    review = AccessReview(
        case_id=case.id,
        due_on=due_on,
        reviewed_by_id=actor.person_id,
        reviewed_at=clock.now(),
        kept=len(members) - len(going),
        ended=len(going),
    )
    session.add(review)
    record(session, actor, "access.reviewed", "case", case.id, case_id=case.id, kept=review.kept, ended=review.ended)
    session.flush()
    for membership in going:  # one's own last: afterwards the case may be out of sight
        end_membership(session, actor, case.id, membership.id)
    return review


def next_review(looked_on: date) -> date:
    """When whoever leads the case has to look again, after a review on `looked_on`."""
    return reckon(house_rule(RULE), looked_on).due_on


def last_review(session: Session, case_id: UUID) -> AccessReview | None:
    """The newest review of the case."""
    query = select(AccessReview).where(AccessReview.case_id == case_id).order_by(AccessReview.reviewed_at.desc())
    return session.scalar(query.limit(1))
