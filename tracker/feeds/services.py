"""Making, renewing and withdrawing the addresses of calendars, and finding whose one is."""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import LargeBinary, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Boolean, String

from tracker.access.entrance import CASE_READERS, STAFF
from tracker.accounts.happened import PersonChanged, WaysInReplaced
from tracker.accounts.models import Person
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import NOBODY, Actor, person_actor
from tracker.core.errors import Fault, Invalid, NotPermitted, NotVisible
from tracker.core.ids import new_id
from tracker.core.tokens import digest_of
from tracker.feeds.models import TEAM, CalendarFeed, seal_of_feed
from tracker.feeds.reader import Reader

log = logging.getLogger(__name__)

TOKEN_BYTES = 32
LONGEST_NAME = 60
MOST = 8
"""Living addresses of one person."""
LAST_USED_STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """`token` is for the address and stands nowhere else."""

    id: UUID
    token: str


def make_feed(
    session: Session, actor: Actor, name: str, whose: str, *, is_neutral: bool, with_sittings: bool = False
) -> MadeFeed:
    """A new address. Raises NotPermitted, or Invalid when there are too many or it has no name."""
    person_id = _self(actor)
    _require_team(actor, whose)
    if len(feeds_of(session, person_id)) >= MOST:
        raise Invalid(Fault("name", _("You have %(number)s addresses already. Withdraw one first.", number=MOST)))
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise Invalid(Fault("name", _("Say where you will use it.")))
    feed = CalendarFeed(person_id=person_id, name=name, whose=whose, is_neutral=is_neutral, with_sittings=with_sittings)
    feed.id = new_id()
    made = _with_new_address(feed)
    session.add(feed)
    session.flush()
    record(session, actor, "calendar_feed.made", "calendar_feed", feed.id, whose=whose)
    return made


def renew_feed(session: Session, actor: Actor, feed_id: UUID) -> MadeFeed:
    """Another address in place of the one before, which is dead at once. Raises NotVisible, NotPermitted."""
    feed = _own(session, actor, feed_id)
    _require_team(actor, feed.whose)
    made = _with_new_address(feed)
    session.flush()
    record(session, actor, "calendar_feed.renewed", "calendar_feed", feed.id)
    return made


def withdraw_feed(session: Session, actor: Actor, feed_id: UUID) -> None:
    """From here on the address opens nothing. Raises NotVisible."""
    feed = _own(session, actor, feed_id)
    feed.withdrawn_at = clock.now()
    session.flush()
    record(session, actor, "calendar_feed.withdrawn", "calendar_feed", feed.id)


def feeds_of(session: Session, person_id: UUID) -> Sequence[CalendarFeed]:
    """A person's living addresses, the oldest first."""
    living = (CalendarFeed.person_id == person_id, CalendarFeed.withdrawn_at.is_(None))
    return session.scalars(select(CalendarFeed).where(*living).order_by(CalendarFeed.id)).all()


def withdraw_of_leaver(session: Session, event: PersonChanged) -> None:
    """Whoever has left has no address here any more, not even when they come back."""
    person = session.get_one(Person, event.person_id)
    if not person.active:
        _withdraw_all(session, event.actor, person.id)


def withdraw_with_ways_in(session: Session, event: WaysInReplaced) -> None:
    """Whoever lost what they sign in with may have lost the addresses with it."""
    _withdraw_all(session, NOBODY, event.person_id)


_FOUND = (
    func.app_calendar_feed(bindparam("token_hash", type_=LargeBinary))
    .table_valued(
        *(column(one.name, one.type) for one in CalendarFeed.__table__.columns),
        column("language", String),
        column("time_zone", String),
        column("roles", ARRAY(String)),
        column("gave_key", Boolean),
    )
    .alias("found")
)
_FIND = select(*_FOUND.c)


def find_reader(session: Session, token: str, *, bare_without_key: bool = False) -> Reader | None:
    """Whose calendar `token` opens now; None where it opens nothing. `session` acts as nobody.

    `bare_without_key`: this house says nothing of a matter where nothing is encrypted; a calendar never is.
    """
    row = session.execute(_FIND, {"token_hash": digest_of(token)}).one_or_none()
    if row is None:
        return None
    if not hmac.compare_digest(row.seal, seal_of_feed(row)):
        log.error("the calendar address %s was not made here as it stands: it opens nothing", row.id)
        return None
    roles = frozenset(row.roles or ())
    if roles.isdisjoint(STAFF if row.whose == TEAM else CASE_READERS):
        return None
    return Reader(
        row.id,
        person_actor(row.person_id, roles, is_assured=False),
        row.whose,
        row.is_neutral or row.gave_key or bare_without_key,
        row.with_sittings,
        row.last_used_at,
        row.language,
        row.time_zone,
    )


def note_used(session: Session, reader: Reader) -> None:
    """That its program came: for its person now and then, for the audit once a day. `session` acts as the reader."""
    now, before = clock.now(), reader.last_used_at
    if before is None or now - before >= LAST_USED_STEP:
        session.execute(update(CalendarFeed).where(CalendarFeed.id == reader.feed_id).values(last_used_at=now))
    if before is None or before.date() < now.date():
        record(session, reader.actor, "calendar_feed.fetched", "calendar_feed", reader.feed_id)


def _with_new_address(feed: CalendarFeed) -> MadeFeed:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed.token_hash, feed.made_at, feed.last_used_at = digest_of(token), clock.now(), None
    feed.seal = seal_of_feed(feed)
    return MadeFeed(feed.id, token)


def _withdraw_all(session: Session, actor: Actor, person_id: UUID) -> None:
    living = (CalendarFeed.person_id == person_id, CalendarFeed.withdrawn_at.is_(None))
    for feed in session.scalars(select(CalendarFeed).where(*living)).all():
        feed.withdrawn_at = clock.now()
        record(session, actor, "calendar_feed.withdrawn", "calendar_feed", feed.id)
    session.flush()


def _own(session: Session, actor: Actor, feed_id: UUID) -> CalendarFeed:
    person_id = _self(actor)
    feed = session.get(CalendarFeed, feed_id)
    if feed is None or feed.person_id != person_id or feed.withdrawn_at is not None:
        raise NotVisible
    return feed


def _require_team(actor: Actor, whose: str) -> None:
    if whose == TEAM and not actor.is_staff:
        raise NotPermitted(_("Your role does not allow this."))


def _self(actor: Actor) -> UUID:
    if not actor.is_person or actor.person_id is None:
        raise NotVisible
    return actor.person_id
