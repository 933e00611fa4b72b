"""Reads of contacts and organisations. Every list starts at the visibility rule; what one may not see is NotVisible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, column, exists, false, func, or_, select, table, true
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from tracker.access.entrance import CASE_WORKERS
from tracker.access.levels import MembershipKind
from tracker.access.matching import matching
from tracker.access.models import CaseMembership
from tracker.access.visibility import is_current, member_case_ids
from tracker.contacts.compartments import in_own_compartment, is_open, seen_by_role_or_compartment
from tracker.contacts.models import Contact, ContactPrivate, Office, Organisation
from tracker.core.actor import Actor
from tracker.core.counting import counted_up_to
from tracker.core.errors import NotVisible
from tracker.core.keyset import Order, read_page
from tracker.core.pages import Page

PAGE_SIZE = 50
BY_NAME = Order(Contact.name, Contact.id, str, lambda row: (row.name, row.id))
ORGANISATIONS_BY_NAME = Order(
    Organisation.name, Organisation.id, str, lambda row: (row.name, row.id), may_be_empty=False
)
_FEW = 3
_MOST_CHOICES = 2000
_LONG_ENOUGH_TO_HEAR = 4
_WORKING = (MembershipKind.LEAD, MembershipKind.MEMBER)

# Cases lie above contacts, so their table is only named here.
_case_contacts = table("case_contacts", column("case_id"), column("contact_id"))


@dataclass(frozen=True, slots=True)
class ContactFilters:
    name: str = ""
    country: str | None = None
    organisation_id: UUID | None = None


def visible_contacts(actor: Actor) -> Select[Contact]:
    """Contacts by role; outside counsel see those on their cases."""
    return select(Contact).where(_sees(actor))


def standing_contacts(actor: Actor) -> Select[Contact]:
    """Those among them that did not become part of another: what lists and suggestions show."""
    return visible_contacts(actor).where(Contact.merged_into_id.is_(None))


def with_offices() -> tuple[Any, ...]:
    """Options that load what names a contact: offices and organisation."""
    return _WITH_OFFICES


def list_contacts(
    session: Session, actor: Actor, filters: ContactFilters, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[Contact]:
    """One page by name, those of whom only the office is known at the end; offices and organisation are loaded.

    `filters.name`: words of the name, the offices or the organisation, in any spelling.
    """
    query = standing_contacts(actor).options(joinedload(Contact.organisation))
    if filters.country:
        query = query.where(Contact.country == filters.country)
    if filters.organisation_id is not None:
        at_work = exists().where(Office.contact_id == Contact.id, Office.organisation_id == filters.organisation_id)
        query = query.where(or_(Contact.organisation_id == filters.organisation_id, at_work))
    if filters.name:
        query = query.where(matching(session, "contact", filters.name, Contact.id))
    page: Page[Contact] = read_page(session, query, BY_NAME, cursor, size)
    _load_offices(session, page.rows)
    return page


def contacts_hidden(session: Session, actor: Actor) -> int:
    """How many visible contacts there are at all, counted no further than a reader needs."""
    return counted_up_to(session, standing_contacts(actor).with_only_columns(Contact.id))


def _load_offices(session: Session, contacts: Sequence[Contact]) -> None:
    """The offices of all of them in one statement; the stretches of a page would take one each."""
    if not contacts:
        return
    statement = select(Office).where(Office.contact_id.in_([contact.id for contact in contacts]))
    held: dict[UUID, list[Office]] = defaultdict(list)
    for office in session.scalars(statement.options(joinedload(Office.organisation)).order_by(Office.position)):
        held[office.contact_id].append(office)
    for contact in contacts:
        set_committed_value(contact, "offices", held[contact.id])


def get_contact(session: Session, actor: Actor, contact_id: UUID) -> Contact:
    """The contact with offices and organisation. Raises NotVisible."""
    contact = session.scalar(visible_contacts(actor).where(Contact.id == contact_id).options(*_WITH_OFFICES))
    if contact is None:
        raise NotVisible("There is no such contact.")
    return contact


def visible_private(actor: Actor) -> Select[ContactPrivate]:
    """What is private of contacts: by role of those whom one sees, else of those on one's own cases."""
    if actor.is_operator:
        return select(ContactPrivate)
    if not actor.is_person:
        return select(ContactPrivate).where(false())
    on_my_cases = select(_case_contacts.c.contact_id).where(_case_contacts.c.case_id.in_(member_case_ids(actor)))
    made_for_mine = select(Contact.id).where(in_own_compartment(actor, Contact))
    seen = or_(ContactPrivate.contact_id.in_(on_my_cases), ContactPrivate.contact_id.in_(made_for_mine))
    if not CASE_WORKERS.isdisjoint(actor.roles):
        seen = or_(ContactPrivate.contact_id.in_(visible_contacts(actor).with_only_columns(Contact.id)), seen)
    return select(ContactPrivate).where(seen)


