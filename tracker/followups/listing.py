"""The list of follow-ups: filters that stand in the address, keyset paging by day, groups that an index carries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, false, func, or_, select, true
from sqlalchemy.orm import Session

from tracker.access.matching import Asked, ask
from tracker.cases.models import Case
from tracker.contacts.models import Contact
from tracker.core.actor import Actor
from tracker.core.grouped_keyset import GroupedOrder, read_grouped_page
from tracker.core.keyset import Order, read_page
from tracker.core.pages import Page
from tracker.core.statements import kept_statement
from tracker.followups.models import FollowUp, FollowUpWatcher
from tracker.followups.queries import IS_ACTIVE, WorkLine, line, visible_follow_ups, visible_lines

PAGE_SIZE = 28
NOBODY = "nobody"
ACTIVE = "active"
ANY = "any"
COUNTED = 1000
"""Further than this nobody counts what filters hide."""

BY_DAY = Order(FollowUp.due_on, FollowUp.id, date, lambda row: (row.due_on, row.id))
GROUPED: dict[str, GroupedOrder] = {
    "assignee": GroupedOrder(FollowUp.assignee_id, UUID, lambda row: row.assignee_id, BY_DAY),
    "status": GroupedOrder(FollowUp.status, str, lambda row: row.status, BY_DAY),
    "case": GroupedOrder(FollowUp.case_id, UUID, lambda row: row.case_id, BY_DAY),
}
"""Groups that an index carries: they go on from page to page."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for. `assignee`: a person's id or NOBODY. `status`: a status, ACTIVE or ANY.

    `statuses`, where there are several, go before `status`. `snoozed`: only those put off (True), or only others.
    """

    assignee: UUID | str | None = None
    status: str = ACTIVE
    statuses: tuple[str, ...] = ()
    kind: str | None = None
    kinds: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    case_reference: str | None = None
    due_from: date | None = None
    due_to: date | None = None
    overdue: bool = False
    undated: bool = False
    snoozed: bool | None = None
    watching: bool = False
    text: str = ""

    @property
    def are_set(self) -> bool:
        return self != Filters()

    @property
    def only_active(self) -> bool:
        return self.overdue or (self.status == ACTIVE and not self.statuses)


@dataclass(frozen=True, slots=True)
class ListLine(WorkLine):
    """A follow-up with everything that its list can show. `waiting_on`: in words, or the contact's name."""

    version: int
    priority: str
    snoozed_until: date | None
    waiting_since: date | None
    completed_on: date | None
    waiting_on: str | None


_MORE: tuple[Any, ...] = (
    FollowUp.version,
    FollowUp.priority,
    FollowUp.snoozed_until,
    FollowUp.waiting_since,
    FollowUp.completed_on,
    func.coalesce(FollowUp.waiting_on, Contact.name).label("waiting_on"),
)


def goes_on(group: str, filters: Filters) -> bool:
    """Whether a group of `group` goes on over the end of a page. The index by assignee holds only open work."""
    return group in GROUPED and (group != "assignee" or filters.only_active)


def list_follow_ups(
    session: Session,
    actor: Actor,
    filters: Filters,
    today: date,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
    *,
    group: str = "",
) -> Page[ListLine]:
    """One page, earliest day first, those without a day at the end. At most two statements, in groups four."""
    asked = ask(session, "follow_up", filters.text) if filters.text else None
    query = _filtered(actor, filters, today, asked)
    if goes_on(group, filters):
        page = read_grouped_page(session, query, GROUPED[group], cursor, size)
    else:
        page = read_page(session, query, BY_DAY, cursor, size)
    return replace(page, rows=[_line(row) for row in page.rows])


def hidden_by_filters(session: Session, actor: Actor) -> int:
    """How much visible work is still to do at all, counted no further than COUNTED."""
    some = visible_follow_ups(actor).with_only_columns(FollowUp.id).where(IS_ACTIVE).limit(COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _line(row: Row[*tuple[Any, ...]]) -> ListLine:
    known = line(row)
    return ListLine(
        known.follow_up,
        known.case_reference,
        known.case_title,
        known.case_level,
        known.assignee_name,
        *row[-len(_MORE) :],
    )


@kept_statement
def _filtered(actor: Actor, filters: Filters, today: date, asked: Asked | None) -> Select[*tuple[Any, ...]]:
    query = visible_lines(actor).outerjoin(Contact, Contact.id == FollowUp.waiting_on_contact_id).add_columns(*_MORE)
    found = () if asked is None else (asked.finds(FollowUp.id),)
    return query.where(_of_status(filters), *_of_what(actor, filters), *_of_when(filters, today), *found)


def _of_status(filters: Filters) -> ColumnElement[bool]:
    if filters.only_active:
        return IS_ACTIVE
    if filters.statuses:
        return _is_one_of(FollowUp.status, filters.statuses)
    return true() if filters.status == ANY else FollowUp.status == filters.status


def _of_what(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.assignee == NOBODY:
        wanted.append(FollowUp.assignee_id.is_(None))
    elif filters.assignee is not None:
        wanted.append(FollowUp.assignee_id == filters.assignee)
    kinds = filters.kinds or ((filters.kind,) if filters.kind else ())
    if kinds:
        wanted.append(_is_one_of(FollowUp.kind, kinds))
    if filters.priorities:
        wanted.append(_is_one_of(FollowUp.priority, filters.priorities))
    if filters.case_reference:
        wanted.append(Case.reference == filters.case_reference.upper())
    if filters.watching:
        wanted.append(_is_watched_by(actor))
    return wanted


def _of_when(filters: Filters, today: date) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.overdue:
        wanted.append(FollowUp.due_on < today)
    if filters.undated:
        wanted.append(FollowUp.due_on.is_(None))
    if filters.due_from:
        wanted.append(FollowUp.due_on >= filters.due_from)
    if filters.due_to:
        wanted.append(FollowUp.due_on <= filters.due_to)
    if filters.snoozed is True:
        wanted.append(FollowUp.snoozed_until > today)
    elif filters.snoozed is False:
        wanted.append(or_(FollowUp.snoozed_until.is_(None), FollowUp.snoozed_until <= today))
    return wanted


def _is_watched_by(actor: Actor) -> ColumnElement[bool]:
    if actor.person_id is None:
        return false()
    mine = select(FollowUpWatcher.follow_up_id).where(FollowUpWatcher.person_id == actor.person_id)
    return FollowUp.id.in_(mine)


def _is_one_of(column: Any, values: tuple[str, ...]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column == values[0] if len(values) == 1 else column.in_(values)
    return found
