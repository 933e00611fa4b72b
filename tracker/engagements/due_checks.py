"""The follow-up that asks, when a commitment is due, whether it was kept: one for each, made together with it.

Of those that have none tracker.reminders tells whoever recorded them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.levels import Level, highest
from tracker.access.policy import Action, decide, require
from tracker.access.queries import membership_of, memberships_of
from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid
from tracker.core.hidden_rows import unless_there_already
from tracker.engagements.models import Commitment, Engagement
from tracker.engagements.queries import visible_engagements
from tracker.followups.changing import change
from tracker.followups.models import FollowUp
from tracker.followups.queries import visible_follow_ups
from tracker.followups.services import add_follow_up, cancel, complete, reopen

LONGEST_QUOTE: Final = 160
_ONE_CHECK: Final = ("uq_follow_ups_commitment",)


def keep_check(session: Session, actor: Actor, commitment: Commitment) -> None:
    """Let the follow-up of `commitment` stand as its day and status say; a settled one's is done.

    None is made without a day and a case, nor where the actor may not keep work of that level on the case. One that
    the actor does not see stays as it is.
    """
    case = _case_of(session, actor, commitment)
    standing = session.scalar(visible_follow_ups(actor).where(FollowUp.commitment_id == commitment.id))
    if standing is not None:
        _bring_up_to_date(session, actor, commitment, standing)
    elif case is not None and commitment.due_on is not None and commitment.status == "open":
        with unless_there_already(session, _ONE_CHECK):
            _make(session, actor, commitment, case)


def make_check(session: Session, actor: Actor, commitment: Commitment) -> FollowUp | None:
    """The follow-up of a commitment that has none: an import makes no work silently, so somebody asks for it.

    The one that stands, where somebody was faster; None where the actor does not see that one, and nothing is made.
    Raises NotPermitted; Invalid without a day, a case, or when settled.
    """
    asks = visible_follow_ups(actor).where(FollowUp.commitment_id == commitment.id)
    session.scalar(select(Commitment.id).where(Commitment.id == commitment.id).with_for_update(key_share=True))
    standing = session.scalar(asks)
    if standing is not None:
        return standing
    case = _case_of(session, actor, commitment)
    if case is None or commitment.due_on is None or commitment.status != "open":
        raise Invalid(Fault("", _("Only an open commitment with a day and a case gets a follow-up.")))
    counting = highest(case.level, _level_of(session, commitment.engagement_id))
    require(decide(actor, Action.ASSIGN_FOLLOW_UP, counting, membership_of(session, actor, case.id)))
    with unless_there_already(session, _ONE_CHECK):
        _make(session, actor, commitment, case)
    return session.scalars(asks).one_or_none()


def checkable(session: Session, actor: Actor, commitments: Iterable[Commitment]) -> set[UUID]:
    """Ids of those for which `actor` may ask for a follow-up, if there is none yet. At most three statements."""
    ready = [one for one in commitments if one.status == "open" and one.due_on is not None and one.case_id is not None]
    if not ready:
        return set()
    case_ids, meeting_ids = {one.case_id for one in ready}, {one.engagement_id for one in ready}
    cases = visible_cases(actor).with_only_columns(Case.id, Case.level).where(Case.id.in_(case_ids))
    meetings = visible_engagements(actor).with_only_columns(Engagement.id, Engagement.level)
    levels = dict(session.execute(cases).all())
    own = dict(session.execute(meetings.where(Engagement.id.in_(meeting_ids))).all())
    members = memberships_of(session, actor, levels)
    return {
        one.id
        for one in ready
        if one.case_id in levels
        and decide(
            actor,
            Action.ASSIGN_FOLLOW_UP,
            highest(levels[one.case_id], _counting(own.get(one.engagement_id) if one.engagement_id else None)),
            members.get(one.case_id),
        )
    }


def _case_of(session: Session, actor: Actor, commitment: Commitment) -> Case | None:
    """Its case, where the actor sees one."""
    return session.scalar(visible_cases(actor).where(Case.id == commitment.case_id)) if commitment.case_id else None


def _make(session: Session, actor: Actor, commitment: Commitment, case: Case) -> None:
    level = _level_of(session, commitment.engagement_id)
    counting = highest(case.level, level)
    if not decide(actor, Action.ASSIGN_FOLLOW_UP, counting, membership_of(session, actor, case.id)):
        return
    add_follow_up(
        session,
        actor,
        case,
        title=_("Was it kept? “%(words)s”", words=_quote(commitment.text)),
        due_on=commitment.due_on,
        assignee_id=actor.person_id or case.lead_id,
        level=level,
        engagement_id=commitment.engagement_id,
        commitment_id=commitment.id,
        post_id=commitment.by_post_id or commitment.to_post_id,
    )


def _bring_up_to_date(session: Session, actor: Actor, commitment: Commitment, standing: FollowUp) -> None:
    if commitment.status != "open":
        if standing.is_active:
            complete(session, actor, standing, although_needed=True)
    elif commitment.due_on is None:
        if standing.is_active:
            cancel(session, actor, standing)
    else:
        if not standing.is_active:
            reopen(session, actor, standing)
        _move(session, actor, commitment, standing)


def _move(session: Session, actor: Actor, commitment: Commitment, standing: FollowUp) -> None:
    """To the day of the commitment; where somebody set another by hand, only what it would be now is kept beside it."""
    if standing.due_by_hand:
        to_check = commitment.due_on if commitment.due_on != standing.due_on else None
        change(session, actor, standing, {"due_to_check": to_check}, "edited", "follow_up.flagged")
    else:
        change(session, actor, standing, {"due_on": commitment.due_on}, "due_changed", "follow_up.moved")


def _level_of(session: Session, engagement_id: UUID | None) -> str | None:
    level = session.scalar(select(Engagement.level).where(Engagement.id == engagement_id)) if engagement_id else None
    return _counting(level)


def _counting(level: str | None) -> str | None:
    """What a meeting adds to its case: nothing, where everybody may know of it."""
    return level if level and Level(level).members_only else None


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE].rstrip()} …"
