"""Which rows of a list the reader may tick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind, highest
from tracker.access.policy import Action, decide
from tracker.access.queries import memberships_of
from tracker.core.actor import Actor
from tracker.followups.queries import WorkLine


def tickable_ids(session: Session, actor: Actor, lines: Iterable[WorkLine]) -> set[UUID]:
    """Ids of the follow-ups among `lines` that `actor` may complete or reopen. One statement."""
    lines = list(lines)
    return tickable_among(actor, lines, memberships_of(session, actor, {line.follow_up.case_id for line in lines}))


def tickable_among(
    actor: Actor, lines: Iterable[WorkLine], memberships: Mapping[UUID, MembershipKind | None]
) -> set[UUID]:
    """The same where it is known what `actor` is on the cases: by case id; none where it is missing."""
    answers: dict[
        tuple[bool, str, str | None, MembershipKind | None], bool
    ] = {}  # the same few questions for many rows
    found = set()
    for line in lines:
        item = line.follow_up
        is_own = item.assignee_id is not None and item.assignee_id == actor.person_id
        question = (is_own, line.case_level, item.level, memberships.get(item.case_id))
        if question not in answers:
            answers[question] = _may_tick(actor, *question)
        if answers[question]:
            found.add(item.id)
    return found


def _may_tick(
    actor: Actor, is_own: bool, case_level: str, own_level: str | None, membership: MembershipKind | None
) -> bool:
    action = Action.READ if is_own else Action.ASSIGN_FOLLOW_UP
    return decide(actor, action, highest(case_level, own_level), membership).allowed