def private_of(session: Session, actor: Actor, contact_id: UUID) -> ContactPrivate | None:
    """E-mail, phone and notes; None where there are none, and where the actor may not see them."""
    return session.scalar(visible_private(actor).where(ContactPrivate.contact_id == contact_id))


def is_member_with(session: Session, actor: Actor, contact_id: UUID) -> bool:
    """Whether the actor is a member of a case on which the contact has a role, or of the sealed one it was made for."""
    if _on_case_of(session, contact_id, member_case_ids(actor)):
        return True
    return bool(session.scalar(select(exists().where(Contact.id == contact_id, in_own_compartment(actor, Contact)))))


def works_with(session: Session, actor: Actor, contact: Contact) -> bool:
    """The same as lead or member; whoever made the contact counts too."""
    if actor.person_id is not None and contact.created_by_id == actor.person_id:
        return True
    working = member_case_ids(actor).where(CaseMembership.kind.in_(_WORKING))
    made_for_one = contact.compartment_id is not None and session.scalar(
        select(exists(working.where(CaseMembership.case_id == contact.compartment_id)))
    )
    return bool(made_for_one) or _on_case_of(session, contact.id, working)


def works_on_a_case(session: Session, actor: Actor) -> bool:
    """Whether the actor is lead or member of any case."""
    return bool(session.scalar(select(_works(actor))))


def contact_choices(session: Session, actor: Actor, limit: int = 2000) -> Sequence[Contact]:
    """Contacts for a list to choose from, by name; offices are loaded."""
    query = standing_contacts(actor).options(*_WITH_OFFICES).order_by(Contact.name, Contact.id)
    return session.scalars(query.limit(limit)).all()


def contacts_spelled(session: Session, actor: Actor, text: str, limit: int) -> Sequence[Contact]:
    """Contacts whose name, or an office of theirs, holds every word of `text`; those who begin with it first.

    Where hardly anybody does, those follow whose name sounds like it, in whatever script: that costs a look at each.
    """
    query = standing_contacts(actor).options(*_WITH_OFFICES)
    for word in text.split()[:5]:
        in_office = exists().where(Office.contact_id == Contact.id, Office.title.icontains(word, autoescape=True))
        query = query.where(or_(Contact.name.icontains(word, autoescape=True), in_office))
    begins = Contact.name.istartswith(text, autoescape=True)
    ordered = query.order_by(begins.desc().nulls_last(), Contact.name, Contact.id)
    found = list(session.scalars(ordered.limit(limit)))
    if len(found) < _FEW and len(text) >= _LONG_ENOUGH_TO_HEAR:
        known = {contact.id for contact in found}
        sounds = func.search_name_key(Contact.name).contains(func.search_name_key(text))
        alike = standing_contacts(actor).where(sounds).options(*_WITH_OFFICES).order_by(Contact.name, Contact.id)
        found += [contact for contact in session.scalars(alike.limit(limit)) if contact.id not in known]
    return found[:limit]


