"""Reads of what belongs to one visible case: its history with names, contacts, subjects, links, dossier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    ScalarSelect,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.access.visibility import sees
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseContact, CaseEvent, CaseLink, CaseSubject, Subject
from tracker.cases.queries import in_order, visible_cases, visible_events, visible_subjects
from tracker.contacts.models import Contact, Office, Organisation
from tracker.contacts.queries import visible_contacts
from tracker.core.actor import Actor
from tracker.core.collation import by_name
from tracker.core.errors import NotVisible
from tracker.core.reads import Read, Rows
from tracker.core.statements import kept_statement

# Made once: making an alias costs more than running the statement.
_ENTERED, _VOIDED, _OTHER = aliased(Person), aliased(Person), aliased(Case)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry, and who entered and who voided it; None: the operator, or an import."""

    event: CaseEvent
    entered_by: str | None
    voided_by: str | None


@dataclass(frozen=True, slots=True)
class ContactLine:
    on_case: CaseContact
    name: str
    organisation: str | None


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link as this case sees it: `outward` when it says something of this case, else of the other."""

    link: CaseLink
    other: Case
    outward: bool


def case_for_page(session: Session, actor: Actor, reference: str) -> Case:
    """The case with its dossier. Raises NotVisible."""
    case = session.scalar(_case_statement(actor), {"reference": reference.upper()})
    if case is None:
        raise NotVisible("There is no such case.")
    return case


@kept_statement
def _case_statement(actor: Actor) -> Select[Case]:
    return visible_cases(actor).where(Case.reference == bindparam("reference")).options(joinedload(Case.dossier))


def history_lines(session: Session, actor: Actor, case: Case) -> Sequence[HistoryLine]:
    """The visible history, oldest first, voided entries at their places."""
    return [HistoryLine(*row) for row in session.execute(_history_statement(actor), {"case_id": case.id})]


@kept_statement
def _history_statement(actor: Actor) -> Select[CaseEvent, str, str]:
    return (
        visible_events(actor)
        .where(CaseEvent.case_id == bindparam("case_id"))
        .add_columns(_ENTERED.name, _VOIDED.name)
        .outerjoin(_ENTERED, _ENTERED.id == CaseEvent.entered_by_id)
        .outerjoin(_VOIDED, _VOIDED.id == CaseEvent.voided_by_id)
        .order_by(*in_order())
    )


def contacts_on_case(session: Session, case: Case) -> Sequence[ContactLine]:
    """Contacts with their roles. Who has no known name goes by their office."""
    return [ContactLine(*row) for row in session.execute(_contacts_statement(), {"case_id": case.id})]


@kept_statement
def _contacts_statement() -> Select[CaseContact, str, str]:
    office = (
        select(Office.title)
        .where(Office.contact_id == Contact.id)
        .order_by(Office.held_to_latest.desc().nulls_first(), Office.position)
        .limit(1)
        .scalar_subquery()
    )
    name = func.coalesce(Contact.name, office, Contact.ref)
    return (
        select(CaseContact, name, func.coalesce(Organisation.name, office))
        .join(Contact, Contact.id == CaseContact.contact_id)
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
        .where(CaseContact.case_id == bindparam("case_id"))
        .order_by(CaseContact.role, by_name(name), CaseContact.id)
    )


def subjects_on_case(session: Session, case: Case) -> Sequence[CaseSubject]:
    """Subjects in their order, each with their person or entity."""
    return session.scalars(_subjects_statement(), {"case_id": case.id}).all()


@kept_statement
def _subjects_statement() -> Select[CaseSubject]:
    return (
        select(CaseSubject)
        .where(CaseSubject.case_id == bindparam("case_id"))
        .options(joinedload(CaseSubject.subject))
        .order_by(CaseSubject.position, CaseSubject.id)
    )


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A contact or a subject of a case, for its page: `party_id` is that of the contact or subject."""

    id: UUID
    party_id: UUID
    name: str
    role: str | None
    organisation: str | None
    counts: Any
    outcome: str | None


