"""Reads of commitments: the ledger of who promised what, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from tracker.access.matching import Asked, ask
from tracker.access.visibility import sees
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.contacts.models import Contact, Office, Organisation
from tracker.core.actor import Actor
from tracker.core.counting import counted_up_to
from tracker.core.errors import NotVisible
from tracker.core.keyset import Order, read_page
from tracker.core.pages import Page
from tracker.core.reads import Read
from tracker.core.statements import kept_statement
from tracker.engagements.models import Commitment, Engagement
from tracker.engagements.queries import visible_engagements
from tracker.followups.models import FollowUp
from tracker.followups.queries import visible_follow_ups

PAGE_SIZE = 50
BY_DAY = Order(Commitment.due_on, Commitment.id, date, lambda row: (row[0].due_on, row[0].id))

_by_contact, _to_contact = aliased(Contact), aliased(Contact)
_by_organisation, _to_organisation = aliased(Organisation), aliased(Organisation)


@dataclass(frozen=True, slots=True)
class Side:
    """Who says, or to whom; `contact_id` where it is a contact who has a page. Countries are codes in `country`."""

    name: str = ""
    contact_id: UUID | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """A commitment with what a list shows beside it."""

    commitment: Commitment
    by: Side
    to: Side
    case_reference: str | None
    checked_by: str | None
    case_level: str | None


@dataclass(frozen=True, slots=True)
class CommitmentFilters:
    """`status` None: any. `overdue`: open ones whose day has passed. `who`: a name of either side, in any spelling.

    `words`: of what was said, of the sides, of how it was checked. `unchecked`: open ones with a day and a case, of
    which no follow-up asks: imported ones, since an import makes no work silently.

    `country`: of either side, itself or as the country of the contact or the organisation.
    """

    status: str | None = "open"
    case_reference: str | None = None
    overdue: bool = False
    who: str = ""
    country: str | None = None
    contact_id: UUID | None = None
    words: str = ""
    unchecked: bool = False


def list_commitments(
    session: Session,
    actor: Actor,
    filters: CommitmentFilters,
    today: date,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[CommitmentLine]:
    """One page of the ledger, earliest day first, those without a day at the end."""
    query = _filtered(visible_commitments(actor), filters, today, _asked(session, filters))
    page = read_page(session, query, BY_DAY, cursor, size)
    return replace(page, rows=[_line(row) for row in page.rows])


def count_by_status(session: Session, actor: Actor, filters: CommitmentFilters, today: date) -> dict[str, int]:
    """How many there are in each status, of what `actor` sees, by the other filters. One statement."""
    others = replace(filters, status=None, overdue=False)
    query = _filtered(visible_commitments(actor), others, today, _asked(session, filters))
    counted = query.with_only_columns(Commitment.status, func.count(), maintain_column_froms=True)
    rows = session.execute(counted.group_by(Commitment.status)).all()
    return {row[0]: row[1] for row in rows}


def count_overdue(session: Session, actor: Actor, filters: CommitmentFilters, today: date) -> int:
    """How many open ones are late, by the other filters. One statement."""
    late = replace(filters, status=None, overdue=True)
    query = _filtered(visible_commitments(actor), late, today, _asked(session, filters))
    return session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def commitments_hidden(session: Session, actor: Actor) -> int:
    """How many visible commitments there are at all, of any status, counted no further than a reader needs."""
    return counted_up_to(session, visible_commitment_ids(actor))


def commitments_of_engagement(session: Session, actor: Actor, engagement_id: UUID) -> Sequence[CommitmentLine]:
    """What was said at a meeting, in its order."""
    return _some(session, actor, Commitment.engagement_id == engagement_id, Commitment.position)


@dataclass(frozen=True, slots=True)
class CommitmentItem:
    """What a page that is not about the commitment shows of it."""

    id: UUID
    text: str
    status: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class CommitmentBeside:
    """The same with who promised it to whom."""

    commitment: CommitmentItem
    by: Side
    to: Side
    case_reference: str | None


def commitments_read(actor: Actor, case_id: UUID) -> Read[Sequence[CommitmentBeside]]:
    """What was promised or asked about a case, open ones first."""
    return Read(_of_case_statement(actor), {"case_id": case_id}, lambda rows: [_beside(row) for row in rows])


@kept_statement
def _of_case_statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    said = Commitment
    return (
        visible_commitments(actor)
        .with_only_columns(
            *(said.id, said.text, said.status, said.due_on),
            *(_by_contact.id.label("by_id"), _name_of(_by_contact, _by_organisation).label("by_name")),
            *(said.by_text, said.by_country),
            *(_to_contact.id.label("to_id"), _name_of(_to_contact, _to_organisation).label("to_name")),
            *(said.to_text, said.to_country, Case.reference),
            maintain_column_froms=True,
        )
        .where(said.case_id == bindparam("case_id"))
        .order_by(said.status != "open", said.due_on, said.id)
        .limit(100)
    )


def _beside(row: Sequence[Any]) -> CommitmentBeside:
    by_id, by_name, by_text, by_country, to_id, to_name, to_text, to_country, reference = row[4:]
    return CommitmentBeside(
        CommitmentItem(*row[:4]),
        Side(by_name or by_text or "", by_id, by_country),
        Side(to_name or to_text or "", to_id, to_country),
        reference,
    )


def commitments_of_contact(session: Session, actor: Actor, contact_id: UUID) -> Sequence[CommitmentLine]:
    """What a contact promised or was asked, open ones first."""
    theirs = or_(Commitment.by_contact_id == contact_id, Commitment.to_contact_id == contact_id)
    return _some(session, actor, theirs, Commitment.status != "open", Commitment.due_on)


def commitments_beside(session: Session, actor: Actor, commitment: Commitment) -> Sequence[CommitmentLine]:
    """Others of the same meeting, case or side, the latest first: one of these may have taken its place."""
    same = [Commitment.engagement_id == commitment.engagement_id, Commitment.case_id == commitment.case_id]
    same += [Commitment.by_contact_id == commitment.by_contact_id, Commitment.by_country == commitment.by_country]
    return _some(session, actor, and_(or_(*same), Commitment.id != commitment.id), Commitment.created_at.desc())


def commitments_of_organisation(session: Session, actor: Actor, organisation_id: UUID) -> Sequence[CommitmentLine]:
    """What an organisation, or somebody who works there, promised or was asked; open ones first."""
    sides = (_by_contact.organisation_id, _to_contact.organisation_id)
    own = (Commitment.by_organisation_id, Commitment.to_organisation_id)
    which = or_(*(column == organisation_id for column in (*own, *sides)))
    return _some(session, actor, which, Commitment.status != "open", Commitment.due_on)


def commitments_of_post(session: Session, actor: Actor, post_id: UUID) -> Sequence[CommitmentLine]:
    """What binds an office or is owed to it, whoever holds it; open ones first."""
    which = or_(Commitment.by_post_id == post_id, Commitment.to_post_id == post_id)
    return _some(session, actor, which, Commitment.status != "open", Commitment.due_on)


def check_of(session: Session, actor: Actor, commitment_id: UUID) -> FollowUp | None:
    """The follow-up made to check it, where `actor` sees it."""
    return session.scalar(visible_follow_ups(actor).where(FollowUp.commitment_id == commitment_id))


def check_ids(session: Session, actor: Actor, engagement_id: UUID) -> set[UUID]:
    """Ids of the follow-ups of a meeting that only ask about its commitments."""
    query = visible_follow_ups(actor).with_only_columns(FollowUp.id, maintain_column_froms=True)
    return set(
        session.scalars(query.where(FollowUp.engagement_id == engagement_id, FollowUp.commitment_id.is_not(None)))
    )


def get_commitment_line(session: Session, actor: Actor, commitment_id: UUID) -> CommitmentLine:
    """The commitment with this id, and the names beside it. Raises NotVisible."""
    row = session.execute(visible_commitments(actor).where(Commitment.id == commitment_id)).one_or_none()
    if row is None:
        raise NotVisible("There is no such commitment.")
    return _line(row)


def visible_commitments(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Through their meeting and their case, both of which must be visible; those of neither, by role."""
    by_meeting = or_(
        Commitment.engagement_id.is_(None),
        Commitment.engagement_id.in_(visible_engagements(actor).with_only_columns(Engagement.id)),
    )
    by_case = or_(Commitment.case_id.is_(None), and_(Case.id.is_not(None), sees(actor, Case.level, Case.id)))
    loose = and_(Commitment.engagement_id.is_(None), Commitment.case_id.is_(None))
    by_role = true() if actor.is_operator or actor.is_staff else ~loose
    return (
        select(
            Commitment,
            _by_contact.id,
            _name_of(_by_contact, _by_organisation),
            _to_contact.id,
            _name_of(_to_contact, _to_organisation),
            Case.reference,
            Person.name,
            Case.level,
        )
        .outerjoin(Case, Case.id == Commitment.case_id)
        .outerjoin(Person, Person.id == Commitment.checked_by_id)
        .outerjoin(_by_contact, _by_contact.id == Commitment.by_contact_id)
        .outerjoin(_to_contact, _to_contact.id == Commitment.to_contact_id)
        .outerjoin(_by_organisation, _by_organisation.id == Commitment.by_organisation_id)
        .outerjoin(_to_organisation, _to_organisation.id == Commitment.to_organisation_id)
        .where(by_meeting, by_case, by_role)
    )


