"""Writing to the outbox: rows are added, moved and withdrawn in a handful of statements, however many they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from tracker.reminders.models import Reminder
from tracker.reminders.numbers import new_numbers
from tracker.reminders.planning.differences import Differences
from tracker.reminders.planning.promised import Promise
from tracker.reminders.planning.rules import Wanted

_ADD = """
    INSERT INTO reminders (id, subject_id, subject_type, case_id, kind, due_key, due_on, recipient_id, number, status,
                           via, scheduled_at, send_at, useful_until, message_id, attempts, created_at)
    SELECT uuidv7(), p.subject_id, p.subject_type, p.case_id, w.kind, w.due_key, p.due_on, w.recipient_id, w.number,
           'planned', w.via, w.send_at, w.send_at, w.useful_until, gen_random_uuid(), 0, :now
      FROM unnest(CAST(:place AS int[]), CAST(:kind AS text[]), CAST(:via AS text[]), CAST(:due_key AS text[]),
                  CAST(:recipient_id AS uuid[]), CAST(:number AS text[]), CAST(:send_at AS timestamptz[]),
                  CAST(:useful_until AS timestamptz[]))
           AS w (place, kind, via, due_key, recipient_id, number, send_at, useful_until)
      JOIN unnest(CAST(:subject_type AS text[]), CAST(:subject_id AS uuid[]), CAST(:case_id AS uuid[]),
                  CAST(:due_on AS date[])) WITH ORDINALITY AS p (subject_type, subject_id, case_id, due_on, place)
           USING (place)
    ON CONFLICT ON CONSTRAINT uq_reminders_key DO NOTHING
    """

_MOVE = text(
    """
    UPDATE reminders r
       SET status = 'planned', scheduled_at = w.send_at, send_at = w.send_at, useful_until = w.useful_until,
           via = CASE WHEN r.status = 'planned' AND r.send_at <= :now AND w.via <> 'app' THEN r.via ELSE w.via END,
           digest_id = NULL, last_error = NULL, settled_at = NULL
      FROM unnest(CAST(:id AS uuid[]), CAST(:send_at AS timestamptz[]), CAST(:useful_until AS timestamptz[]),
                  CAST(:via AS text[]))
           AS w (id, send_at, useful_until, via)
     WHERE r.id = w.id AND (r.status = 'cancelled' OR (r.status = 'planned' AND r.digest_id IS NULL))
    """
)

_PLAN_NEXT = """
    UPDATE follow_up_plans p SET next_plan_at = n.at
      FROM unnest(CAST(:planned_id AS uuid[]), CAST(:at AS timestamptz[])) AS n (id, at) WHERE p.follow_up_id = n.id
    """
_NEXT = text(_PLAN_NEXT)
_INSERT_AND_NEXT = text(f"WITH planned AS ({_PLAN_NEXT}) {_ADD}")


def write(session: Session, differences: Differences, now: datetime) -> int:
    """Carry out `differences`; how many rows were added."""
    _cancel(session, differences, now)
    if differences.moved:
        moved = differences.moved
        values = {
            "now": now,
            "id": _array(row_id for row_id, _ in moved),
            "send_at": _array(wanted.send_at.isoformat() for _, wanted in moved),
            "useful_until": _array(wanted.useful_until and wanted.useful_until.isoformat() for _, wanted in moved),
            "via": _array(wanted.via for _, wanted in moved),
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
    promises, places = _places(differences.added)
    wanted = [one for _, one in differences.added]
    values = {
        "now": now,
        "place": _array(places),
        "kind": _array(one.kind for one in wanted),
        "via": _array(one.via for one in wanted),
        "due_key": _array(one.due_key for one in wanted),
        "recipient_id": _array(one.recipient_id for one in wanted),
        "number": _array(new_numbers(len(wanted))),
        "send_at": _array(one.send_at.isoformat() for one in wanted),
        "useful_until": _array(one.useful_until and one.useful_until.isoformat() for one in wanted),
        "subject_type": _array(promise.subject_type for promise in promises),
        "subject_id": _array(promise.subject_id for promise in promises),
        "case_id": _array(promise.case_id for promise in promises),
        "due_on": _array(promise.due_on for promise in promises),
    }
    return int(session.execute(_INSERT_AND_NEXT, values | _next(differences.next_plans)).rowcount)  # type: ignore[attr-defined]


def _places(added: Sequence[tuple[Promise, Wanted]]) -> tuple[list[Promise], list[int]]:
    """The promises, each run of the same one once, and for each row the place of its promise among them, from 1."""
    promises: list[Promise] = []
    places = []
    for promise, _ in added:
        if not promises or promise is not promises[-1]:
            promises.append(promise)
        places.append(len(promises))
    return promises, places


def _array(values: Iterable[object]) -> str:
    """An array as PostgreSQL writes it: keys, ids and instants, in none of which a comma or a quote can stand.

    The driver's own way looks at each element again and again, which is half of a sweep's time.
    """
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def plan_next(session: Session, next_plans: Sequence[tuple[UUID, datetime | None]]) -> None:
    """Say when the sweep must look at these follow-ups again."""
    if next_plans:
        session.execute(_NEXT, _next(next_plans))


def _next(next_plans: Sequence[tuple[UUID, datetime | None]]) -> dict[str, str]:
    return {
        "planned_id": _array(row_id for row_id, _ in next_plans),
        "at": _array(at and at.isoformat() for _, at in next_plans),
    }
