"""Whether a promise still holds for whom it was made: the words that re-checking and sending share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from pysequoia import Cert
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.access.levels import Level
from tracker.accounts.models import Person, PersonRole
from tracker.core import clock
from tracker.core.actor import Actor, person_actor
from tracker.openpgp.certs import usable
from tracker.openpgp.models import OpenPgpKey
from tracker.reminders.models import ReminderPreference
from tracker.reminders.planning.wall_time import local_day, zone_named
from tracker.reminders.reasons import Reason


class NoLongerHolds(Exception):
    """The mail must not go; `reason` is kept in the ledger. `dropped`: a digest's rows, each with its own reason."""

    def __init__(self, reason: Reason, dropped: tuple[tuple[UUID, Reason], ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.dropped = dropped


class Promise(Protocol):
    """What re-checking needs of a row: one that was claimed, or one that a digest may tell."""

    @property
    def subject_type(self) -> str: ...
    @property
    def subject_id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def due_key(self) -> str: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def recipient_id(self) -> UUID: ...
    @property
    def number(self) -> str: ...
    @property
    def useful_until(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Addressee:
    """The recipient as they are now. `paused_until`: a day in their zone, before which they want no mail.

    `gave_key`: whether they once gave an OpenPGP key; `cert`: what can be encrypted to now. `bare_without_key`: whether
    this house writes nothing of a matter into a mail that is not encrypted.
    """

    actor: Actor
    email: str
    language: str
    time_zone: str
    unwanted_kinds: frozenset[str] = frozenset()
    paused_until: date | None = None
    gave_key: bool = False
    cert: Cert | None = None
    bare_without_key: bool = False

    def is_bare(self, level: Level) -> bool:
        """Whether a mail says nothing of a matter of `level` but number, day and link (ADR 15, 6; 23)."""
        if self.cert is not None:
            return level is Level.SEALED
        return self.gave_key or self.bare_without_key or level.members_only

    def today(self, now: datetime) -> date:
        """The day that the recipient has."""
        return local_day(now, zone_named(self.time_zone))


def require_useful(row: Promise, now: datetime) -> None:
    """Raise NoLongerHolds when a later reminder says it better by now, or the news is old."""
    if row.useful_until is not None and row.useful_until <= now:
        raise NoLongerHolds(Reason.SUPERSEDED)


_ROLES = select(func.array_agg(PersonRole.role)).where(PersonRole.person_id == Person.id).scalar_subquery()
_ADDRESSEE = (
    select(
        Person.email,
        Person.active,
        Person.language,
        Person.time_zone,
        ReminderPreference.wants_mail,
        ReminderPreference.unwanted_kinds,
        ReminderPreference.paused_until,
        OpenPgpKey.cert,
        _ROLES.label("roles"),
    )
    .outerjoin(ReminderPreference, ReminderPreference.person_id == Person.id)
    .outerjoin(OpenPgpKey, OpenPgpKey.person_id == Person.id)
)


def addressee(session: Session, person_id: UUID, *, bare_without_key: bool = False) -> Addressee:
    """Whom the mail is for. Raises NoLongerHolds when they have gone or want no mail. One statement."""
    row = session.execute(_ADDRESSEE.where(Person.id == person_id)).one_or_none()
    if row is None or not row.active:
        raise NoLongerHolds(Reason.RECIPIENT_INACTIVE)
    if row.wants_mail is False:
        raise NoLongerHolds(Reason.UNWANTED)
    return Addressee(
        actor=person_actor(person_id, frozenset(row.roles or ())),
        email=row.email,
        language=row.language,
        time_zone=row.time_zone,
        unwanted_kinds=frozenset(row.unwanted_kinds or ()),
        paused_until=row.paused_until,
        gave_key=row.cert is not None,
        cert=None if row.cert is None else usable(row.cert, clock.now()),
        bare_without_key=bare_without_key,
    )
