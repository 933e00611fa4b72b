"""A fresh sign-in: what takes much out of the house asks that the password was given a moment ago."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from tracker.accounts.current import the_person
from tracker.accounts.models import SignInSession
from tracker.accounts.sign_in import fresh_within
from tracker.accounts.sign_in_views import is_own_password
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.web import actor, db

FRESH = timedelta(minutes=15)


def is_fresh() -> bool:
    """Whether the signed-in person gave their password in this session within the last quarter of an hour."""
    return fresh_within(the_person(), FRESH)


def confirm_password(password: str) -> bool:
    """Whether `password` is that of the signed-in person; if so, the session is fresh again. Guesses are slowed."""
    person = the_person()
    if not password or not is_own_password(person.email, password):
        return False
    mine = SignInSession.id == person.session_id
    db().execute(update(SignInSession).where(mine).values(signed_in_at=clock.now()))
    record(db(), actor(), "sign_in.confirmed", "person", person.person_id)
    return True
