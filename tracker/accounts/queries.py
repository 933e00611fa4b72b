"""Reads of people with accounts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, selectinload

from tracker.accounts.models import Person, PersonPassword, PersonRole
from tracker.core.actor import STAFF_ROLES, Actor
from tracker.core.collation import by_name
from tracker.core.statements import kept_statement


def person_by_email(session: Session, email: str) -> Person | None:
    """The person with this address, however it is capitalised; their roles are loaded."""
    wanted = select(Person).where(func.lower(Person.email) == func.lower(email.strip()))
    return session.scalar(wanted.options(selectinload(Person.roles)))


def password_of(session: Session, person_id: UUID) -> str | None:
    """The hash of somebody's password; the transaction must be theirs, or one that signs them in."""
    stored = session.get(PersonPassword, person_id)
    return None if stored is None else stored.genuine_hash


def signing_in_as(session: Session, person_id: UUID) -> None:
    """Let the transaction, which acts as nobody, see what `person_id` signs in with."""
    session.execute(select(func.set_config("app.signing_in", str(person_id), True)))


def person_with_roles(session: Session, person_id: UUID) -> Person | None:
    """The person with their roles loaded; None for an unknown id."""
    return session.scalar(select(Person).where(Person.id == person_id).options(selectinload(Person.roles)))


def person_signing_in(session: Session, person_id: UUID) -> Person | None:
    """The person with their roles, in a transaction that acts as nobody and is about to sign them in."""
    signing_in_as(session, person_id)
    return person_with_roles(session, person_id)


def person_of_address(session: Session, email: str) -> UUID | None:
    """Whose address this is, however it is capitalised; for whoever is nobody yet."""
    found: UUID | None = session.scalar(select(func.app_person_of_address(email.strip())))
    return found


def list_people(session: Session) -> Sequence[Person]:
    """Everybody with an account, active ones first, then by name; roles are loaded."""
    wanted = select(Person).options(selectinload(Person.roles))
    return session.scalars(wanted.order_by(Person.active.desc(), by_name(Person.name), Person.id)).all()


def active_people(session: Session, *roles: str) -> Sequence[Person]:
    """Active people who have one of `roles` (any role when none is named), by name; for choosing one of them."""
    wanted = select(Person).where(Person.active)
    if roles:
        wanted = wanted.where(exists().where(PersonRole.person_id == Person.id, PersonRole.role.in_(roles)))
    return session.scalars(wanted.order_by(by_name(Person.name), Person.id)).all()


def active_names(session: Session, *roles: str) -> list[tuple[UUID, str]]:
    """The same as (id, name), for lists: whole accounts cost several times as much."""
    return [(row.id, row.name) for row in session.execute(_names_statement(tuple(sorted(roles))))]


@kept_statement
def _names_statement(roles: tuple[str, ...]) -> Select[UUID, str]:
    wanted = select(Person.id, Person.name).where(Person.active)
    if roles:
        wanted = wanted.where(exists().where(PersonRole.person_id == Person.id, PersonRole.role.in_(roles)))
    return wanted.order_by(by_name(Person.name), Person.id)


def possible_successors(session: Session, leaving: UUID, acting: UUID | None) -> Sequence[Person]:
    """Who can take over the cases of somebody who leaves: active staff, but not the administrator who acts."""
    return [person for person in active_people(session, *STAFF_ROLES) if person.id not in (leaving, acting)]


def other_active_administrators(session: Session, person_id: UUID) -> int:
    """How many people besides this one can manage accounts."""
    wanted = (
        select(func.count())
        .select_from(Person)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(Person.active, PersonRole.role == "administrator", Person.id != person_id)
    )
    return session.scalar(wanted) or 0


def anybody_exists(session: Session) -> bool:
    """Whether there is any account at all, active or not."""
    return bool(session.scalar(select(func.app_anybody_exists())))


def needs_vouching(session: Session, person: Person) -> bool:
    """Whether somebody invited them for whom they can be no second person yet; asked by administrators."""
    return person.vouched_at is None and bool(session.scalar(select(func.app_was_invited(person.id))))


def may_vouch_for(session: Session, actor: Actor, person: Person) -> bool:
    """Whether `actor` may say that a real colleague holds the account; the database knows who invited whom."""
    if actor.is_operator:
        return person.active and person.vouched_at is None
    return bool(session.scalar(select(func.app_may_vouch(person.id))))
