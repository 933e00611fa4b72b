"""Is this the person they say? One answer for a wrong password, an unknown address and an account that is closed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.accounts import throttle
from tracker.accounts.models import Person
from tracker.accounts.passwords import hash_password, needs_rehash, verify_password
from tracker.accounts.queries import person_by_email
from tracker.accounts.throttle import Guess
from tracker.audit.services import record
from tracker.core.actor import NOBODY
from tracker.core.database import Database


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
        return Answer(throttled=True)
    with database.unit_of_work(NOBODY) as session:
        person = person_by_email(session, email)
        stored = person.password_hash if person is not None and person.active else None
    matches = verify_password(stored, password)  # outside a transaction: it takes its time
    with database.unit_of_work(NOBODY) as session:
        if person is None or not matches:
            record(session, NOBODY, "sign_in.failed", "person", person.id if person else None)
            return Answer()
        throttle.forget_guess(session, attempt_id)
        _renew_hash(session, person.id, stored, password)
    return Answer(person_id=person.id)


def _renew_hash(session: Session, person_id: UUID, stored: str | None, password: str) -> None:
    """Hash anew with today's parameters, now that the password is at hand."""
    if stored is None or not needs_rehash(stored):
        return
    person = session.get(Person, person_id)
    if person is not None and person.password_hash == stored:
        person.password_hash = hash_password(password)
