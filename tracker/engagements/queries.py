"""Reads of meetings and commitments. Every list starts at the visibility rule; what one may not see is NotVisible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, func, join, or_, select, true
from sqlalchemy.orm import Session, selectinload

from tracker.access.matching import matching
from tracker.access.visibility import is_open, sees
from tracker.cases.models import Case
from tracker.contacts.models import Contact
from tracker.core.actor import Actor
from tracker.core.counting import counted_up_to
from tracker.core.errors import NotVisible
from tracker.core.keyset import Order, read_page
from tracker.core.pages import Page
from tracker.core.statements import kept_statement
from tracker.engagements.models import Commitment, Engagement, EngagementCase, Participant

PAGE_SIZE = 50
LATEST_FIRST = Order(
    Engagement.sort_on,
    Engagement.id,
    date,
    lambda row: (row.sort_on, row.id),
    descending=True,
)


@dataclass(frozen=True, slots=True)
class EngagementLine:
    """A meeting with the cases of it that the reader sees."""

    engagement: Engagement
    cases: Sequence[Case]


@dataclass(frozen=True, slots=True)
class EngagementFilters:
    """`country`: of a participant, of a side of a commitment made there, or of a case that it was about."""

    kind: str | None = None
    case_reference: str | None = None
    words: str = ""
    contact_id: UUID | None = None
    country: str | None = None


def visible_engagements(actor: Actor) -> Select[Engagement]:
    """Through a case that `actor` sees (as a member of it where the meeting is restricted); without cases, by role."""
    return select(Engagement).where(sees_engagement(actor))


def get_engagement(session: Session, actor: Actor, engagement_id: UUID) -> Engagement:
    """The meeting with participants. Raises NotVisible."""
    query = visible_engagements(actor).where(Engagement.id == engagement_id).options(*_WITH_PARTICIPANTS)
    engagement = session.scalar(query)
    if engagement is None:
        raise NotVisible("There is no such meeting.")
    return engagement


def list_engagements(
    session: Session, actor: Actor, filters: EngagementFilters, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[EngagementLine]:
    """One page, the latest first, those of unknown day at the end; participants and visible cases are loaded."""
    query = visible_engagements(actor).options(*_WITH_PARTICIPANTS)
    if filters.kind:
        query = query.where(Engagement.kind == filters.kind)
    if filters.case_reference:
        query = query.where(Engagement.id.in_(_of_case(actor, Case.reference == filters.case_reference.upper())))
    if filters.contact_id:
        query = query.where(_took_part(Participant.contact_id == filters.contact_id))
    if filters.country:
        query = query.where(_about_country(actor, filters.country))
    if filters.words:
        query = query.where(matching(session, "engagement", filters.words, Engagement.id))
    page = read_page(session, query, LATEST_FIRST, cursor, size)
    return replace(page, rows=_lines(session, actor, page.rows))


def engagements_hidden(session: Session, actor: Actor) -> int:
    """How many visible meetings there are at all, counted no further than a reader needs."""
    return counted_up_to(session, visible_engagements(actor).with_only_columns(Engagement.id))


def engagements_of_case(session: Session, actor: Actor, case_id: UUID, limit: int = 50) -> Sequence[EngagementLine]:
    """Meetings about a case, the latest first."""
    return _lines(session, actor, session.scalars(_on_case_statement(actor, limit), {"case_id": case_id}).all())


@kept_statement
def _on_case_statement(actor: Actor, limit: int) -> Select[Engagement]:
    return _latest(actor, Engagement.id.in_(_of_case(actor, Case.id == bindparam("case_id"))), limit)


def engagements_of_contact(
    session: Session, actor: Actor, contact_id: UUID, limit: int = 50
) -> Sequence[EngagementLine]:
    """Meetings in which a contact took part, the latest first."""
    return _some(session, actor, _took_part(Participant.contact_id == contact_id), limit)


def engagements_of_organisation(
    session: Session, actor: Actor, organisation_id: UUID, limit: int = 50
) -> Sequence[EngagementLine]:
    """Meetings in which somebody who works there took part, the latest first."""
    staff = select(Contact.id).where(Contact.organisation_id == organisation_id)
    return _some(session, actor, _took_part(Participant.contact_id.in_(staff)), limit)


def engagements_of_post(session: Session, actor: Actor, post_id: UUID, limit: int = 50) -> Sequence[EngagementLine]:
    """Meetings in which whoever held the office then took part, the latest first."""
    return _some(session, actor, _took_part(Participant.post_id == post_id), limit)


def cases_of(session: Session, actor: Actor, engagement_ids: Iterable[UUID]) -> dict[UUID, list[Case]]:
    """The visible cases of some meetings, by meeting. One statement."""
    rows = session.execute(
        select(EngagementCase.engagement_id, Case)
        .join(Case, Case.id == EngagementCase.case_id)
        .where(EngagementCase.engagement_id.in_(list(engagement_ids)), sees(actor, Case.level, Case.id))
        .order_by(Case.reference)
    )
    found: dict[UUID, list[Case]] = defaultdict(list)
    for engagement_id, case in rows:
        found[engagement_id].append(case)
    return found


def is_about_cases(session: Session, engagement_id: UUID) -> bool:
    """Whether the meeting is about any case, seen or not."""
    return bool(session.scalar(select(func.app_engagement_has_cases(engagement_id))))


_WITH_PARTICIPANTS = (
    selectinload(Engagement.participants).joinedload(Participant.contact).selectinload(Contact.offices),
)


def sees_engagement(actor: Actor) -> ColumnElement[bool]:
    """The rule itself, in a statement about engagements."""
    if actor.is_operator:
        return true()
    if not actor.is_person:
        return false()
    through_case = (
        exists()
        .select_from(join(EngagementCase, Case, EngagementCase.case_id == Case.id))
        .where(
            EngagementCase.engagement_id == Engagement.id,
            sees(actor, Case.level, Case.id),
            sees(actor, Engagement.level, EngagementCase.case_id),
        )
        .correlate(Engagement)
    )
    by_role = is_open(Engagement.level) if actor.is_staff else false()
    own = Engagement.created_by_id == actor.person_id
    without_cases = and_(or_(by_role, own), ~func.app_engagement_has_cases(Engagement.id))
    return or_(through_case, without_cases)


def _took_part(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Participant.engagement_id == Engagement.id, which)


def _about_country(actor: Actor, code: str) -> ColumnElement[bool]:
    from_there = select(Contact.id).where(Contact.country == code)
    promised = exists().where(
        Commitment.engagement_id == Engagement.id, or_(Commitment.by_country == code, Commitment.to_country == code)
    )
    case = Engagement.id.in_(_of_case(actor, Case.countries.contains([code])))
    return or_(_took_part(Participant.contact_id.in_(from_there)), promised, case)


def _of_case(actor: Actor, which: ColumnElement[bool]) -> Any:
    return (
        select(EngagementCase.engagement_id)
        .join(Case, Case.id == EngagementCase.case_id)
        .where(which, sees(actor, Case.level, Case.id))
    )


def _some(session: Session, actor: Actor, which: ColumnElement[bool], limit: int) -> Sequence[EngagementLine]:
    return _lines(session, actor, session.scalars(_latest(actor, which, limit)).all())


def _latest(actor: Actor, which: ColumnElement[bool], limit: int) -> Select[Engagement]:
    query = visible_engagements(actor).where(which).options(*_WITH_PARTICIPANTS)
    return query.order_by(Engagement.sort_on.desc().nulls_last(), Engagement.id.desc()).limit(limit)


def _lines(session: Session, actor: Actor, engagements: Sequence[Engagement]) -> list[EngagementLine]:
    cases = cases_of(session, actor, [engagement.id for engagement in engagements]) if engagements else {}
    return [EngagementLine(engagement, cases.get(engagement.id, [])) for engagement in engagements]
