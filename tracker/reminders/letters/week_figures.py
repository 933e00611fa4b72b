"""A head's week: what is late, what comes, what was done and what has changed, of all that this head sees."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.access.visibility import is_open, sees, sees_own_level
from tracker.cases.models import Case, CaseEvent
from tracker.core.actor import Actor
from tracker.followups.models import ACTIVE_STATUSES, FollowUp
from tracker.pathways.models import StoredDefinition
from tracker.reminders.letters import CaseLine, WeekFigures
from tracker.reminders.letters.holding import Addressee
from tracker.reminders.letters.seen_cases import definition_of_entry, exact_day, status_label

DAYS = 7
ENDING_WITHIN_DAYS = 60
OLDEST_NEWS_DAYS = 31
"""What was entered this week but happened long before is history that somebody keys in, no news."""
MOST_LINES = 8


def week_figures(session: Session, to: Addressee, week: str, now: datetime) -> WeekFigures:
    """The figures of the seven days before and after `now`, counted in the reader's days. Five statements."""
    actor, today = to.actor, to.today(now)
    overdue, overdue_lines = _work(session, actor, FollowUp.due_on < today)
    soon = and_(FollowUp.due_on >= today, FollowUp.due_on < today + timedelta(days=DAYS))
    due_soon, due_soon_lines = _work(session, actor, soon)
    moved, moved_lines = _moves(session, actor, today, now)
    ending, ending_lines = _endings(session, actor, today)
    return WeekFigures(
        week=week,
        overdue=overdue,
        due_soon=due_soon,
        done=_done(session, actor, today),
        moved=moved,
        ending=ending,
        overdue_lines=overdue_lines,
        due_soon_lines=due_soon_lines,
        moved_lines=moved_lines,
        ending_lines=ending_lines,
    )


def _first(
    session: Session, query: Select[*tuple[Any, ...]], is_open_row: ColumnElement[bool], *order: Any
) -> tuple[int, list[Any]]:
    """How many rows there are, and the first few of those that a mail may name. One statement."""
    counted = query.add_columns(func.count().over().label("total"), is_open_row.label("is_open"))
    rows = session.execute(counted.order_by(is_open_row.desc(), *order).limit(MOST_LINES)).all()
    return (rows[0].total if rows else 0), [row for row in rows if row.is_open]


def _work(session: Session, actor: Actor, when: ColumnElement[bool]) -> tuple[int, tuple[CaseLine, ...]]:
    query = (
        select(Case.reference, FollowUp.title, FollowUp.due_on)
        .join(Case, Case.id == FollowUp.case_id)
        .where(FollowUp.status.in_(ACTIVE_STATUSES), when, *_sees_work(actor))
    )
    names_it = _may_be_named(FollowUp.level)
    total, rows = _first(session, query, names_it, FollowUp.due_on, FollowUp.id)
    return total, tuple(CaseLine(row.reference, row.title, row.due_on) for row in rows)


def _done(session: Session, actor: Actor, today: date) -> int:
    query = (
        select(func.count())
        .select_from(FollowUp)
        .join(Case, Case.id == FollowUp.case_id)
        .where(FollowUp.status == "done", FollowUp.completed_on > today - timedelta(days=DAYS), *_sees_work(actor))
    )
    return session.scalar(query) or 0


def _moves(session: Session, actor: Actor, today: date, now: datetime) -> tuple[int, tuple[CaseLine, ...]]:
    query = (
        select(
            Case.reference, Case.title, CaseEvent.occurred_on, CaseEvent.status, status_label().label("status_label")
        )
        .join(Case, Case.id == CaseEvent.case_id)
        .outerjoin(StoredDefinition, definition_of_entry())
        .where(
            CaseEvent.status.is_not(None),
            CaseEvent.voided_at.is_(None),
            CaseEvent.entered_at > now - timedelta(days=DAYS),
            or_(CaseEvent.latest.is_(None), CaseEvent.latest >= today - timedelta(days=OLDEST_NEWS_DAYS)),
            sees(actor, Case.level, Case.id),
            sees_own_level(actor, CaseEvent.level, CaseEvent.case_id),
        )
    )
    total, rows = _first(session, query, _may_be_named(CaseEvent.level), CaseEvent.entered_at.desc(), CaseEvent.id)
    return total, tuple(
        CaseLine(row.reference, row.title, exact_day(row.occurred_on), row.status_label or row.status) for row in rows
    )


def _endings(session: Session, actor: Actor, today: date) -> tuple[int, tuple[CaseLine, ...]]:
    query = select(Case.reference, Case.title, Case.expires_on).where(
        Case.expires_on >= today,
        Case.expires_on <= today + timedelta(days=ENDING_WITHIN_DAYS),
        or_(Case.phase.is_(None), Case.phase != "closed"),
        sees(actor, Case.level, Case.id),
    )
    total, rows = _first(session, query, is_open(Case.level), Case.expires_on, Case.id)
    return total, tuple(CaseLine(row.reference, row.title, row.expires_on) for row in rows)


def _sees_work(actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return sees(actor, Case.level, Case.id), sees_own_level(actor, FollowUp.level, FollowUp.case_id)


def _may_be_named(own_level: Any) -> ColumnElement[bool]:
    """Whether a mail may hold reference and title: public and internal matters only."""
    return and_(is_open(Case.level), or_(own_level.is_(None), is_open(own_level)))
