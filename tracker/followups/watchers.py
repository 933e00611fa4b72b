"""Who wants to hear of a follow-up without being its assignee. Only who may see it can be one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.access.policy import Action, decide, require
from tracker.access.queries import membership_of
from tracker.accounts.models import Person
from tracker.audit.services import record
from tracker.core.actor import Actor
from tracker.followups import policy
from tracker.followups.changing import note
from tracker.followups.checks import require_assignable
from tracker.followups.locking import locked
from tracker.followups.models import FollowUp, FollowUpWatcher


def watchers_of(session: Session, follow_up_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Ids and names, by name. One statement."""
    query = select(Person.id, Person.name).join(FollowUpWatcher, FollowUpWatcher.person_id == Person.id)
    rows = session.execute(query.where(FollowUpWatcher.follow_up_id == follow_up_id).order_by(Person.name, Person.id))
    return [(row.id, row.name) for row in rows]


def watch(
    session: Session, actor: Actor, follow_up: FollowUp, person_id: UUID, *, batch_id: UUID | None = None
) -> None:
    """Let `person_id` watch it. Oneself: whoever sees it; others: whoever may edit it. Raises CannotSeeCase."""
    case, follow_up = locked(session, follow_up, None)
    membership = membership_of(session, actor, case.id)
    _require_may(actor, case, follow_up, membership, person_id)
    require_assignable(session, actor, case, follow_up.level, person_id, membership, "watcher")
    standing = watching(session, follow_up.id)
    if str(person_id) in standing:
        return
    session.add(FollowUpWatcher(follow_up_id=follow_up.id, person_id=person_id))
    _note(session, actor, follow_up, standing, [*standing, str(person_id)], batch_id, "follow_up.watcher_added")


def unwatch(
    session: Session, actor: Actor, follow_up: FollowUp, person_id: UUID, *, batch_id: UUID | None = None
) -> None:
    """`person_id` no longer watches it."""
    case, follow_up = locked(session, follow_up, None)
    _require_may(actor, case, follow_up, membership_of(session, actor, case.id), person_id)
    standing = watching(session, follow_up.id)
    left = [one for one in standing if one != str(person_id)]
    if left != standing:
        put_watchers(session, follow_up.id, [UUID(one) for one in left])
        _note(session, actor, follow_up, standing, left, batch_id, "follow_up.watcher_removed")


def watching(session: Session, follow_up_id: UUID) -> list[str]:
    """Ids as the history keeps them."""
    query = select(FollowUpWatcher.person_id).where(FollowUpWatcher.follow_up_id == follow_up_id)
    return sorted(str(one) for one in session.scalars(query))


def put_watchers(session: Session, follow_up_id: UUID, wanted: Sequence[UUID]) -> None:
    """Let exactly `wanted` watch it."""
    standing = {UUID(one) for one in watching(session, follow_up_id)}
    gone = standing - set(wanted)
    watcher = FollowUpWatcher
    session.execute(delete(watcher).where(watcher.follow_up_id == follow_up_id, watcher.person_id.in_(gone)))
    session.add_all(watcher(follow_up_id=follow_up_id, person_id=one) for one in wanted if one not in standing)


def _require_may(actor: Actor, case: Any, follow_up: FollowUp, membership: policy.Membership, person_id: UUID) -> None:
    if person_id == actor.person_id:
        require(decide(actor, Action.READ, policy.level_of(case, follow_up), membership))
    else:
        require(policy.may_edit(actor, case, follow_up, membership))


def _note(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    before: list[str],
    after: list[str],
    batch_id: UUID | None,
    action: str,
) -> None:
    said = ({"watchers": before}, {"watchers": sorted(after)})
    note(session, actor, follow_up, "edited", *said, batch_id=batch_id)
    record(session, actor, action, "follow_up", follow_up.id, case_id=follow_up.case_id)