def visible_organisations(actor: Actor) -> Select[Organisation]:
    """Organisations by role; outside counsel see those of contacts on their cases."""
    if actor.is_operator:
        return select(Organisation)
    if not actor.is_person:
        return select(Organisation).where(false())
    if actor.is_staff:
        return select(Organisation).where(seen_by_role_or_compartment(actor, Organisation))
    of_contacts = select(Contact.organisation_id).where(_sees(actor))
    of_offices = select(Office.organisation_id).join(Contact, Contact.id == Office.contact_id).where(_sees(actor))
    return select(Organisation).where(
        or_(
            Organisation.id.in_(of_contacts),
            Organisation.id.in_(of_offices),
            in_own_compartment(actor, Organisation),
        )
    )


def list_organisations(
    session: Session,
    actor: Actor,
    name: str = "",
    country: str | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Organisation]:
    """One page by name."""
    query = visible_organisations(actor)
    if name:
        query = query.where(matching(session, "organisation", name, Organisation.id))
    if country:
        query = query.where(Organisation.country == country)
    return read_page(session, query, ORGANISATIONS_BY_NAME, cursor, size)


def organisations_hidden(session: Session, actor: Actor) -> int:
    """How many visible organisations there are at all, counted no further than a reader needs."""
    return counted_up_to(session, visible_organisations(actor).with_only_columns(Organisation.id))


def get_organisation(session: Session, actor: Actor, organisation_id: UUID) -> Organisation:
    """The organisation with this id. Raises NotVisible."""
    organisation = session.scalar(visible_organisations(actor).where(Organisation.id == organisation_id))
    if organisation is None:
        raise NotVisible("There is no such organisation.")
    return organisation


def choices_and_whether_at_work(session: Session, actor: Actor) -> tuple[Sequence[tuple[UUID, str]], bool]:
    """`organisation_choices` and `works_on_a_case` in one statement."""
    offered = visible_organisations(actor).with_only_columns(Organisation.id, Organisation.name)
    choices = offered.order_by(Organisation.name).limit(_MOST_CHOICES).subquery()
    at_work = select(_works(actor).label("answer")).subquery()
    query = select(at_work.c.answer, choices.c.id, choices.c.name).outerjoin_from(at_work, choices, true())
    rows = session.execute(query.order_by(choices.c.name)).all()
    return [(row.id, row.name) for row in rows if row.id is not None], bool(rows[0].answer)


def organisation_choices(session: Session, actor: Actor, limit: int = _MOST_CHOICES) -> Sequence[tuple[UUID, str]]:
    """(id, name) for a list to choose from, by name."""
    query = visible_organisations(actor).with_only_columns(Organisation.id, Organisation.name)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Organisation.name).limit(limit))]


def organisations_called(session: Session, actor: Actor, names: Sequence[str]) -> Sequence[tuple[UUID, str]]:
    """(id, name) of those that bear one of the names, however many organisations there are."""
    wanted = {name.casefold() for name in names}
    query = visible_organisations(actor).with_only_columns(Organisation.id, Organisation.name)
    return [(row[0], row[1]) for row in session.execute(query.where(func.lower(Organisation.name).in_(wanted)))]


_WITH_OFFICES = (
    joinedload(Contact.organisation),
    selectinload(Contact.offices).joinedload(Office.organisation),
)


def _works(actor: Actor) -> ColumnElement[bool]:
    return exists().where(CaseMembership.person_id == actor.person_id, is_current(), CaseMembership.kind.in_(_WORKING))


def _sees(actor: Actor) -> ColumnElement[bool]:
    if actor.is_operator:
        return true()
    if not actor.is_person:
        return false()
    on_my_cases = Contact.id.in_(
        select(_case_contacts.c.contact_id).where(_case_contacts.c.case_id.in_(member_case_ids(actor)))
    )
    if actor.is_staff:
        return or_(seen_by_role_or_compartment(actor, Contact), on_my_cases)
    on_no_case = ~exists().where(_case_contacts.c.contact_id == Contact.id)
    own = and_(is_open(Contact), Contact.created_by_id == actor.person_id, on_no_case)
    return or_(own, in_own_compartment(actor, Contact), on_my_cases)


def _on_case_of(session: Session, contact_id: UUID, cases: Any) -> bool:
    found = exists().where(_case_contacts.c.contact_id == contact_id, _case_contacts.c.case_id.in_(cases))
    return bool(session.scalar(select(found)))
