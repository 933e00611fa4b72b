"""Home's question: what is mine (or my team's) to do, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, literal_column, or_, select, union_all
from sqlalchemy.orm import Session

from tracker.core.actor import Actor
from tracker.core.statements import kept_statement
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, WorkLine, line, visible_follow_ups, visible_lines

SOON_DAYS = 14
WAITING = "waiting"
_IS_WAITING = FollowUp.status == literal_column(f"'{WAITING}'")
"""Written out: an index holds these alone."""
GROUPS = ("overdue", "today", "soon", "later", "waiting", "undated")
ROWS_OF_A_GROUP = 12
SHORTER_GROUPS = {"today": 10, "soon": 8, "waiting": 5, "undated": 5}
"""Home shows the beginning of each group, the urgent ones further: forty rows at most. The list has the rest."""


@dataclass(frozen=True, slots=True)
class Group:
    """One heading of home. `more`: there are further rows than these."""

    key: str
    lines: Sequence[WorkLine] = field(default_factory=list)
    more: bool = False


def my_follow_ups(
    session: Session, actor: Actor, today: date, *, team: bool = False, groups: Sequence[str] = GROUPS
) -> dict[str, Group]:
    """Active follow-ups by when they are due, of `actor` or (`team`) of everybody. One statement, whatever the size.

    What somebody snoozed is hidden from themselves until its day, and not from the team.
    """
    assignee_id = None if team else actor.person_id
    if not team and assignee_id is None:
        return {key: Group(key) for key in groups}
    rows = session.execute(_statement(actor, today, assignee_id, tuple(groups))).all()
    return {key: _group(key, [line(row) for row in rows if row[-1] == key]) for key in groups}


@kept_statement
def _statement(
    actor: Actor, today: date, assignee_id: UUID | None, groups: tuple[str, ...]
) -> Select[*tuple[Any, ...]]:
    picked = union_all(*(_pick(actor, key, today, assignee_id) for key in groups)).subquery()
    return (
        visible_lines(actor)
        .add_columns(picked.c.group)
        .join(picked, picked.c.id == FollowUp.id)
        .order_by(FollowUp.due_on, FollowUp.id)
    )


def rows_of(key: str) -> int:
    """How many rows of a group home shows."""
    return SHORTER_GROUPS.get(key, ROWS_OF_A_GROUP)


def _group(key: str, lines: Sequence[WorkLine]) -> Group:
    return Group(key, lines[: rows_of(key)], len(lines) > rows_of(key))


def _pick(actor: Actor, key: str, today: date, assignee_id: UUID | None) -> Select[UUID, str]:
    query = visible_follow_ups(actor).with_only_columns(FollowUp.id, literal(key).label("group"))
    if assignee_id is not None:
        awake = or_(FollowUp.snoozed_until.is_(None), FollowUp.snoozed_until <= today)
        query = query.where(FollowUp.assignee_id == assignee_id, awake)
    query = query.where(IS_ACTIVE, _is_in(key, today))
    return select(query.order_by(FollowUp.due_on, FollowUp.id).limit(rows_of(key) + 1).subquery())


def _is_in(key: str, today: date) -> ColumnElement[bool]:
    """Waiting work stands under "waiting" until its day has come."""
    due = FollowUp.due_on
    at_work = FollowUp.status != WAITING
    last_soon = today + timedelta(days=SOON_DAYS)
    return {
        "overdue": due < today,
        "today": due == today,
        "soon": and_(at_work, due > today, due <= last_soon),
        "later": and_(at_work, due > last_soon),
        "waiting": and_(_IS_WAITING, or_(due > today, due.is_(None))),
        "undated": and_(at_work, due.is_(None)),
    }[key]
