"""Reads: the ledger as each reader may see it, a follow-up's reminders, and how the outbox does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from tracker.access.visibility import sees, sees_own_level
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.core.pages import Page, decode_cursor, encode_cursor
from tracker.followups.models import FollowUp
from tracker.reminders.models import Reminder, ReminderPreference

PAGE_SIZE = 50
UNSENT = ("planned", "sending", "committing")


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What to show of the ledger; empty: everything that the reader may see."""

    status: str | None = None
    kind: str | None = None
    recipient_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One mail in the ledger. `reference` and `title` are None where the reader may not see what it is about."""

    id: UUID
    number: str
    kind: str
    status: str
    due_on: date | None
    scheduled_at: datetime
    send_at: datetime
    settled_at: datetime | None
    attempts: int
    reason: str | None
    recipient_id: UUID
    recipient: str
    case_id: UUID | None
    follow_up_id: UUID | None
    title: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How the outbox does: rows by status, and the age in seconds of the oldest that should have gone (None: none)."""

    planned: int
    sending: int
    sent: int
    dead: int
    oldest_unsent_s: float | None


def ledger(session: Session, actor: Actor, wanted: LedgerFilter, cursor: str | None = None) -> Page[LedgerRow]:
    """One page of the ledger, the latest first."""
    backward, keys = decode_cursor(cursor) if cursor else None, None
    backward_asked, keys = backward or (False, None)
    statement = _rows(actor).where(*_conditions(wanted))
    place = tuple_(Reminder.scheduled_at, Reminder.id)
    if keys is not None and len(keys) == 2:  # noqa: PLR2004
        after = tuple_(*keys)
        statement = statement.where(place > after if backward_asked else place < after)
    order = (Reminder.scheduled_at.asc(), Reminder.id.asc()) if backward_asked else _LATEST_FIRST
    found = [LedgerRow(**row._asdict()) for row in session.execute(statement.order_by(*order).limit(PAGE_SIZE + 1))]
    return _page(found, backward=backward_asked, is_first=keys is None)


def for_follow_up(session: Session, actor: Actor, follow_up_id: UUID) -> Sequence[LedgerRow]:
    """The reminders of one follow-up, planned and past, the latest first."""
    statement = _rows(actor).where(Reminder.subject_id == follow_up_id).order_by(*_LATEST_FIRST).limit(PAGE_SIZE)
    return [LedgerRow(**row._asdict()) for row in session.execute(statement)]


def get_reminder(session: Session, actor: Actor, reminder_id: UUID) -> LedgerRow:
    """One mail. Raises NotVisible."""
    row = session.execute(_rows(actor).where(Reminder.id == reminder_id)).one_or_none()
    if row is None:
        raise NotVisible
    return LedgerRow(**row._asdict())


def follow_up_of(session: Session, actor: Actor, number: str) -> UUID:
    """The follow-up that the mail with this opaque number is about. Raises NotVisible."""
    follow_up_id = session.scalar(_rows(actor).where(Reminder.number == number).with_only_columns(FollowUp.id))
    if follow_up_id is None:
        raise NotVisible
    return follow_up_id


def preference_of(session: Session, person_id: UUID) -> ReminderPreference | None:
    """A person's wishes; None: the defaults."""
    return session.get(ReminderPreference, person_id)


def outbox_state(session: Session) -> OutboxState:
    """Counts and the oldest promise not kept yet. For the operator and the planner, who see every row."""
    counted = session.execute(select(Reminder.status, func.count()).group_by(Reminder.status)).tuples()
    by_status = {status: count for status, count in counted}
    return OutboxState(
        planned=by_status.get("planned", 0),
        sending=by_status.get("sending", 0) + by_status.get("committing", 0),
        sent=by_status.get("sent", 0),
        dead=by_status.get("dead", 0),
        oldest_unsent_s=oldest_unsent_s(session),
    )


def oldest_unsent_s(session: Session) -> float | None:
    """For how many seconds the oldest reminder that should have gone waits; None: none waits.

    Backoff does not make it younger: the age counts from when the rules wanted it sent. Act as PLANNER.
    """
    now = clock.now()
    oldest = session.scalar(
        select(func.min(Reminder.scheduled_at)).where(Reminder.status.in_(UNSENT), Reminder.scheduled_at <= now)
    )
    return None if oldest is None else (now - oldest).total_seconds()


_LATEST_FIRST = (Reminder.scheduled_at.desc(), Reminder.id.desc())


def _rows(actor: Actor) -> Select[Any]:
    """The reminders that `actor` may see, with what each is about where they may see that too."""
    about = and_(FollowUp.id == Reminder.subject_id, _sees_follow_up(actor))
    return (
        select(
            Reminder.id,
            Reminder.number,
            Reminder.kind,
            Reminder.status,
            Reminder.due_on,
            Reminder.scheduled_at,
            Reminder.send_at,
            Reminder.settled_at,
            Reminder.attempts,
            Reminder.last_error.label("reason"),
            Reminder.recipient_id,
            Person.name.label("recipient"),
            Reminder.case_id,
            FollowUp.id.label("follow_up_id"),
            FollowUp.title,
            Case.reference,
        )
        .select_from(Reminder)
        .join(Person, Person.id == Reminder.recipient_id)
        .outerjoin(FollowUp, about)
        .outerjoin(Case, and_(Case.id == FollowUp.case_id, sees(actor, Case.level, Case.id)))
        .where(_sees_reminder(actor))
    )


def _sees_reminder(actor: Actor) -> ColumnElement[bool]:
    """One's own mail, mail about follow-ups that one sees; administrators all but that of sealed cases."""
    if actor.is_operator:
        return true()
    if not actor.is_person:
        return false()
    rules = [Reminder.recipient_id == actor.person_id, FollowUp.id.is_not(None)]
    if actor.has_role("administrator"):
        rules.append(~func.app_case_is_sealed(Reminder.case_id))
    return or_(*rules)


def _sees_follow_up(actor: Actor) -> ColumnElement[bool]:
    sees_case = exists().where(Case.id == FollowUp.case_id, sees(actor, Case.level, Case.id)).correlate(FollowUp)
    return and_(sees_case, sees_own_level(actor, FollowUp.level, FollowUp.case_id))


def _conditions(wanted: LedgerFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status:
        conditions.append(Reminder.status == wanted.status)
    if wanted.kind:
        conditions.append(Reminder.kind == wanted.kind)
    if wanted.recipient_id:
        conditions.append(Reminder.recipient_id == wanted.recipient_id)
    return conditions


def _page(found: list[LedgerRow], *, backward: bool, is_first: bool) -> Page[LedgerRow]:
    has_more = len(found) > PAGE_SIZE
    rows = found[:PAGE_SIZE]
    if backward:
        rows.reverse()
    has_next = has_more or backward if not backward else True
    has_previous = has_more if backward else not is_first
    if not rows:
        return Page(rows)
    first, last = rows[0], rows[-1]
    return Page(
        rows,
        encode_cursor([last.scheduled_at, last.id]) if has_next else None,
        encode_cursor([first.scheduled_at, first.id], backward=True) if has_previous else None,
    )