def visible_commitment_ids(actor: Actor) -> Select[UUID]:
    """Ids of the commitments that `actor` sees."""
    return visible_commitments(actor).with_only_columns(Commitment.id, maintain_column_froms=True)


def _asked(session: Session, filters: CommitmentFilters) -> Asked | None:
    return ask(session, "commitment", filters.words) if filters.words else None


def _filtered(
    query: Select[*tuple[Any, ...]], filters: CommitmentFilters, today: date, asked: Asked | None
) -> Select[*tuple[Any, ...]]:
    if filters.overdue:
        query = query.where(Commitment.status == "open", Commitment.due_on < today)
    elif filters.status:
        query = query.where(Commitment.status == filters.status)
    if filters.case_reference:
        query = query.where(Case.reference == filters.case_reference.upper())
    if filters.who:
        query = query.where(_is_side(filters.who))
    if asked is not None:
        query = query.where(asked.finds(Commitment.id))
    if filters.unchecked:
        is_asked_about = exists().where(FollowUp.commitment_id == Commitment.id)
        can_be = (Commitment.status == "open", Commitment.due_on.is_not(None), Commitment.case_id.is_not(None))
        query = query.where(*can_be, ~is_asked_about)
    if filters.country:
        query = query.where(or_(*(column == filters.country for column in _COUNTRIES_OF_SIDES)))
    if filters.contact_id:
        of_contact = (Commitment.by_contact_id, Commitment.to_contact_id)
        query = query.where(or_(*(column == filters.contact_id for column in of_contact)))
    return query