def parties_read(case_id: UUID) -> Read[tuple[list[PartyLine], list[PartyLine]]]:
    """Contacts, and subjects. One statement for both."""
    return Read(_parties_statement(), {"case_id": case_id}, _party_lines)


def _party_lines(rows: Rows) -> tuple[list[PartyLine], list[PartyLine]]:
    contacts = [PartyLine(*row[1:-2]) for row in rows if row[0] == "contact"]
    return contacts, [PartyLine(*row[1:-2]) for row in rows if row[0] == "subject"]


@kept_statement
def _parties_statement() -> CompoundSelect[*tuple[Any, ...]]:
    office = _latest_office()
    name = func.coalesce(Contact.name, office, Contact.ref)
    here = bindparam("case_id", type_=CaseContact.case_id.type)
    contacts = (
        select(
            literal_column("'contact'").label("what"),
            CaseContact.id,
            CaseContact.contact_id,
            name.label("name"),
            CaseContact.role,
            func.coalesce(Organisation.name, office).label("organisation"),
            # Without names of their own, two casts of null would be one column of a round.
            cast(null(), JSONB).label("counts"),
            cast(null(), String).label("outcome"),
            literal_column("0").label("position"),
            CaseContact.role.label("first"),
        )
        .join(Contact, Contact.id == CaseContact.contact_id)
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
        .where(CaseContact.case_id == here)
    )
    subjects = (
        select(
            literal_column("'subject'").label("what"),
            CaseSubject.id,
            CaseSubject.subject_id,
            Subject.name,
            CaseSubject.role,
            cast(null(), String),
            CaseSubject.counts,
            CaseSubject.outcome,
            CaseSubject.position,
            literal_column("''").label("first"),
        )
        .join(Subject, Subject.id == CaseSubject.subject_id)
        .where(CaseSubject.case_id == here)
    )
    both = contacts.union_all(subjects)
    return both.order_by(literal_column("position"), literal_column("first"), literal_column("name"))


def _latest_office() -> ScalarSelect[str]:
    return (
        select(Office.title)
        .where(Office.contact_id == Contact.id)
        .order_by(Office.held_to_latest.desc().nulls_first(), Office.position)
        .limit(1)
        .scalar_subquery()
    )


def links_of(session: Session, actor: Actor, case: Case) -> Sequence[LinkLine]:
    """Links whose other end is visible too, in both directions."""
    rows = session.execute(_links_statement(actor), {"case_id": case.id})
    return [LinkLine(link, found, link.from_case_id == case.id) for link, found in rows]


@kept_statement
def _links_statement(actor: Actor) -> Select[CaseLink, Case]:
    here = bindparam("case_id", type_=CaseLink.from_case_id.type)
    return (
        select(CaseLink, _OTHER)
        .join(
            _OTHER,
            or_(
                (CaseLink.from_case_id == here) & (_OTHER.id == CaseLink.to_case_id),
                (CaseLink.to_case_id == here) & (_OTHER.id == CaseLink.from_case_id),
            ),
        )
        .where(or_(CaseLink.from_case_id == here, CaseLink.to_case_id == here), sees(actor, _OTHER.level, _OTHER.id))
        .order_by(CaseLink.kind, _OTHER.title, CaseLink.id)
    )


def known_subjects(session: Session, actor: Actor, limit: int = 200) -> Sequence[Subject]:
    """Subjects that `actor` sees, by name, to choose from."""
    return session.scalars(visible_subjects(actor).order_by(by_name(Subject.name), Subject.id).limit(limit)).all()


def known_contacts(session: Session, actor: Actor, limit: int = 500) -> Sequence[tuple[Contact, str]]:
    """Contacts that `actor` sees, and what they go by, to choose from."""
    office = (
        select(Office.title).where(Office.contact_id == Contact.id).order_by(Office.position).limit(1).scalar_subquery()
    )
    name = func.coalesce(Contact.name, office, Contact.ref)
    rows = session.execute(visible_contacts(actor).add_columns(name).order_by(by_name(name), Contact.id).limit(limit))
    return [(contact, words) for contact, words in rows]
