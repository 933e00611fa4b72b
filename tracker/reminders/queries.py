"""Reads: the ledger as each reader may see it, a follow-up's reminders, and how the outbox does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, literal_column, or_, select, true
from sqlalchemy.orm import Session

from tracker.access.visibility import member_case_ids, sees, sees_own_level
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.counting import counted_up_to
from tracker.core.errors import NotVisible
from tracker.core.keyset import Order, read_page
from tracker.core.pages import Page
from tracker.followups.models import FollowUp
from tracker.reminders.models import Reminder, ReminderPreference
from tracker.reminders.numbers import is_number

PAGE_SIZE = 50
UNSENT = Reminder.status.in_([literal_column(f"'{status}'") for status in ("planned", "sending", "committing")])
"""Written out, not bound: the database must recognise the condition of the partial index."""


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
    """One page of the ledger, the latest first. At most two statements."""
    rows = _rows(actor).where(*_conditions(wanted), *_near(session, actor))
    page = read_page(session, rows, _LATEST_FIRST, cursor, PAGE_SIZE)
    return replace(page, rows=[_ledger_row(row) for row in page.rows])


def mails_hidden(session: Session, actor: Actor) -> int:
    """How many mails the reader may see at all, counted no further than a reader needs."""
    return counted_up_to(session, _rows(actor).where(*_near(session, actor)))


def for_follow_up(session: Session, actor: Actor, follow_up_id: UUID) -> Sequence[LedgerRow]:
    """The reminders of one follow-up, planned and past, the latest first."""
    about_it = _rows(actor).where(Reminder.subject_id == follow_up_id)
    rows = session.execute(about_it.order_by(Reminder.scheduled_at.desc(), Reminder.id.desc()).limit(PAGE_SIZE))
    return [_ledger_row(row) for row in rows]


def get_reminder(session: Session, actor: Actor, reminder_id: UUID) -> LedgerRow:
    """One mail. Raises NotVisible."""
    row = session.execute(_rows(actor).where(Reminder.id == reminder_id)).one_or_none()
    if row is None:
        raise NotVisible
    return _ledger_row(row)


def follow_up_of(session: Session, actor: Actor, number: str) -> UUID:
    """The follow-up that the mail with this opaque number is about. Raises NotVisible."""
    if not is_number(number):
        raise NotVisible
    follow_up_id: UUID | None = session.scalar(
        _rows(actor).where(Reminder.number == number).with_only_columns(FollowUp.id)
    )
    if follow_up_id is None:
        raise NotVisible
    return follow_up_id


def preference_of(session: Session, person_id: UUID) -> ReminderPreference | None:
    """A person's wishes; None: the defaults."""
    return session.get(ReminderPreference, person_id)


def outbox_state(session: Session) -> OutboxState:
    """Counts and the oldest promise not kept yet. For the operator and the planner, who see every row."""
    counted = session.execute(select(Reminder.status, func.count().label("rows")).group_by(Reminder.status))
    by_status: dict[str, int] = {row.status: row.rows for row in counted}
    return OutboxState(
        planned=by_status.get("planned", 0),
        sending=by_status.get("sending", 0) + by_status.get("committing", 0),
        sent=by_status.get("sent", 0),
        dead=by_status.get("dead", 0),
        oldest_unsent_s=oldest_unsent_s(session),
    )


def oldest_unsent_s(session: Session) -> float | None:
    """For how many seconds the oldest reminder that should have gone waits; None: none waits.

    Backoff does not make it younger: the age counts from when the rules wanted it sent, or from when it was planned
    where that came later, as for work that was entered with a due date long past. Act as PLANNER.
    """
    now = clock.now()
    waits_since = func.greatest(Reminder.scheduled_at, Reminder.created_at)
    oldest = session.scalar(select(func.min(waits_since)).where(UNSENT, Reminder.scheduled_at <= now))
    return None if oldest is None else max(0.0, (now - oldest).total_seconds())


_LATEST_FIRST = Order(
    Reminder.scheduled_at,
    Reminder.id,
    datetime,
    lambda row: (row.scheduled_at, row.id),
    descending=True,
    may_be_empty=False,
)


def _ledger_row(row: Any) -> LedgerRow:
    return LedgerRow(**row._asdict())


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
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
    """One's own mail, mail about follow-ups that one sees; administrators all but sealed cases and work."""
    if actor.is_operator:
        return true()
    if not actor.is_person:
        return false()
    rules = [Reminder.recipient_id == actor.person_id, FollowUp.id.is_not(None)]
    if actor.has_role("administrator"):
        rules.append(~func.app_mail_is_sealed(Reminder.case_id, Reminder.subject_id))
    return or_(*rules)


def _sees_follow_up(actor: Actor) -> ColumnElement[bool]:
    sees_case = exists().where(Case.id == FollowUp.case_id, sees(actor, Case.level, Case.id)).correlate(FollowUp)
    return and_(sees_case, sees_own_level(actor, FollowUp.level, FollowUp.case_id))


def _near(session: Session, actor: Actor) -> list[ColumnElement[bool]]:
    """For readers of a few cases the same rule once more, in a form that an index answers instead of a scan."""
    if not actor.is_person or actor.is_staff or actor.has_role("administrator"):
        return []
    cases = list(session.scalars(member_case_ids(actor)))
    return [or_(Reminder.recipient_id == actor.person_id, Reminder.case_id.in_(cases))]


def _conditions(wanted: LedgerFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status:
        conditions.append(Reminder.status == literal(wanted.status, literal_execute=True))
    if wanted.kind:
        conditions.append(Reminder.kind == wanted.kind)
    if wanted.recipient_id:
        conditions.append(Reminder.recipient_id == wanted.recipient_id)
    return conditions
