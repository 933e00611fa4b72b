"""Reads: the ledger as each reader may see it, a follow-up's reminders, and how the outbox does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal, literal_column, select
from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.counting import counted_up_to
from tracker.core.errors import NotVisible
from tracker.core.pages import Page
from tracker.reminders import unsent
from tracker.reminders.models import Reminder, Sighting
from tracker.reminders.visible import PAGE_SIZE, LedgerRow, ledger_row, near, page_of, visible_rows


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What to show of the ledger; empty: everything that the reader may see."""

    status: str | None = None
    kind: str | None = None
    recipient_id: UUID | None = None
    reference: str | None = None
    reason: str | None = None
    """A code, or what codes begin with (`smtp_5`)."""
    since: datetime | None = None
    until: datetime | None = None
    """Instants between which the rules wanted it sent; the second is the first that is too late."""


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How the outbox does: rows by status, and the age in seconds of the oldest that should have gone (None: none)."""

    planned: int
    sending: int
    sent: int
    dead: int
    oldest_unsent_s: float | None


@dataclass(frozen=True, slots=True)
class OutboxNumbers:
    """`sending` counts `committing` too: those past the fence, of which the relay's word is awaited or looked up.

    `tick_age_s`: seconds since the last whole tick; `last_sent_at`: UTC. None: never yet.
    """

    planned: int
    sending: int
    committing: int
    sent: int
    dead: int
    oldest_unsent_s: float | None
    tick_age_s: float | None
    last_sent_at: datetime | None


def ledger(session: Session, actor: Actor, wanted: LedgerFilter, cursor: str | None = None) -> Page[LedgerRow]:
    """One page of the ledger, the latest first. At most two statements."""
    rows = visible_rows(actor).where(*conditions_of(wanted), *near(session, actor))
    return page_of(session, rows, cursor)


def mails_hidden(session: Session, actor: Actor) -> int:
    """How many mails the reader may see at all, counted no further than a reader needs."""
    return counted_up_to(session, visible_rows(actor).where(*near(session, actor)))


def on_case(session: Session, actor: Actor, case_id: UUID, cursor: str | None = None) -> Page[LedgerRow]:
    """What was sent and is planned about one case and its work, as far as `actor` sees it, the latest first."""
    rows = visible_rows(actor).where(Reminder.case_id == case_id, Case.id == case_id)
    return page_of(session, rows, cursor)


def for_follow_up(session: Session, actor: Actor, follow_up_id: UUID) -> Sequence[LedgerRow]:
    """The reminders of one follow-up, planned and past, the latest first."""
    about_it = visible_rows(actor).where(Reminder.subject_id == follow_up_id)
    rows = session.execute(about_it.order_by(Reminder.scheduled_at.desc(), Reminder.id.desc()).limit(PAGE_SIZE))
    return [ledger_row(row) for row in rows]


def get_reminder(session: Session, actor: Actor, reminder_id: UUID) -> LedgerRow:
    """One mail. Raises NotVisible."""
    row = session.execute(visible_rows(actor).where(Reminder.id == reminder_id)).one_or_none()
    if row is None:
        raise NotVisible
    return ledger_row(row)


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


def outbox_numbers(session: Session) -> OutboxNumbers:
    """How sending does, in one look. For the operator and the planner, who see every row."""
    state = outbox_state(session)
    fenced = (
        select(func.count()).select_from(Reminder.__table__).where(Reminder.status == literal_column("'committing'"))
    )
    return OutboxNumbers(
        planned=state.planned,
        sending=state.sending,
        committing=session.scalar(fenced) or 0,
        sent=state.sent,
        dead=state.dead,
        oldest_unsent_s=state.oldest_unsent_s,
        tick_age_s=tick_age_s(session),
        last_sent_at=last_sent_at(session),
    )


def last_seen(session: Session) -> dict[str, datetime]:
    """Part of the machinery -> when it was last seen (UTC), as in the table of sightings; absent: never."""
    return {row.name: row.seen_at for row in session.execute(select(Sighting.name, Sighting.seen_at))}


def tick_age_s(session: Session) -> float | None:
    """Seconds since the last whole tick without a fault ended, by the database's clock; None: there was none yet."""
    age = func.extract("epoch", func.now() - Sighting.seen_at)
    seconds = session.scalar(select(age).where(Sighting.name == "done"))
    return None if seconds is None else max(0.0, float(seconds))


def last_sent_at(session: Session) -> datetime | None:
    """When a relay took the last reminder (UTC); None: none yet."""
    sent = select(Reminder.settled_at).where(Reminder.status == literal_column("'sent'"))
    return session.scalar(sent.order_by(Reminder.settled_at.desc()).limit(1))


def oldest_unsent_s(session: Session) -> float | None:
    """For how many seconds the oldest reminder that should have gone waits; None: none waits.

    Backoff does not make it younger: the age counts from when the rules wanted it sent, or from when it was planned
    where that came later, as for work that was entered with a due date long past. Act as PLANNER.
    """
    now = clock.now()
    by_mail = func.greatest(Reminder.scheduled_at, Reminder.created_at)
    waits_since = case((Reminder.via == "mail", by_mail), else_=Reminder.send_at)  # a digest's lines wait for its day
    oldest = session.scalar(
        select(
            func.least(
                *(
                    select(func.min(waits_since)).where(*part, waits_since <= now).scalar_subquery()
                    for part in unsent.parts(now)
                )
            )
        )
    )
    return None if oldest is None else max(0.0, (now - oldest).total_seconds())


def conditions_of(wanted: LedgerFilter) -> list[ColumnElement[bool]]:
    """`wanted` as conditions on `visible_rows`."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.status:
        conditions.append(Reminder.status == literal(wanted.status, literal_execute=True))
    if wanted.kind:
        conditions.append(Reminder.kind == wanted.kind)
    if wanted.recipient_id:
        conditions.append(Reminder.recipient_id == wanted.recipient_id)
    if wanted.reference:
        conditions.append(Case.reference == wanted.reference)
    if wanted.reason:
        conditions.append(Reminder.last_error.startswith(wanted.reason, autoescape=True))
    if wanted.since:
        conditions.append(Reminder.scheduled_at >= wanted.since)
    if wanted.until:
        conditions.append(Reminder.scheduled_at < wanted.until)
    return conditions
