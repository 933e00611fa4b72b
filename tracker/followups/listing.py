"""The list of follow-ups: filters that stand in the address, keyset paging by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, tuple_
from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.pages import Page, decode_cursor, encode_cursor
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, WorkLine, line, visible_lines

PAGE_SIZE = 50
NOBODY = "nobody"
ACTIVE = "active"
ANY = "any"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for. `assignee`: a person's id or NOBODY. `status`: a status, ACTIVE or ANY."""

    assignee: UUID | str | None = None
    status: str = ACTIVE
    kind: str | None = None
    case_reference: str | None = None
    due_from: date | None = None
    due_to: date | None = None
    overdue: bool = False

    @property
    def are_set(self) -> bool:
        return self != Filters()


def list_follow_ups(
    session: Session, actor: Actor, filters: Filters, today: date, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[WorkLine]:
    """One page, earliest day first, those without a day at the end. At most two statements."""
    backward, after = (decode_cursor(cursor) if cursor else None) or (False, [])
    place = _place(after)
    query = _filtered(actor, filters, today)
    rows = _rows(session, query, place, backward, size + 1)
    has_more, rows = len(rows) > size, rows[:size]
    if backward:
        rows.reverse()
    lines = [line(row) for row in rows]
    return Page(
        lines,
        next_cursor=_cursor(lines, -1, False) if lines and (has_more or backward) else None,
        previous_cursor=_cursor(lines, 0, True)
        if lines and ((place and not backward) or (backward and has_more))
        else None,
    )


Place = tuple[date | None, UUID]


def _place(after: Sequence[Any]) -> Place | None:
    """Where the last page ended; a cursor of another list shows the first page."""
    if len(after) != 2 or not isinstance(after[1], UUID) or not isinstance(after[0], date | None):
        return None
    return after[0], after[1]


def _cursor(lines: Sequence[WorkLine], index: int, backward: bool) -> str:
    follow_up = lines[index].follow_up
    return encode_cursor([follow_up.due_on, follow_up.id], backward=backward)


def _rows(
    session: Session, query: Select[FollowUp, str, str, str, str], place: Place | None, backward: bool, wanted: int
) -> list[Row[FollowUp, str, str, str, str]]:
    """Dated rows and rows without a date are two stretches of the index: each is read only when it is reached."""
    dated = FollowUp.due_on.is_not(None)
    stretches = [(False, query.where(~dated)), (True, query.where(dated))]
    if not backward:
        stretches.reverse()
    found: list[Row[FollowUp, str, str, str, str]] = []
    reached = place is None
    for is_dated, stretch in stretches:
        begins_here = place is not None and is_dated == (place[0] is not None)
        reached = reached or begins_here
        if not reached or len(found) >= wanted:
            continue
        ordered = _ordered(stretch, place if begins_here else None, backward)
        found += session.execute(ordered.limit(wanted - len(found))).all()
    return found


def _ordered(
    stretch: Select[FollowUp, str, str, str, str], place: Place | None, backward: bool
) -> Select[FollowUp, str, str, str, str]:
    columns = (FollowUp.due_on, FollowUp.id)
    if place is not None:
        here = tuple_(*columns) if place[0] is not None else FollowUp.id
        there = tuple_(*place) if place[0] is not None else place[1]
        stretch = stretch.where(here < there if backward else here > there)
    return stretch.order_by(*(column.desc() if backward else column for column in columns))


def _filtered(actor: Actor, filters: Filters, today: date) -> Select[FollowUp, str, str, str, str]:
    query = visible_lines(actor)
    if filters.status == ACTIVE or filters.overdue:
        query = query.where(IS_ACTIVE)
    elif filters.status != ANY:
        query = query.where(FollowUp.status == filters.status)
    if filters.assignee == NOBODY:
        query = query.where(FollowUp.assignee_id.is_(None))
    elif filters.assignee is not None:
        query = query.where(FollowUp.assignee_id == filters.assignee)
    if filters.kind:
        query = query.where(FollowUp.kind == filters.kind)
    if filters.case_reference:
        query = query.where(Case.reference == filters.case_reference.upper())
    if filters.overdue:
        query = query.where(FollowUp.due_on < today)
    if filters.due_from:
        query = query.where(FollowUp.due_on >= filters.due_from)
    if filters.due_to:
        query = query.where(FollowUp.due_on <= filters.due_to)
    return query
