"""Addresses of calendars."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy.orm import Session

from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.ids import new_id
from tracker.core.tokens import digest_of
from tracker.feeds.models import CalendarFeed, seal_of_feed


def make_calendar_feed(session: Session, person: Person, token: str = "", **said: Any) -> str:
    """The path of a new address of `person`'s; `session` acts as the operator."""
    token = token or secrets.token_urlsafe(32)
    values = {"id": new_id(), "name": "A telephone", "whose": "own", "is_neutral": False} | said
    feed = CalendarFeed(person_id=person.id, token_hash=digest_of(token), **values)
    feed.made_at = clock.now()
    feed.seal = seal_of_feed(feed)
    session.add(feed)
    session.flush()
    return f"/calendar/feeds/{token}.ics"
