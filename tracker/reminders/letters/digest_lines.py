"""What a digest tells: rows that wait for it, each looked at again with the reader's eyes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.reminders import kinds
from tracker.reminders.letters import LetterFacts, Matter
from tracker.reminders.letters.holding import Addressee, NoLongerHolds, require_useful
from tracker.reminders.letters.subjects import LOOKS
from tracker.reminders.models import Reminder
from tracker.reminders.outbox import Claimed
from tracker.reminders.reasons import Reason

MOST_ROWS = 2000
"""More than one person can have in a digest; what is left goes with the next one."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that waits for a digest."""

    id: UUID
    subject_type: str
    subject_id: UUID
    kind: str
    due_key: str
    due_on: date | None
    recipient_id: UUID
    number: str
    useful_until: datetime | None
    digest_id: UUID | None


def digest_facts(session: Session, row: Claimed, to: Addressee, now: datetime) -> LetterFacts:
    """The lines of one digest; at most seven statements. Raises NoLongerHolds when none is left to tell.

    A digest that was written before keeps its lines: the relay may have taken it, and then another content under the
    same Message-ID would be dropped by the reader's mailbox, with whatever was new in it.
    """
    waiting = _waiting(session, row, now)
    stamped = [one for one in waiting if one.digest_id is not None]
    matters, dropped = _looked_at(session, stamped or waiting, to, now)
    if not matters:
        raise NoLongerHolds(Reason.SUPERSEDED, tuple(dropped))
    latest = {one.subject_id: matter for one, matter in matters}  # of several about one thing the latest says it
    return LetterFacts(
        kind=row.kind,
        number=row.number,
        language=to.language,
        time_zone=to.time_zone,
        lines=tuple(latest.values()),
        taken=tuple(one.id for one, _ in matters),
        dropped=tuple(dropped),
    )


def _waiting(session: Session, row: Claimed, now: datetime) -> list[Waiting]:
    names = list(Waiting.__dataclass_fields__)
    is_due = Reminder.send_at <= max(now, row.send_at)
    query = (
        select(*(getattr(Reminder, name) for name in names))
        .where(
            Reminder.recipient_id == row.recipient_id,
            Reminder.status == "planned",
            Reminder.via == "digest",
            or_(Reminder.digest_id == row.id, Reminder.digest_id.is_(None) & is_due),
        )
        .order_by(Reminder.scheduled_at, Reminder.id)
        .limit(MOST_ROWS)
    )
    return [Waiting(**one._asdict()) for one in session.execute(query)]


def _looked_at(
    session: Session, rows: list[Waiting], to: Addressee, now: datetime
) -> tuple[list[tuple[Waiting, Matter]], list[tuple[UUID, Reason]]]:
    seen = _seen(session, rows, to)
    held: list[tuple[Waiting, Matter]] = []
    dropped: list[tuple[UUID, Reason]] = []
    for row in rows:
        try:
            held.append((row, _matter(row, seen.get(row.subject_id), to, now)))
        except NoLongerHolds as gone:
            dropped.append((row.id, gone.reason))
    return held, dropped


def _seen(session: Session, rows: Iterable[Waiting], to: Addressee) -> dict[UUID, Any]:
    """Everything that these rows are about and the reader sees, by id."""
    by_type: dict[str, list[Waiting]] = {}
    for row in rows:
        by_type.setdefault(row.subject_type, []).append(row)
    seen: dict[UUID, Any] = {}
    for subject_type, of_type in by_type.items():
        seen |= LOOKS[subject_type].seen(session, to.actor, of_type)
    return seen


def _matter(row: Waiting, found: Any | None, to: Addressee, now: datetime) -> Matter:
    if row.kind in to.unwanted_kinds and row.kind in kinds.WISHABLE:
        raise NoLongerHolds(Reason.UNWANTED)
    require_useful(row, now)
    matter = LOOKS[row.subject_type].matter(row, found, to)
    has_words = matter.title or matter.case_title
    return matter if has_words else replace(matter, is_bare=True)
