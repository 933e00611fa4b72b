"""Writing to the outbox: rows are added, moved and withdrawn in a handful of statements, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from tracker.core.ids import new_id
from tracker.reminders.differences import Differences
from tracker.reminders.models import Reminder
from tracker.reminders.numbers import new_number

_ADD = """
    INSERT INTO reminders (id, subject_id, subject_type, case_id, kind, due_key, due_on, recipient_id, number, status,
                           via, scheduled_at, send_at, useful_until, message_id, attempts, created_at)
    SELECT id, subject_id, subject_type, case_id, kind, due_key, due_on, recipient_id, number, 'planned', via,
           send_at, send_at, useful_until, message_id, 0, :now
    FROM unnest(CAST(:id AS uuid[]), CAST(:subject_type AS text[]), CAST(:subject_id AS uuid[]),
                CAST(:case_id AS uuid[]), CAST(:kind AS text[]), CAST(:via AS text[]),
                CAST(:due_key AS text[]), CAST(:due_on AS date[]), CAST(:recipient_id AS uuid[]),
                CAST(:number AS text[]), CAST(:send_at AS timestamptz[]), CAST(:useful_until AS timestamptz[]),
                CAST(:message_id AS uuid[]))
         AS wanted (id, subject_type, subject_id, case_id, kind, via, due_key, due_on, recipient_id, number, send_at,
                    useful_until, message_id)
    ON CONFLICT ON CONSTRAINT uq_reminders_key DO NOTHING
    """

_MOVE = text(
    """
    UPDATE reminders r
       SET status = 'planned', scheduled_at = w.send_at, send_at = w.send_at, useful_until = w.useful_until,
           via = w.via, last_error = NULL, settled_at = NULL
      FROM unnest(CAST(:id AS uuid[]), CAST(:send_at AS timestamptz[]), CAST(:useful_until AS timestamptz[]),
                  CAST(:via AS text[]))
           AS w (id, send_at, useful_until, via)
     WHERE r.id = w.id AND r.status IN ('planned', 'cancelled')
    """
)

_PLAN_NEXT = """
    UPDATE follow_ups f SET next_plan_at = n.at
      FROM unnest(CAST(:planned_id AS uuid[]), CAST(:at AS timestamptz[])) AS n (id, at) WHERE f.id = n.id
    """
_NEXT = text(_PLAN_NEXT)
_INSERT_AND_NEXT = text(f"WITH planned AS ({_PLAN_NEXT}) {_ADD}")


def write(session: Session, differences: Differences, now: datetime) -> int:
    """Carry out `differences`; how many rows were added."""
    _cancel(session, differences, now)
    if differences.moved:
        moved = differences.moved
        values = {
            "id": [row_id for row_id, _ in moved],
            "send_at": [wanted.send_at for _, wanted in moved],
            "useful_until": [wanted.useful_until for _, wanted in moved],
            "via": [wanted.via for _, wanted in moved],
        }
        session.execute(_MOVE, values)
    if differences.added:
        return _add(session, differences, now)
    plan_next(session, differences.next_plans)
    return 0


def _cancel(session: Session, differences: Differences, now: datetime) -> None:
    for reason, ids in differences.cancelled.items():
        session.execute(
            update(Reminder)
            .where(Reminder.id.in_(ids), Reminder.status == "planned")
            .values(status="cancelled", last_error=reason, settled_at=now)
            .execution_options(synchronize_session=False)
        )


def _add(session: Session, differences: Differences, now: datetime) -> int:
    promises = [promise for promise, _ in differences.added]
    wanted = [one for _, one in differences.added]
    values = {
        "now": now,
        "id": [new_id() for _ in wanted],
        "subject_type": [promise.subject_type for promise in promises],
        "subject_id": [promise.subject_id for promise in promises],
        "case_id": [promise.case_id for promise in promises],
        "kind": [one.kind for one in wanted],
        "via": [one.via for one in wanted],
        "due_key": [one.due_key for one in wanted],
        "due_on": [promise.due_on for promise in promises],
        "recipient_id": [one.recipient_id for one in wanted],
        "number": [new_number() for _ in wanted],
        "send_at": [one.send_at for one in wanted],
        "useful_until": [one.useful_until for one in wanted],
        "message_id": [uuid4() for _ in wanted],
    }
    return int(session.execute(_INSERT_AND_NEXT, values | _next(differences.next_plans)).rowcount)  # type: ignore[attr-defined]


def plan_next(session: Session, next_plans: Sequence[tuple[UUID, datetime | None]]) -> None:
    """Say when the sweep must look at these follow-ups again. Past the mapper: planning is no edit of the follow-up."""
    if next_plans:
        session.execute(_NEXT, _next(next_plans))


def _next(next_plans: Sequence[tuple[UUID, datetime | None]]) -> dict[str, list[Any]]:
    return {"planned_id": [row_id for row_id, _ in next_plans], "at": [at for _, at in next_plans]}
