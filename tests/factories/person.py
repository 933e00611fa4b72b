"""People with accounts, for tests."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from tracker.accounts.models import Person, PersonRole
from tracker.core.actor import Actor, person_actor
from tracker.core.ids import random_code

PASSWORD = "seven herons read the river maps"
"""What everybody made with `with_password` signs in with."""
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Makes real argon2id hashes that cost a test nothing."""


def make_person(
    session: Session,
    *roles: str,
    name: str | None = None,
    email: str | None = None,
    active: bool = True,
    with_password: bool = False,
) -> Person:
    """Somebody with these roles; `session` acts as the operator."""
    code = random_code(8).lower()
    person = Person(email=email or f"{code}@example.org", name=name or f"Person {code}", active=active)
    person.password_hash = cheap_hash() if with_password else None
    person.roles = [PersonRole(role=role) for role in roles]
    session.add(person)
    session.flush()
    return person


def acting(person: Person) -> Actor:
    """How `person` acts."""
    return person_actor(person.id, person.role_keys)


@cache
def cheap_hash() -> str:
    """A hash of PASSWORD; where passwords are dear, the first sign-in makes it a dear one."""
    return CHEAP_HASHER.hash(PASSWORD)
