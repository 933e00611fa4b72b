"""Meetings, for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.core.ids import new_id
from tracker.engagements.models import Engagement, EngagementCase


def make_engagement(session: Session, *cases: Case, **said: Any) -> Engagement:
    """A meeting about `cases`. `session` acts as the operator."""
    engagement = Engagement(id=new_id(), **({"summary": "Talk in the corridor"} | said))
    session.add(engagement)
    session.flush()
    session.add_all(EngagementCase(engagement_id=engagement.id, case_id=case.id) for case in cases)
    session.flush()
    return engagement
