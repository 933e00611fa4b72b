"""The list of follow-ups: filters that stand in the address, keyset paging by day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.keyset import Order, read_page
from tracker.core.pages import Page
from tracker.core.statements import kept_statement
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, WorkLine, line, visible_lines

PAGE_SIZE = 40
NOBODY = "nobody"
ACTIVE = "active"
ANY = "any"


BY_DAY = Order(FollowUp.due_on, FollowUp.id, date, lambda row: (row.due_on, row.id))


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
    page = read_page(session, _filtered(actor, filters, today), BY_DAY, cursor, size)
    return replace(page, rows=[line(row) for row in page.rows])


@kept_statement
def _filtered(actor: Actor, filters: Filters, today: date) -> Select[*tuple[Any, ...]]:
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
