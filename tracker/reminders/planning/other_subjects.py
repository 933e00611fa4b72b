"""The sweep over what is no follow-up: it was asked for in `reminder_plans`, in the transaction of the change."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.reminders.planning import access_facts, due_facts, other_facts
from tracker.reminders.planning.commitment_facts import commitments
from tracker.reminders.planning.differences import Differences, Standing
from tracker.reminders.planning.other_facts import Other
from tracker.reminders.planning.promises import write
from tracker.reminders.planning.rules import version_of
from tracker.reminders.reasons import Reason

log = logging.getLogger(__name__)

BATCH = 200
RETRY_AFTER = timedelta(hours=1)

_DUE = text(
    """
    SELECT subject_type, subject_id FROM reminder_plans WHERE next_plan_at <= :now
     ORDER BY next_plan_at LIMIT :most FOR UPDATE SKIP LOCKED
    """
)
_NEXT = text(
    """
    UPDATE reminder_plans p SET next_plan_at = n.at
      FROM unnest(CAST(:ids AS uuid[]), CAST(:at AS timestamptz[])) AS n (id, at)
     WHERE p.subject_type = :subject_type AND p.subject_id = n.id
    """
)
_FORGET = text(
    "DELETE FROM reminder_plans WHERE subject_type = :subject_type AND subject_id = ANY(CAST(:ids AS uuid[]))"
)
READERS: dict[str, Callable[[Session, Sequence[UUID], Any, datetime], list[Other]]] = {
    "case_event": other_facts.entries,
    "case": other_facts.periods,
    "commitment": commitments,
    "membership": access_facts.access,
    "openpgp_key": access_facts.keys,
    "approval": access_facts.answers,
    "summary": other_facts.weeks,
}


def sweep(session: Session, now: datetime, limit: int = BATCH) -> tuple[int, int]:
    """Plan up to `limit` subjects that were asked for: (rows added, subjects looked at). Act as PLANNER."""
    asked: dict[str, list[UUID]] = {}
    for subject_type, subject_id in session.execute(_DUE, {"now": now, "most": limit}):
        asked.setdefault(subject_type, []).append(subject_id)
    added = sum(_plan(session, subject_type, ids, now) for subject_type, ids in asked.items())
    return added, sum(len(ids) for ids in asked.values())


def _plan(session: Session, subject_type: str, ids: Sequence[UUID], now: datetime) -> int:
    try:
        with session.begin_nested():
            return _plan_batch(session, subject_type, ids, now)
    except Exception as error:
        if getattr(error, "connection_invalidated", False):
            raise
        if len(ids) > 1:
            return sum(_plan(session, subject_type, [one], now) for one in ids)
        log.error("reminders of %s %s can't be planned: %s", subject_type, ids[0], type(error).__name__)
        session.execute(_NEXT, {"subject_type": subject_type, "ids": list(ids), "at": [now + RETRY_AFTER]})
        return 0


def _plan_batch(session: Session, subject_type: str, ids: Sequence[UUID], now: datetime) -> int:
    rows = due_facts.standing(session, ids, subject_type)
    others = READERS.get(subject_type, other_facts.unknown)(session, ids, rows, now)
    differences = Differences()
    for other in others:
        compare_other(differences, other, rows.get(other.promise.subject_id, ()), now)
    added = write(session, differences, now)
    looks = {other.promise.subject_id: other.plan.next_plan_at for other in others}
    later = [one for one in ids if looks.get(one) is not None]
    if later:
        values = {"subject_type": subject_type, "ids": later, "at": [looks[one] for one in later]}
        session.execute(_NEXT, values)
    if len(later) < len(ids):
        gone = [one for one in ids if looks.get(one) is None]
        session.execute(_FORGET, {"subject_type": subject_type, "ids": gone})
    return added


def compare_other(differences: Differences, other: Other, rows: Sequence[Standing], now: datetime) -> None:
    """Add to `differences` what one such subject needs."""
    differences.hold(other.promise, other.plan.wanted, rows, now)
    holding = {(one.kind, one.due_key, one.recipient_id) for one in other.plan.holding}
    for row in rows:
        if row.status == "planned" and row.key not in holding and (reason := _reason(row, other, now)):
            differences.cancel(row, reason)


def _reason(row: Standing, other: Other, now: datetime) -> Reason | None:
    person = other.circle.people.get(row.recipient_id)
    if person is not None and not person.is_active:
        return Reason.RECIPIENT_INACTIVE
    if row.recipient_id in other.circle.blind:
        return Reason.NOT_VISIBLE
    if other.promise.subject_type == "summary" and row.scheduled_at <= now:
        return None  # it goes in this very tick
    if row.last_error == Reason.BY_HAND:
        return None
    if not other.plan.holding:
        return other.ended
    if other.promise.subject_type == "commitment":
        return _reason_of_commitment(row, other)
    return Reason.DATE_CHANGED if other.promise.subject_type in ("case", "openpgp_key") else Reason.UNWANTED


def _reason_of_commitment(row: Standing, other: Other) -> Reason:
    versions = {version_of(key) for key in other.plan.keys}
    if version_of(row.due_key) not in versions:
        return Reason.DATE_CHANGED
    return Reason.REASSIGNED if row.due_key in other.plan.keys else Reason.SUPERSEDED
