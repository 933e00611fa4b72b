"""What somebody did last, for tests that undo it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.person import acting
from tracker.accounts.models import Person
from tracker.followups.undoing import latest_change


def last_deed(session: Session, person: Person, follow_up_id: UUID) -> UUID:
    """The change that `person` made last to the follow-up; there must be one."""
    found = latest_change(session, acting(person), follow_up_id)
    assert found is not None
    return found
