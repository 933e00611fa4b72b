"""Follow-ups made from a recommendation: shown there, and each names its recommendation on its own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, visible_follow_ups
from tracker.followups.services import add_follow_up
from tracker.recommendations.models import Recommendation, RecommendationFollowUp
from tracker.recommendations.queries import Kin, get_recommendation, kin_where

LONGEST_QUOTE = 120
"""Letters of a recommendation in the title that is offered."""


@dataclass(frozen=True, slots=True)
class WorkOnRecommendation:
    """A follow-up that was made from a recommendation."""

    id: UUID
    title: str
    due_on: date | None
    is_active: bool


def work_on(session: Session, actor: Actor, recommendation: Recommendation) -> Sequence[WorkOnRecommendation]:
    """The follow-ups made from one that was found already, as far as `actor` sees them, open ones first, by day."""
    query = (
        visible_follow_ups(actor)
        .with_only_columns(
            *(FollowUp.id, FollowUp.title, FollowUp.due_on, IS_ACTIVE.label("is_active")),
            maintain_column_froms=True,
        )
        .join(RecommendationFollowUp, RecommendationFollowUp.follow_up_id == FollowUp.id)
        .where(
            RecommendationFollowUp.recommendation_id == recommendation.id,
            FollowUp.case_id == recommendation.case_id,
        )
        .order_by(IS_ACTIVE.desc(), FollowUp.due_on, FollowUp.id)
    )
    return [WorkOnRecommendation(*row) for row in session.execute(query)]


def recommendation_of(session: Session, actor: Actor, follow_up: FollowUp) -> Kin | None:
    """What a follow-up that was found already was made from, while that stands on the same case."""
    this = RecommendationFollowUp.follow_up_id == follow_up.id
    made_from = Recommendation.id.in_(select(RecommendationFollowUp.recommendation_id).where(this))
    on_its_case = Recommendation.case_id == follow_up.case_id
    return next(iter(kin_where(session, actor, and_(made_from, on_its_case))), None)


def follow(
    session: Session,
    actor: Actor,
    case: Case,
    recommendation_id: UUID,
    title: str,
    due_on: date | None,
    assignee_id: UUID | None,
) -> FollowUp:
    """Make a follow-up from a recommendation; there may be several. Raises NotVisible, NotPermitted, Invalid."""
    row = get_recommendation(session, actor, case, recommendation_id)
    made = add_follow_up(session, actor, case, title=title, due_on=due_on, assignee_id=assignee_id)
    session.add(RecommendationFollowUp(follow_up_id=made.id, recommendation_id=row.id))
    session.flush()
    return made


def title_for(recommendation: Recommendation) -> str:
    """What the work may be called."""
    quote = shorten(recommendation.text, LONGEST_QUOTE, placeholder="…")
    if recommendation.number:
        return str(_("Recommendation %(number)s: %(text)s", number=recommendation.number, text=quote))
    return str(_("Recommendation: %(text)s", text=quote))
