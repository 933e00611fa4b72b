"""The bell: what a person was told, and what of it they have not read.

It tells at the instant at which the rules want it told, whether or not a mail went: the app must not be silent because
the relay is. A digest is left out, since its lines stand here themselves; a dead one is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, literal_column, or_, update
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.core.pages import Page
from tracker.reminders import kinds
from tracker.reminders.models import Reminder
from tracker.reminders.numbers import is_number
from tracker.reminders.visible import LedgerRow, ledger_row, page_of, visible_rows

PAGE_SIZE = 40
_DEAD: ColumnElement[str] = literal_column("'dead'")
_CANCELLED: ColumnElement[str] = literal_column("'cancelled'")


def told(session: Session, actor: Actor, cursor: str | None = None, *, unread: bool = False) -> Page[LedgerRow]:
    """One page of what `actor` was told, the newest first; what they can't see any more has its number only."""
    rows = visible_rows(actor).where(*_is_told(actor))
    if unread:
        rows = rows.where(Reminder.read_at.is_(None))
    return page_of(session, rows, cursor, PAGE_SIZE)


def own_reminder(session: Session, actor: Actor, number: str) -> LedgerRow:
    """One's own reminder by the number in its mail, settled or not. Raises NotVisible for others' too."""
    if not is_number(number) or actor.person_id is None:
        raise NotVisible
    found = visible_rows(actor).where(Reminder.number == number, Reminder.recipient_id == actor.person_id)
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotVisible
    return ledger_row(row)


def mark_read(session: Session, actor: Actor, ids: Sequence[UUID] | None = None) -> None:
    """One's own reminders `ids` are read; None: all that were told until now."""
    some = _is_told(actor) if ids is None else [Reminder.recipient_id == actor.person_id, Reminder.id.in_(ids)]
    session.execute(
        update(Reminder)
        .where(*some, Reminder.read_at.is_(None))
        .values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _is_told(actor: Actor) -> list[ColumnElement[bool]]:
    return [
        Reminder.recipient_id == actor.person_id,
        Reminder.status != _CANCELLED,
        Reminder.scheduled_at <= clock.now(),
        or_(Reminder.kind != kinds.DIGEST, Reminder.status == _DEAD),
    ]
