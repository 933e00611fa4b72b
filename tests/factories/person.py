"""People with accounts, for tests."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.accounts.models import Person, PersonRole
from tracker.core.actor import Actor, person_actor
from tracker.core.ids import random_code


def make_person(session: Session, *roles: str, name: str | None = None, active: bool = True) -> Person:
    """Somebody with these roles; `session` acts as the operator."""
    code = random_code(8).lower()
    person = Person(email=f"{code}@example.org", name=name or f"Person {code}", active=active)
    person.roles = [PersonRole(role=role) for role in roles]
    session.add(person)
    session.flush()
    return person


def acting(person: Person) -> Actor:
    """How `person` acts."""
    return person_actor(person.id, person.role_keys)
