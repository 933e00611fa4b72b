"""Which rows of a list the reader may tick."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.access.policy import Action, decide
from tracker.access.queries import memberships_of
from tracker.core.actor import Actor
from tracker.followups.queries import WorkLine


def tickable_ids(session: Session, actor: Actor, lines: Iterable[WorkLine]) -> set[UUID]:
    """Ids of the follow-ups among `lines` that `actor` may complete or reopen. One statement."""
    lines = list(lines)
    memberships = memberships_of(session, actor, {line.follow_up.case_id for line in lines})
    found = set()
    for line in lines:
        item = line.follow_up
        is_own = item.assignee_id is not None and item.assignee_id == actor.person_id
        action = Action.READ if is_own else Action.ASSIGN_FOLLOW_UP
        if decide(actor, action, highest(line.case_level, item.level), memberships.get(item.case_id)):
            found.add(item.id)
    return found
