"""How the machinery of reminders does, for those who keep it: what was seen when, what waits, what failed.

Numbers are of what the reader may see: sealed mail counts for nobody here. Asked when a page is asked for, so it tells
the truth when ticks have stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, select, update
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.accounts.models import Person
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.counting import COUNTED, counted_up_to
from tracker.core.errors import NotVisible
from tracker.reminders import policy, unsent
from tracker.reminders.models import Reminder
from tracker.reminders.queries import last_seen, last_sent_at
from tracker.reminders.visible import visible_rows

FORGOTTEN_AFTER = timedelta(days=7)
"""A host whose worker was silent for so long is taken for one that was given up."""
ALARM_AGE = timedelta(minutes=15)
"""From this age of the oldest mail on, mail is stuck (engineering/reminders.md, 9)."""
TICK_AGE = timedelta(minutes=5)
WORKER_AGE = timedelta(minutes=3)
LATEST_SENT = 200
"""Of so many mails the page says which relay took them."""


@dataclass(frozen=True, slots=True)
class RelayLine:
    """A relay among those that took the latest mails."""

    relay: str
    mails: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class FaultyAddress:
    """Somebody whose mail came back."""

    person_id: UUID
    name: str
    fault: str
    fault_at: datetime | None


@dataclass(frozen=True, slots=True)
class Machinery:
    """Instants are UTC and the database's; counts go to COUNTED. `seen`: by name, as in the table of sightings."""

    now: datetime
    seen: Mapping[str, datetime]
    last_sent_at: datetime | None
    oldest_unsent_at: datetime | None
    planned: int
    waiting: int
    dead: int
    dead_unlooked: int
    relays: Sequence[RelayLine]
    faulty: Sequence[FaultyAddress]

    @property
    def workers(self) -> Mapping[str, datetime]:
        """By host, those of the last days; the one of all where none has said its host."""
        found = {name: at for name, at in self.seen.items() if name.startswith("worker")}
        recent = {name: at for name, at in found.items() if ":" in name and self.now - at < FORGOTTEN_AFTER}
        return recent or {name: at for name, at in found.items() if name == "worker"}

    @property
    def oldest_age(self) -> timedelta | None:
        return None if self.oldest_unsent_at is None else self.now - self.oldest_unsent_at


def machinery(session: Session, actor: Actor) -> Machinery:
    """All that the page tells. Raises NotPermitted."""
    require(policy.may_watch(actor))
    due, later = Reminder.send_at <= clock.now(), Reminder.send_at > clock.now()
    in_hand = counted_up_to(session, visible_rows(actor).where(unsent.IN_HAND), COUNTED)
    dead = visible_rows(actor).where(Reminder.status == "dead")
    return Machinery(
        now=session.scalar(select(func.now())) or clock.now(),
        seen=last_seen(session),
        last_sent_at=last_sent_at(session),
        oldest_unsent_at=_oldest(session, actor),
        planned=_planned(session, actor, later),
        waiting=min(in_hand + _planned(session, actor, due), COUNTED),
        dead=counted_up_to(session, dead),
        dead_unlooked=counted_up_to(session, dead.where(Reminder.looked_at.is_(None))),
        relays=_relays(session),
        faulty=_faulty(session),
    )


def clear_fault(session: Session, actor: Actor, person_id: UUID) -> None:
    """The address is right now: mail goes there again. Raises NotPermitted, NotVisible."""
    require(policy.may_clear_faults(actor))
    cleared = session.scalar(
        update(Person)
        .where(Person.id == person_id, Person.mail_fault.is_not(None))
        .values(mail_fault=None, mail_fault_at=None)
        .returning(Person.id)
        .execution_options(synchronize_session=False)
    )
    if cleared is None:
        raise NotVisible
    record(session, actor, "person.mail_fault_cleared", "person", person_id)


def _planned(session: Session, actor: Actor, when: ColumnElement[bool]) -> int:
    """How many wait, at most COUNTED: mails and lines have an index each, in the order of which they are counted."""
    found = [
        visible_rows(actor).where(unsent.PLANNED, way, when).order_by(Reminder.send_at)
        for way in (unsent.BY_MAIL, unsent.OTHERWISE)
    ]
    return min(sum(counted_up_to(session, rows, COUNTED) for rows in found), COUNTED)


def _oldest(session: Session, actor: Actor) -> datetime | None:
    """Since when the oldest that should have gone waits, as queries.oldest_unsent_s counts it."""
    since = func.greatest(Reminder.scheduled_at, Reminder.created_at)
    rows = visible_rows(actor).with_only_columns(since).where(unsent.by(clock.now()), unsent.BY_MAIL)
    return session.scalar(rows.order_by(Reminder.scheduled_at).limit(1))


def _relays(session: Session) -> Sequence[RelayLine]:
    latest = (
        select(Reminder.relay, Reminder.settled_at)
        .where(Reminder.status == literal_column("'sent'"), Reminder.relay.is_not(None))
        .order_by(Reminder.settled_at.desc())
        .limit(LATEST_SENT)
        .subquery()
    )
    found = session.execute(
        select(latest.c.relay, func.count(), func.max(latest.c.settled_at)).group_by(latest.c.relay)
    )
    return [RelayLine(*row) for row in found]


def _faulty(session: Session) -> Sequence[FaultyAddress]:
    found = select(Person.id, Person.name, Person.mail_fault, Person.mail_fault_at).where(
        Person.mail_fault.is_not(None), Person.active
    )
    rows = session.execute(found.order_by(Person.name, Person.id))
    return [FaultyAddress(row.id, row.name, row.mail_fault or "", row.mail_fault_at) for row in rows]
