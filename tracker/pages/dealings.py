"""What goes on with people outside, of what the reader sees: work about them, the last contact and the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from tracker.core.actor import Actor
from tracker.engagements.commitments import CommitmentLine
from tracker.engagements.models import Commitment
from tracker.engagements.queries import EngagementLine
from tracker.followups.models import ACTIVE_STATUSES, FollowUp
from tracker.followups.queries import WorkLine, line, visible_lines

MOST = 50


def work_about(
    session: Session, actor: Actor, contact_ids: Iterable[UUID] = (), post_ids: Iterable[UUID] = ()
) -> Sequence[WorkLine]:
    """Open work that waits for these contacts, is about these posts, or asks about what the contacts promised.

    Work that hangs on nothing but a commitment of an earlier holder stays with the post. One statement.
    """
    contacts, posts = list(contact_ids), list(post_ids)
    about: list[ColumnElement[bool]] = []
    if contacts:
        about.append(FollowUp.waiting_on_contact_id.in_(contacts))
        about.append(FollowUp.commitment_id.in_(_promised_by(contacts)))
    if posts:
        about.append(FollowUp.post_id.in_(posts))
    if not about:
        return ()
    open_ones = visible_lines(actor).where(or_(*about), FollowUp.status.in_(ACTIVE_STATUSES))
    rows = session.execute(open_ones.order_by(FollowUp.due_on, FollowUp.id).limit(MOST))
    return [line(row) for row in rows]


def last_contact(meetings: Sequence[EngagementLine]) -> EngagementLine | None:
    """The latest of the meetings whose day is known; they come the latest first."""
    return next((one for one in meetings if one.engagement.sort_on is not None), None)


def next_contact(work: Sequence[WorkLine]) -> WorkLine | None:
    """The work with them that is due first."""
    return next((one for one in work if one.follow_up.due_on is not None), None)


def open_ones(commitments: Sequence[CommitmentLine]) -> list[CommitmentLine]:
    return [one for one in commitments if one.commitment.status == "open"]


def _promised_by(contact_ids: list[UUID]) -> Select[UUID]:
    theirs = or_(Commitment.by_contact_id.in_(contact_ids), Commitment.to_contact_id.in_(contact_ids))
    return select(Commitment.id).where(theirs)
