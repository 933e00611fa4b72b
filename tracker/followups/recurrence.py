"""Work that comes again: standard follow-ups while their status lasts, and others by a rule of RFC 5545."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, literal_column, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased

from tracker.cases.models import Case, CaseEvent
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.hidden_rows import unless_there_already
from tracker.core.ids import new_id
from tracker.core.provenance import new_ref
from tracker.followups import rules
from tracker.followups.models import ChecklistItem, FollowUp, FollowUpChange, FollowUpWatcher
from tracker.followups.rrules import following, parse

log = logging.getLogger(__name__)

BATCH = 200
_ONE_NEXT = ("ix_follow_ups_recurrence_of_id", "uq_follow_ups_period")

_NEXT = aliased(FollowUp)


def make_next(session: Session, actor: Actor, case: Case, done: FollowUp) -> FollowUp | None:
    """The occurrence after `done`: by its rule, or while the case has the status that offered it. None: there is none.

    Completing again after an undo brings the occurrence back that the undo had withdrawn. One that the actor does not
    see stays as it is, and shows itself by nothing.
    """
    made: list[FollowUp | None] = []
    with unless_there_already(session, _ONE_NEXT):
        made.append(_next(session, actor, case, done))
    return made[0] if made else None


def _next(session: Session, actor: Actor, case: Case, done: FollowUp) -> FollowUp | None:
    if done.recurs == "on_completion" and done.rrule:
        return _next_by_rule(session, actor, done)
    if done.every_days is None or done.template_key is None or done.period_key is None:
        return None
    if not _status_lasts(session, case, done.period_key):
        return None
    coming = _occurrence(session, done, rules.next_occurrence(done.period_key))
    if coming is not None and coming.status != "cancelled":
        return None
    if coming is None:
        coming = _copy(done, actor)
        coming.period_key = rules.next_occurrence(done.period_key)
        session.add(coming)
    return _opened(coming, rules.next_due(done.due_on, done.every_days, clock.today()))


def withdraw_next(session: Session, case: Case, reopened: FollowUp) -> FollowUp | None:
    """The occurrence that completing `reopened` had made, unless somebody has worked on it: to be cancelled."""
    if reopened.recurs == "on_completion":
        successor = _successor(session, reopened)
        return successor if successor is not None and successor.status == "open" else None
    if reopened.every_days is None or reopened.template_key is None or reopened.period_key is None:
        return None
    coming = _occurrence(session, reopened, rules.next_occurrence(reopened.period_key))
    return coming if coming is not None and coming.status == "open" and coming.case_id == case.id else None


def make_due(session: Session, now: datetime, limit: int = BATCH, set_aside: set[UUID] | None = None) -> int:
    """Make the next of those series by date whose day has come, however the former stands; how many. Act as PLANNER.

    The caller commits, and calls again until nothing is made. Run twice, it makes nothing twice: the rule moves to the
    new one in the transaction that makes it. A day has come where the day has begun somewhere on earth. `set_aside`
    gets those whose rule can't be read or that somebody holds: with it a next call leaves them alone.
    """
    day = (now + timedelta(hours=14)).date()
    query = select(FollowUp.id, FollowUp.due_on, FollowUp.rrule).where(
        # Written out, not bound: the database must recognise the condition of the partial index.
        FollowUp.recurs == literal_column("'by_date'"),
        FollowUp.due_on <= day,
        FollowUp.status != "cancelled",
    )
    if set_aside:
        query = query.where(FollowUp.id.not_in(list(set_aside)))
    made = 0
    for row in session.execute(query.order_by(FollowUp.due_on).limit(limit)).all():
        if _recur(session, row, day):
            made += 1
        elif set_aside is not None:
            set_aside.add(row.id)
    return made


def _recur(session: Session, row: Any, day: date) -> bool:
    """Make the one after this; False when there is none, when somebody holds it, or when its rule is broken."""
    try:
        with session.begin_nested():
            step = following(parse(row.rrule), row.due_on, day - timedelta(days=1))
            next_on, rule = step if step is not None else (None, None)
            asked = func.app_recur(row.id, new_id(), new_ref(), next_on, str(rule) if rule else None)
            return bool(session.scalar(select(asked)))
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        log.error("follow-up %s can't recur: %s", row.id, type(error).__name__)
    except Exception as error:
        log.error("follow-up %s can't recur: %s", row.id, type(error).__name__)
    return False


def series_ends(session: Session, follow_up: FollowUp, today: date) -> bool:
    """Whether it is the last of a series: its rule ends here, or was used up when its day came and made no next one."""
    if follow_up.rrule is not None:
        return following(parse(follow_up.rrule), follow_up.due_on or today, today) is None
    if follow_up.every_days or (follow_up.recurrence_of_id is None and (follow_up.due_on or today) > today):
        return False
    had_rule = exists().where(FollowUpChange.follow_up_id == follow_up.id, FollowUpChange.after["rrule"].astext != "")
    went_on = exists().where(_NEXT.recurrence_of_id == follow_up.id)
    query = select(FollowUp.id).where(FollowUp.id == follow_up.id, ~went_on)
    return session.scalar(query.where(or_(FollowUp.recurrence_of_id.is_not(None), had_rule))) is not None


def _status_lasts(session: Session, case: Case, period_key: str) -> bool:
    try:
        event_id = UUID(rules.event_of_period(period_key))
    except ValueError:
        return False
    status = session.scalar(select(CaseEvent.status).where(CaseEvent.id == event_id, CaseEvent.voided_at.is_(None)))
    return status is not None and status == case.status


def _occurrence(session: Session, follow_up: FollowUp, period_key: str) -> FollowUp | None:
    return session.scalar(
        select(FollowUp)
        .where(
            FollowUp.case_id == follow_up.case_id,
            FollowUp.template_key == follow_up.template_key,
            FollowUp.period_key == period_key,
        )
        .with_for_update(key_share=True)
    )


def _next_by_rule(session: Session, actor: Actor, done: FollowUp) -> FollowUp | None:
    """Counted from the day of `done` (from today where it has none), past days left out."""
    today = clock.today()
    step = following(parse(done.rrule or ""), done.due_on or today, today)
    coming = _successor(session, done)
    if step is None or (coming is not None and coming.status != "cancelled"):
        return None
    if coming is None:
        coming = _copy(done, actor)
        coming.recurrence_of_id = done.id
        session.add(coming)
        session.flush()
        _copy_lists(session, done, coming)
    coming.rrule, coming.recurs = str(step[1]), done.recurs
    return _opened(coming, step[0])


def _opened(coming: FollowUp, due_on: date) -> FollowUp:
    if coming.due_on != due_on and coming.version is not None:
        coming.due_version += 1
    coming.status, coming.due_on, coming.next_plan_at = "open", due_on, clock.now()
    return coming


def _successor(session: Session, former: FollowUp) -> FollowUp | None:
    query = select(FollowUp).where(FollowUp.recurrence_of_id == former.id)
    return session.scalar(query.with_for_update(key_share=True))


def _copy(done: FollowUp, actor: Actor) -> FollowUp:
    return FollowUp(
        id=new_id(),
        case_id=done.case_id,
        title=done.title,
        kind=done.kind,
        notes=done.notes,
        level=done.level,
        priority=done.priority,
        assignee_id=done.assignee_id,
        assignee_named=done.assignee_named,
        template_key=done.template_key,
        every_days=done.every_days,
        post_id=done.post_id,
        created_by_id=actor.person_id,
    )


def _copy_lists(session: Session, done: FollowUp, coming: FollowUp) -> None:
    items = select(ChecklistItem.position, ChecklistItem.text).where(ChecklistItem.follow_up_id == done.id)
    lines = session.execute(items).all()
    session.add_all(ChecklistItem(follow_up_id=coming.id, position=at, text=text) for at, text in lines)
    people = select(FollowUpWatcher.person_id).where(FollowUpWatcher.follow_up_id == done.id)
    session.add_all(FollowUpWatcher(follow_up_id=coming.id, person_id=one) for one in session.scalars(people).all())
