"""What planning must write: the rules' plan held against the rows that stand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tracker.reminders import rules
from tracker.reminders.reasons import Reason
from tracker.reminders.rules import DueFact, Plan, Recipient, Wanted


@dataclass(frozen=True, slots=True)
class Subject:
    """One follow-up, as planning needs it; `recipient` is its assignee."""

    follow_up_id: UUID
    case_id: UUID
    fact: DueFact
    recipient: Recipient | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One row that stands in the outbox already."""

    id: UUID
    kind: str
    due_key: str
    recipient_id: UUID
    status: str
    scheduled_at: datetime
    useful_until: datetime | None
    last_error: str | None


@dataclass(slots=True)
class Differences:
    """Rows to add, to set anew (their id and what is wanted), and to cancel with a reason."""

    added: list[tuple[Subject, Wanted]] = field(default_factory=list)
    moved: list[tuple[UUID, Wanted]] = field(default_factory=list)
    cancelled: dict[Reason, list[UUID]] = field(default_factory=dict)
    next_plans: list[tuple[UUID, datetime | None]] = field(default_factory=list)


def compare(
    differences: Differences, subject: Subject, rows: Sequence[Standing], now: datetime, *, announce: bool
) -> None:
    """Add to `differences` what one follow-up needs. `announce`: somebody else has just assigned it."""
    announced = rules.assignment(subject.fact, subject.recipient, now) if announce and subject.recipient else None
    covered_until = now if announced else _told_at(subject, rows)
    plan = rules.plan(subject.fact, subject.recipient, now, covered_until)
    wanted = (*plan.wanted, announced) if announced else plan.wanted
    by_key = {(row.kind, row.due_key, row.recipient_id): row for row in rows}
    for one in wanted:
        row = by_key.get((one.kind, one.due_key, one.recipient_id))
        if row is None:
            differences.added.append((subject, one))
        elif _must_move(row, one):
            differences.moved.append((row.id, one))
    for row in rows:
        if row.status == "planned" and (reason := _no_longer_holds(row, subject, plan)):
            differences.cancelled.setdefault(reason, []).append(row.id)
    differences.next_plans.append((subject.follow_up_id, plan.next_plan_at))


def _told_at(subject: Subject, rows: Sequence[Standing]) -> datetime | None:
    """When the assignee was last told that this is theirs: an older reminder has nothing to add to that."""
    told = [
        row.scheduled_at
        for row in rows
        if row.kind == rules.ASSIGNED
        and row.status != "cancelled"
        and subject.recipient is not None
        and row.recipient_id == subject.recipient.person_id
    ]
    return max(told, default=None)


def _must_move(row: Standing, wanted: Wanted) -> bool:
    """True for a row at another time (a zone or a wish changed) and for one that was withdrawn and now holds again."""
    if row.last_error == Reason.BY_HAND:
        return False
    if row.status == "cancelled":
        return True
    if row.status != "planned" or row.kind == rules.ASSIGNED:
        return False
    return (row.scheduled_at, row.useful_until) != (wanted.send_at, wanted.useful_until)


def _no_longer_holds(row: Standing, subject: Subject, plan: Plan) -> Reason | None:
    recipient = subject.recipient
    if not subject.fact.is_active:
        return Reason.CLOSED
    if recipient is None or row.recipient_id != recipient.person_id:
        return Reason.REASSIGNED
    if not recipient.is_active:
        return Reason.RECIPIENT_INACTIVE
    if not recipient.wants_mail:
        return Reason.UNWANTED
    if row.kind == rules.ASSIGNED:
        return None
    if rules.version_of(row.due_key) != subject.fact.version:
        return Reason.DATE_CHANGED
    if row.due_key in plan.keys or row.last_error == Reason.BY_HAND:
        return None
    return Reason.SUPERSEDED if row.kind == rules.OVERDUE else Reason.UNWANTED
