"""Commitments as the recipient of a reminder sees them now: those of which no follow-up asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.access.models import CaseMembership
from tracker.access.visibility import is_current, sees
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.statements import kept_statement
from tracker.engagements.models import Commitment, Engagement, EngagementCase
from tracker.engagements.visibility import sees_commitment
from tracker.followups.models import FollowUp
from tracker.reminders.letters import Because, Matter
from tracker.reminders.letters.holding import Addressee, NoLongerHolds, Promise
from tracker.reminders.letters.seen_work import IDS, LEAD, found_by_id, leads_case, stood_in_for
from tracker.reminders.planning.rules import version_of
from tracker.reminders.reasons import Reason

UNASKED = "unasked"
"""As a matter's `change`: the commitment itself is told, no follow-up asks about it."""


def commitments_seen(session: Session, actor: Actor, wanted: Iterable[Promise]) -> dict[UUID, Any]:
    """The commitments of these rows that the actor sees, by id. One statement."""
    return found_by_id(session, _commitments(actor), wanted)


def commitment_matter(row: Promise, found: Any | None, to: Addressee) -> Matter:
    """What may be said of a commitment; `found` is from `commitments_seen`. Raises NoLongerHolds."""
    if found is None:
        raise NoLongerHolds(Reason.NOT_VISIBLE)
    if found.status != "open":
        raise NoLongerHolds(Reason.CLOSED)
    if found.is_asked_about:
        raise NoLongerHolds(Reason.SUPERSEDED)
    if found.due_on is None or found.due_on.toordinal() != version_of(row.due_key):
        raise NoLongerHolds(Reason.DATE_CHANGED)
    because = _because(found, to.actor)
    if to.is_bare(highest(found.case_level, found.meeting_level, *(found.met_about or ()))):
        return Matter(row.kind, row.number, found.due_on, subject_id=found.id, version=found.version)
    return Matter(
        kind=row.kind,
        number=row.number,
        due_on=found.due_on,
        title=found.text,
        reference=found.reference or "",
        case_title=found.case_title or "",
        is_bare=False,
        because=because,
        subject_id=found.id,
        case_id=found.case_id,
        version=found.version,
        change=UNASKED,
    )


def _because(found: Any, actor: Actor) -> Because:
    if found.recorded_by == actor.person_id:
        return Because.RECORDER
    if found.leads:
        return Because.LEAD
    if found.stands_in:
        return Because.SUBSTITUTE
    if actor.has_role("coordinator"):
        return Because.COORDINATOR
    raise NoLongerHolds(Reason.REASSIGNED)


@kept_statement
def _commitments(actor: Actor) -> Select[*tuple[Any, ...]]:
    recorded_by = func.coalesce(Commitment.created_by_id, Engagement.created_by_id)
    stands_in = or_(recorded_by.in_(stood_in_for(actor)), _leads(CaseMembership.person_id.in_(stood_in_for(actor))))
    met_about = (
        select(func.array_agg(Case.level))
        .where(
            EngagementCase.engagement_id == Commitment.engagement_id,
            EngagementCase.case_id == Case.id,
            sees(actor, Case.level, Case.id),
        )
        .correlate(Commitment)
        .scalar_subquery()
    )
    return (
        select(
            Commitment.id,
            Commitment.case_id,
            Commitment.text,
            Commitment.due_on,
            Commitment.status,
            Commitment.version,
            recorded_by.label("recorded_by"),
            Case.reference,
            Case.title.label("case_title"),
            Case.level.label("case_level"),
            Engagement.level.label("meeting_level"),
            met_about.label("met_about"),
            exists().where(FollowUp.commitment_id == Commitment.id).label("is_asked_about"),
            _leads(CaseMembership.person_id == actor.person_id).label("leads"),
            stands_in.label("stands_in"),
        )
        .select_from(Commitment)
        .outerjoin(Case, Case.id == Commitment.case_id)
        .outerjoin(Engagement, Engagement.id == Commitment.engagement_id)
        .where(Commitment.id == IDS, sees_commitment(actor))
    )


def _leads(who: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether one of the people that `who` picks leads its case, or one that its meeting was about."""
    of_meeting = (
        exists()
        .where(
            EngagementCase.engagement_id == Commitment.engagement_id,
            CaseMembership.case_id == EngagementCase.case_id,
            CaseMembership.kind == LEAD,
            is_current(),
            who,
        )
        .correlate(Commitment)
    )
    return or_(leads_case(who), of_meeting)
