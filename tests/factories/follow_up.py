"""Follow-ups, for tests: written as an import would, without asking anybody."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.followups.models import FollowUp


def make_follow_up(session: Session, case: Case, assignee: Person | None = None, **said: Any) -> FollowUp:
    """Something to do on `case`. `session` acts as the operator."""
    follow_up = FollowUp(
        case_id=case.id, assignee_id=assignee.id if assignee else None, **({"title": "Call the ministry"} | said)
    )
    session.add(follow_up)
    session.flush()
    return follow_up
