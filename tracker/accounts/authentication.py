"""Is this the person they say? One answer for a wrong password, an unknown address and an account that is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.accounts import throttle
from tracker.accounts.models import Person
from tracker.accounts.passwords import hash_password, needs_rehash, verify_password
from tracker.accounts.queries import password_of, person_of_address, person_signing_in, signing_in_as
from tracker.accounts.throttle import Guess
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import NOBODY, person_actor
from tracker.core.database import Database
from tracker.core.ids import new_id

NO_ONE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Answer:
    """`person_id`: who it is; None: refused. `throttled`: refused unheard, for there were too many guesses."""

    person_id: UUID | None = None
    throttled: bool = False


def authenticate(database: Database, tried: Guess, email: str, password: str) -> Answer:
    """Judge a sign-in, in units of work of its own: what it counts stands, whatever becomes of the request."""
    with database.unit_of_work(NOBODY) as session:
        attempt_id = throttle.count_guess(session, tried)
    if attempt_id is None:
        _note_throttled(database, tried)
        return Answer(throttled=True)
    with database.unit_of_work(NOBODY) as session:
        # For an address that nobody has as many statements are run as for one that somebody has.
        person = person_signing_in(session, person_of_address(session, email) or NO_ONE)
        stored = _stored(session, person)
    matches = verify_password(stored, password)  # outside a transaction: it takes its time
    with database.unit_of_work(NOBODY) as session:
        if person is None or not matches:
            record(session, NOBODY, "sign_in.failed", "person", person.id if person else None)
            return Answer()
        throttle.forget_guess(session, attempt_id)
    if stored is not None and needs_rehash(stored):
        _renew_hash(database, person, stored, password)
    return Answer(person_id=person.id)


def _note_throttled(database: Database, tried: Guess) -> None:
    """In the audit: that guesses at this account go on, once in a quarter of an hour."""
    with database.unit_of_work(NOBODY) as session:
        session.execute(select(func.app_note_throttled(new_id(), tried.account, clock.now())))


def judge(database: Database, tried: Guess, person_id: UUID | None, is_right: Callable[[Session], bool]) -> Answer:
    """Judge what somebody shows beside the password or in its place, counted and slowed down like a password.

    `is_right` works in a transaction that acts as nobody and signs them in; what it changes stands if it says so.
    """
    with database.unit_of_work(NOBODY) as session:
        attempt_id = throttle.count_guess(session, tried)
    if attempt_id is None:
        _note_throttled(database, tried)
        return Answer(throttled=True)
    with database.unit_of_work(NOBODY) as session:
        if person_id is not None:
            signing_in_as(session, person_id)
        if not is_right(session):
            record(session, NOBODY, "sign_in.failed", "person", person_id, by=tried.purpose)
            return Answer()
        throttle.forget_guess(session, attempt_id)
    return Answer(person_id=person_id)


def _stored(session: Session, person: Person | None) -> str | None:
    if person is None or not person.active:
        return None
    return password_of(session, person.id)


def _renew_hash(database: Database, person: Person, stored: str, password: str) -> None:
    """Hash anew with today's parameters, now that the password is at hand; as the person, whose row it is."""
    with database.unit_of_work(person_actor(person.id, person.role_keys)) as session:
        current = session.get(Person, person.id)
        if current is not None and current.password_hash == stored:
            current.password_hash = hash_password(password)
