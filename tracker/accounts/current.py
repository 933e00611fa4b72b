"""Who is signed in, in this request: what pages need to know of them, loaded with the session in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from flask import g, has_request_context

from tracker.core import clock
from tracker.core.actor import Actor, person_actor


@dataclass(frozen=True, slots=True)
class News:
    """What the frame of every page tells, read with the session (app_news in PostgreSQL).

    `unread`: reminders, counted to a hundred; `newest`: the id of the latest of them. For those who keep mail in order:
    `dead` letters that nobody has looked at, people whose address is `faulty`, whether mail is `late` (a quarter of an
    hour), whether all stands `still`. For everybody what waits for them: `requests` that they may answer, `reviews` of
    cases that they lead, cases whose `glass` was broken within a week.
    """

    unread: int = 0
    newest: str | None = None
    dead: int = 0
    faulty: int = 0
    late: bool = False
    still: bool = False
    requests: int = 0
    reviews: int = 0
    glass: int = 0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind the session of this request. Roles are those of this moment."""

    session_id: UUID
    person_id: UUID
    name: str
    email: str
    roles: frozenset[str]
    language: str
    time_zone: str
    country: str | None
    theme: str
    keyboard_shortcuts: bool
    must_change_password: bool
    is_assured: bool
    method: str
    signed_in_at: datetime
    last_seen_at: datetime
    data: dict[str, Any]
    news: News

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.person_id)

    @property
    def actor(self) -> Actor:
        return person_actor(self.person_id, self.roles, is_assured=self.is_assured)


@dataclass(frozen=True, slots=True)
class HalfSignedIn:
    """Who gave the password and owes the second factor: acts as nobody, and reaches only the pages that ask for it.

    `method`: recovery_code once one was used, so that a new factor has to be set up.
    """

    session_id: UUID
    person_id: UUID
    method: str
    name: str
    email: str
    language: str
    time_zone: str


def half_signed_in() -> HalfSignedIn | None:
    """Who is half signed in, on the pages that ask for the second factor; else None."""
    return cast("HalfSignedIn | None", g.get("half_signed_in"))


def signed_in() -> SignedIn | None:
    """The person of this request; None for strangers, and outside requests."""
    return cast("SignedIn | None", g.get("signed_in")) if has_request_context() else None


def today_here() -> date:
    """Today in the time zone of the signed-in person; in UTC where there is none."""
    person = signed_in()
    return clock.today(person.time_zone if person else "UTC")


def the_person() -> SignedIn:
    """The same, where the entrance guarantees somebody."""
    person = signed_in()
    if person is None:
        raise LookupError("nobody is signed in, and this view is open to strangers")
    return person
