"""Standard timelines on a case: read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.followups.models import FollowUp, Timeline


def timeline_of(session: Session, follow_up: FollowUp) -> Timeline | None:
    """The timeline that the follow-up belongs to; None where it belongs to none. A statement where it does."""
    return session.get(Timeline, follow_up.timeline_id) if follow_up.timeline_id is not None else None
