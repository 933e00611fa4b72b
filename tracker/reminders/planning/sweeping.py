"""Writing the promises: in the transaction of the change, and again by a sweep that misses nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.actor import PLANNER
from tracker.core.database import Database
from tracker.followups.happened import FollowUpChanged, FollowUpsMade
from tracker.reminders import nudge
from tracker.reminders.models import FollowUpPlan
from tracker.reminders.planning import due_facts, other_subjects, slow_sweep, watching
from tracker.reminders.planning.asking import replan_member, replan_person
from tracker.reminders.planning.differences import Differences, Subject, compare
from tracker.reminders.planning.promises import plan_next, write

__all__ = ["plan_follow_up", "plan_new_follow_ups", "replan_member", "replan_person", "sweep", "sweep_side_by_side"]

log = logging.getLogger(__name__)

BATCH = 1000
PLANNERS = 2
# A plan that a crash loses is made again: `next_plan_at` is lost with it. What is sent waits for the disk by itself.
_WAIT_FOR_NO_DISK = text("SELECT set_config('synchronous_commit', 'off', true)")
RETRY_AFTER = timedelta(hours=1)
"""When a follow-up whose planning failed is tried again."""


def plan_follow_up(session: Session, event: FollowUpChanged) -> None:
    """Bring the outbox in line with one changed follow-up, in the transaction of the change."""
    _plan_in_line(session, [event.follow_up_id], event)


def plan_new_follow_ups(session: Session, event: FollowUpsMade) -> None:
    """The same for several new ones of one case, in as many statements as for one."""
    first = FollowUpChanged(event.follow_up_ids[0], event.case_id, "created", event.actor)
    _plan_in_line(session, event.follow_up_ids, first)


def _plan_in_line(session: Session, follow_up_ids: Sequence[UUID], event: FollowUpChanged) -> None:
    now = clock.now()
    differences = _differences(session, follow_up_ids, now, announce=event)
    if event.change == "created":
        differences.next_plans.clear()  # a new row is due for the next sweep already: it says when to look again
    write(session, differences, now)
    if any(wanted.send_at <= now for _, wanted in differences.added):
        nudge.after_commit(session)


def sweep(session: Session, now: datetime, limit: int = BATCH) -> tuple[int, int]:
    """Plan up to `limit` follow-ups that are due for it, as the planner: (rows added, subjects looked at).

    When none is due, what else was asked for; when nothing was, the next slice of the slow sweep over everything.
    The caller commits, and calls again until nothing was looked at.
    """
    ids = list(session.scalars(_due_for_planning(now, limit)))
    if ids:
        session.execute(_WAIT_FOR_NO_DISK)
        return _plan(session, ids, now), len(ids)
    added, looked_at = other_subjects.sweep(session, now)
    if looked_at:
        return added, looked_at
    ids, passed = slow_sweep.next_slice(session, now)
    return (_plan(session, ids, now) if ids else 0), passed


def sweep_side_by_side(
    database: Database, now: Callable[[], datetime], go_on: Callable[[], bool] = lambda: True, planners: int = PLANNERS
) -> int:
    """Work a backlog off with several planners, while `go_on` says so: rows added.

    One makes its plan while the database writes another's; what one holds, the others skip.
    """

    def plan_on() -> int:
        added, looked_at = 0, 1
        while looked_at and go_on():
            with database.unit_of_work(PLANNER) as session:
                some, looked_at = sweep(session, now())
            added += some
        return added

    with ThreadPoolExecutor(planners, thread_name_prefix="planner") as pool:
        return sum(future.result() for future in [pool.submit(plan_on) for _ in range(planners)])


def _plan(session: Session, ids: Sequence[UUID], now: datetime) -> int:
    try:
        with session.begin_nested():
            return write(session, _differences(session, ids, now), now)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        log.warning("planning a batch failed, taking its follow-ups one by one: %s", type(error).__name__)
    except Exception as error:
        log.warning("planning a batch failed, taking its follow-ups one by one: %s", type(error).__name__)
    return sum(_plan_alone(session, follow_up_id, now) for follow_up_id in ids)


def _due_for_planning(now: datetime, limit: int) -> Select[UUID]:
    return (
        select(FollowUpPlan.follow_up_id)
        .where(FollowUpPlan.next_plan_at <= now)
        .order_by(FollowUpPlan.next_plan_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _plan_alone(session: Session, follow_up_id: UUID, now: datetime) -> int:
    try:
        with session.begin_nested():
            return write(session, _differences(session, [follow_up_id], now), now)
    except Exception as error:
        log.error("follow-up %s can't be planned: %s", follow_up_id, type(error).__name__)
        plan_next(session, [(follow_up_id, now + RETRY_AFTER)])
        return 0


def _differences(
    session: Session, follow_up_ids: Sequence[UUID], now: datetime, announce: FollowUpChanged | None = None
) -> Differences:
    is_new = announce is not None and announce.change == "created"
    standing = {} if is_new else due_facts.standing(session, follow_up_ids)
    differences = Differences()
    for subject in due_facts.subjects(session, follow_up_ids, standing, now):
        told = announce is not None and _is_told(announce, subject)
        rows = standing.get(subject.follow_up_id, [])
        compare(differences, subject, rows, now, announce=told)
        if announce is not None and (news := watching.news_of(announce, subject, now)):
            differences.hold(subject.promise, news, rows, now)
    return differences


def _is_told(event: FollowUpChanged, subject: Subject) -> bool:
    """Whoever gave it to themselves knows; an import by the operator hands over old work and announces nothing."""
    if event.change not in ("created", "assigned") or subject.recipient is None:
        return False
    return event.actor.is_person and event.actor.person_id != subject.recipient.person_id
