"""Commitments, for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.engagements.models import Commitment, Engagement


def make_commitment(
    session: Session, engagement: Engagement | None = None, case: Case | None = None, **said: Any
) -> Commitment:
    """What somebody promised. `session` acts as the operator."""
    commitment = Commitment(
        engagement_id=engagement.id if engagement else None,
        case_id=case.id if case else None,
        **({"text": "We will join the referral", "by_country": "LV"} | said),
    )
    session.add(commitment)
    session.flush()
    return commitment