def _is_side(who: str) -> ColumnElement[bool]:
    """Contacts and organisations are looked up by their words; only what was written in free text is searched here."""
    contacts, organisations = (select(func.app_search_ids(kind, who)) for kind in ("contact", "organisation"))
    return or_(
        *(column.in_(contacts) for column in (Commitment.by_contact_id, Commitment.to_contact_id)),
        *(column.in_(organisations) for column in (Commitment.by_organisation_id, Commitment.to_organisation_id)),
        *(column.icontains(who, autoescape=True) for column in (Commitment.by_text, Commitment.to_text)),
    )


_COUNTRIES_OF_SIDES = (
    *(Commitment.by_country, Commitment.to_country, _by_contact.country, _to_contact.country),
    *(_by_organisation.country, _to_organisation.country),
)


def recorded_by(session: Session, actor: Actor, person_id: UUID) -> Sequence[CommitmentLine]:
    """Open commitments that this person recorded and of which no follow-up asks, as `actor` sees them."""
    of_meeting = Commitment.engagement_id.in_(select(Engagement.id).where(Engagement.created_by_id == person_id))
    theirs = or_(Commitment.created_by_id == person_id, and_(Commitment.created_by_id.is_(None), of_meeting))
    is_asked_about = exists().where(FollowUp.commitment_id == Commitment.id)
    return _some(session, actor, and_(Commitment.status == "open", theirs, ~is_asked_about), Commitment.due_on)


def _some(
    session: Session, actor: Actor, which: ColumnElement[bool], *order: Any, limit: int = 100
) -> Sequence[CommitmentLine]:
    query = visible_commitments(actor).where(which).order_by(*order, Commitment.id).limit(limit)
    return [_line(row) for row in session.execute(query)]


def _line(row: Row[*tuple[Any, ...]]) -> CommitmentLine:
    commitment, by_id, by_name, to_id, to_name, reference, checked_by, case_level = row
    return CommitmentLine(
        commitment,
        Side(by_name or commitment.by_text or "", by_id, commitment.by_country),
        Side(to_name or commitment.to_text or "", to_id, commitment.to_country),
        reference,
        checked_by,
        case_level,
    )


def _name_of(contact: type[Contact], organisation: type[Organisation]) -> ColumnElement[str | None]:
    """The contact's name, or the first office where it is not known; else the organisation's."""
    office = select(Office.title).where(Office.contact_id == contact.id).order_by(Office.position).limit(1)
    return func.coalesce(contact.name, office.scalar_subquery(), contact.ref, organisation.name)
