"""What planning must write: the rules' plan held against the rows that stand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tracker.reminders.kinds import ASSIGNED, ESCALATION, FOLLOW_UP_CHANGED, OVERDUE, RULE_CHANGED
from tracker.reminders.planning import rules
from tracker.reminders.planning.circle_plan import Subject, assigned, plan_all, rule_news
from tracker.reminders.planning.escalation import AT_ONCE
from tracker.reminders.planning.promised import Promise
from tracker.reminders.planning.rules import Plan, Wanted
from tracker.reminders.planning.ruling_news import key_of
from tracker.reminders.planning.watching import is_of_end
from tracker.reminders.reasons import Reason

__all__ = ["Differences", "Standing", "Subject", "compare"]

TOLD = ("sending", "committing", "sent", "shown")
"""Statuses of rows that were told, or are being told now."""


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
    via: str = "mail"
    created_at: datetime | None = None
    digest_id: UUID | None = None

    @property
    def key(self) -> tuple[str, str, UUID]:
        return (self.kind, self.due_key, self.recipient_id)

    @property
    def is_told(self) -> bool:
        """Whether it was told, or is being told now: a line of a digest from the moment at which that is written."""
        return self.status in TOLD or (self.status == "planned" and self.digest_id is not None)


@dataclass(slots=True)
class Differences:
    """Rows to add, to set anew (their id and what is wanted), and to cancel with a reason."""

    added: list[tuple[Promise, Wanted]] = field(default_factory=list)
    moved: list[tuple[UUID, Wanted]] = field(default_factory=list)
    cancelled: dict[Reason, list[UUID]] = field(default_factory=dict)
    next_plans: list[tuple[UUID, datetime | None]] = field(default_factory=list)

    def hold(self, promise: Promise, wanted: Sequence[Wanted], rows: Sequence[Standing], now: datetime) -> None:
        """Add what of `wanted` does not stand, and set anew what stands at another time or was withdrawn."""
        by_key = {row.key: row for row in rows}
        for one in wanted:
            row = by_key.get((one.kind, one.due_key, one.recipient_id))
            if row is None:
                self.added.append((promise, one))
            elif _must_move(row, one, now):
                self.moved.append((row.id, one))

    def cancel(self, row: Standing, reason: Reason) -> None:
        self.cancelled.setdefault(reason, []).append(row.id)


def compare(
    differences: Differences, subject: Subject, rows: Sequence[Standing], now: datetime, *, announce: bool
) -> None:
    """Add to `differences` what one follow-up needs. `announce`: somebody else has just assigned it."""
    announced = assigned(subject, now) if announce else None
    covered_until = now if announced else _told_at(subject, rows)
    plan = plan_all(subject, now, covered_until)
    wanted = [one for one in plan.wanted if not _was_told_to_another(one, subject, rows)]
    if announced:
        wanted.append(announced)
    of_rule = rule_news(subject, now, _heard_of_rule(subject, rows))
    differences.hold(subject.promise, [*wanted, *of_rule], rows, now)
    if rows:
        holding = {(one.kind, one.due_key, one.recipient_id) for one in (*plan.holding, *of_rule)}
        for row in rows:
            if row.status == "planned" and (reason := _no_longer_holds(row, subject, plan, holding)):
                differences.cancel(row, reason)
    differences.next_plans.append((subject.follow_up_id, plan.next_plan_at))


def _told_at(subject: Subject, rows: Sequence[Standing]) -> datetime | None:
    """When the assignee was last told that this is theirs: an older reminder has nothing to add to that."""
    told = [
        row.created_at or row.scheduled_at
        for row in rows
        if row.kind == ASSIGNED and row.status != "cancelled" and subject.told_for_assignee(row.recipient_id)
    ]
    return max(told, default=None)


def _heard_of_rule(subject: Subject, rows: Sequence[Standing]) -> set[UUID]:
    """Who is told what the last change of a rule did, or will be, once some have been told: nobody hears it later."""
    if subject.moved_by_rule is None:
        return set()
    key = key_of(subject.moved_by_rule.number)
    of_it = [row for row in rows if row.kind == RULE_CHANGED and row.due_key == key and row.status != "cancelled"]
    return {row.recipient_id for row in of_it} if any(row.is_told for row in of_it) else set()


def _must_move(row: Standing, wanted: Wanted, now: datetime) -> bool:
    """True for a row at another time (a zone or a wish changed) and for one that was withdrawn and now holds again."""
    if row.last_error == Reason.BY_HAND:
        return False
    if row.status == "cancelled":
        return True
    if row.status != "planned" or _was_at_once(row):
        return False
    if (row.scheduled_at, row.useful_until) != (wanted.send_at, wanted.useful_until):
        return True
    # What is due is on its way: after a standstill in a digest, with a faulty address in the app.
    return row.via != wanted.via and (row.scheduled_at > now or wanted.via == "app")


def _was_told_to_another(wanted: Wanted, subject: Subject, rows: Sequence[Standing]) -> bool:
    """Whether another heard this in the person's place, who stood in for them then: it is not told twice."""
    if not rows:
        return False
    if f":{AT_ONCE}:" in wanted.due_key:
        told = {row.recipient_id for row in rows if row.due_key == wanted.due_key and row.status != "cancelled"}
        return wanted.recipient_id not in told and any(subject.person(one) is not None for one in told)
    told = {row.recipient_id for row in rows if row.key[:2] == (wanted.kind, wanted.due_key) and row.is_told}
    person = subject.person(wanted.recipient_id)
    if wanted.kind != ESCALATION:
        return person is subject.recipient and bool(told - {wanted.recipient_id})
    return person is not None and person.is_away(wanted.send_at) and person.substitute_id in told


def _was_at_once(row: Standing) -> bool:
    """Told when it happened: looking again later makes it no younger."""
    return row.kind in (ASSIGNED, FOLLOW_UP_CHANGED) or f":{AT_ONCE}:" in row.due_key


def _news_no_longer_hold(row: Standing, subject: Subject) -> Reason | None:
    person = subject.person(row.recipient_id)
    if person is None or not subject.circle.reaches(person):
        return Reason.NOT_VISIBLE
    if subject.fact.is_active and is_of_end(row.due_key):
        return Reason.SUPERSEDED  # it was opened again
    return None


def _no_longer_holds(row: Standing, subject: Subject, plan: Plan, holding: set[tuple[str, str, UUID]]) -> Reason | None:
    person = subject.person(row.recipient_id)
    if row.kind == FOLLOW_UP_CHANGED:
        return _news_no_longer_hold(row, subject)
    if not subject.fact.is_active:
        return Reason.CLOSED
    if person is None:
        return Reason.REASSIGNED
    if not person.is_active:
        return Reason.RECIPIENT_INACTIVE
    if person.person_id in subject.circle.blind:
        return Reason.NOT_VISIBLE
    if row.kind == RULE_CHANGED:
        return None if row.key in holding or row.last_error == Reason.BY_HAND else Reason.SUPERSEDED
    if row.kind != ESCALATION and not subject.told_for_assignee(row.recipient_id):
        return Reason.REASSIGNED
    if row.kind == ASSIGNED:
        return None
    if rules.version_of(row.due_key) != subject.fact.version:
        return Reason.DATE_CHANGED
    if row.last_error == Reason.BY_HAND or row.key in holding:
        return None
    if row.due_key in plan.keys:
        return None if _was_at_once(row) or row.is_told else Reason.REASSIGNED
    return Reason.SUPERSEDED if row.kind == OVERDUE else Reason.UNWANTED
