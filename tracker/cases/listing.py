"""The list of cases: filters, orders, pages that cost the same however far one goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Uuid, and_, any_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session

from tracker.access.levels import OPEN_LEVELS
from tracker.access.matching import Asked, ask
from tracker.access.visibility import is_open, member_case_ids
from tracker.accounts.models import Person
from tracker.cases.history import Projection
from tracker.cases.models import Case, CaseEvent, CaseVisit
from tracker.cases.projection import sight_by
from tracker.cases.queries import in_order, visible_cases, visible_events
from tracker.cases.stalled import is_stalled
from tracker.core.actor import Actor
from tracker.core.grouped_keyset import GroupedOrder, read_grouped_page
from tracker.core.keyset import Order
from tracker.core.pages import Page, decode_cursor, encode_cursor
from tracker.core.statements import kept_statement

PAGE_SIZE = 40
SORTS = ("activity", "deadline", "title")
QUIET = "quiet"
NOBODY = "nobody"
COUNTED = 1000
"""Further than this nobody counts what filters hide."""
MOST_WALKED = 10_000
"""At most so many cases are asked at once whether common words find them, before each is asked by itself."""


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What the address says. Empty: no filter. `lead`: a person's id, or NOBODY. `due_from` and `due_to` count in.

    `sort`: one of SORTS; or QUIET, the longest silent first, among those that are stalled on the day
    `stalled_on`.
    """

    text: str = ""
    pathways: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    country: str = ""
    levels: tuple[str, ...] = ()
    dossier_id: UUID | None = None
    mine: bool = False
    lead: UUID | str | None = None
    due_from: date | None = None
    due_to: date | None = None
    gaps: bool = False
    stalled_on: date | None = None
    changed: bool = False
    sort: str = "activity"

    @property
    def any(self) -> bool:
        return replace(self, sort="activity") != CaseFilters()


LINE_COLUMNS: tuple[Any, ...] = (
    Case.id,
    Case.reference,
    Case.title,
    Case.pathway,
    Case.level,
    Case.status,
    Case.phase,
    Case.status_since,
    Case.countries,
    Case.details,
    Case.next_due_on,
    Case.activity_at,
    Case.gap_count,
    Case.last_event_on,
    Case.version,
)
"""What a list shows of a case: columns only, since a list of whole objects costs twice the time."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of the list, as the reader knows it: `sight` differs from the row where entries are for members only.

    `case` has the attributes of LINE_COLUMNS.
    """

    case: Row[*tuple[Any, ...]]
    lead_name: str | None
    sight: Projection | None = None

    @property
    def status(self) -> str | None:
        return self.sight.status if self.sight else self.case.status

    @property
    def phase(self) -> str | None:
        return self.sight.phase if self.sight else self.case.phase

    @property
    def since(self) -> str | None:
        return self.sight.since.text if self.sight else self.case.status_since


def list_cases(
    session: Session,
    actor: Actor,
    filters: CaseFilters,
    cursor: str | None,
    *,
    group: str = "",
    size: int = PAGE_SIZE,
) -> Page[CaseLine]:
    """One page of the visible cases. Two statements, three where the reader knows more than the row tells; words take
    one more, and another where they are neither rare nor common.

    `group`: one of GROUPED, whose cases then stand together, the latest change first; its pages take two more.
    """
    asked = ask(session, "case", filters.text) if filters.text else None
    if group in GROUPED:
        page = read_grouped_page(session, _in_no_order(actor, filters, asked), GROUPED[group], cursor, size)
        return replace(page, rows=_with_own_sight(session, actor, page.rows))
    decoded = decode_cursor(cursor, _KINDS[filters.sort]) if cursor else None
    backward, values = decoded or (False, None)
    place = None if values is None else "empty" if values[0] is None else "filled"
    rows = _read(session, (actor, filters, backward, place, size, asked), values or ())
    more, rows = len(rows) > size, rows[:size]
    if backward:
        rows.reverse()
    lines = _with_own_sight(session, actor, rows)
    return _page(lines, filters.sort, backward=backward, more=more, started=values is not None)


def _read(session: Session, wanted: tuple[Any, ...], values: Sequence[Any]) -> list[Row[*tuple[Any, ...]]]:
    """The rows of a page and one more; `wanted` is what _page_statement takes."""
    *_how, size, asked = wanted
    said = dict(zip(("value", "tie"), values, strict=False))
    if asked is not None and not asked.is_rare:
        rows = list(session.execute(_walked_statement(*wanted), said))
        if len(rows) > size:
            return rows
    return list(session.execute(_page_statement(*wanted), said))


@kept_statement
def _in_no_order(actor: Actor, filters: CaseFilters, asked: Asked | None) -> Select[*tuple[Any, ...]]:
    statement = _filtered(actor, filters, asked).with_only_columns(*LINE_COLUMNS, Person.name.label("lead_name"))
    return statement.outerjoin(Person, Person.id == Case.lead_id)


@kept_statement
def _page_statement(
    actor: Actor, filters: CaseFilters, backward: bool, place: str | None, size: int, asked: Asked | None
) -> Select[*tuple[Any, ...]]:
    """One page and one row more. `place`: None for the first page, else whether `value` comes with `tie`."""
    keys = _KEYS[filters.sort]
    statement = _in_no_order(actor, filters, asked)
    if place is not None:
        value = bindparam("value", type_=keys[0][0].type) if place == "filled" else None
        statement = statement.where(_beyond(keys, (value, bindparam("tie", type_=keys[1][0].type)), backward))
    return statement.order_by(*_orders(filters, backward)).limit(size + 1)


@kept_statement
def _walked_statement(
    actor: Actor, filters: CaseFilters, backward: bool, place: str | None, size: int, asked: Asked
) -> Select[*tuple[Any, ...]]:
    """The same page, as far as its rows are among as many cases of the list without words as likely hold a page."""
    most = min(MOST_WALKED, asked.one_in * (size + 1))
    walked = _page_statement(actor, filters, backward, place, most - 1, None).with_only_columns(Case.id)
    # Not by a join, which would be made for all that are found before the page is cut off.
    lead_name = select(Person.name).where(Person.id == Case.lead_id).scalar_subquery().label("lead_name")
    statement = visible_cases(actor).with_only_columns(*LINE_COLUMNS, lead_name)
    statement = statement.where(asked.finds_among(walked, Case.id))
    return statement.order_by(*_orders(filters, backward)).limit(size + 1)


def _orders(filters: CaseFilters, backward: bool) -> list[ColumnElement[Any]]:
    return [column.asc() if ascending is not backward else column.desc() for column, ascending in _KEYS[filters.sort]]


def hidden_by_filters(session: Session, actor: Actor) -> int:
    """How many visible cases there are at all, counted no further than COUNTED."""
    some = visible_cases(actor).with_only_columns(Case.id).limit(COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _filtered(actor: Actor, filters: CaseFilters, asked: Asked | None) -> Select[Any]:
    statement = visible_cases(actor)
    exact: Mapping[Any, tuple[str, ...]] = {
        Case.pathway: filters.pathways,
        Case.status: filters.statuses,
        Case.phase: filters.phases,
        Case.level: filters.levels,
    }
    for column, said in exact.items():
        if said:
            statement = statement.where(column == said[0] if len(said) == 1 else column.in_(said))
    statement = statement.where(*_more_filters(filters))
    if filters.country:
        statement = statement.where(Case.countries.contains([filters.country]))
    if filters.dossier_id is not None:
        statement = statement.where(Case.dossier_id == filters.dossier_id)
    if filters.mine:
        statement = statement.where(Case.id.in_(member_case_ids(actor)))
    if filters.changed:
        own = and_(CaseVisit.case_id == Case.id, CaseVisit.person_id == actor.person_id)
        statement = statement.join(CaseVisit, own).where(Case.activity_at > CaseVisit.seen_at)
    if asked is not None:
        statement = statement.where(asked.finds(Case.id))
    return statement


def _more_filters(filters: CaseFilters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.lead == NOBODY:
        wanted.append(Case.lead_id.is_(None))
    elif filters.lead is not None:
        wanted.append(Case.lead_id == filters.lead)
    if filters.due_from:
        wanted.append(Case.next_due_on >= filters.due_from)
    if filters.due_to:
        wanted.append(Case.next_due_on <= filters.due_to)
    if filters.gaps:
        wanted.append(Case.gap_count > 0)
    if filters.stalled_on is not None:
        wanted.append(is_stalled(filters.stalled_on))
    return wanted


_KEYS: dict[str, tuple[tuple[Any, bool], ...]] = {
    "activity": ((Case.activity_at, False), (Case.id, False)),
    "deadline": ((Case.next_due_on, True), (Case.id, True)),
    "title": ((Case.title, True), (Case.id, True)),
    "quiet": ((Case.last_event_on, True), (Case.id, True)),
}
"""Column and whether it rises, as the indexes on cases run."""
_KINDS = {"activity": (datetime, UUID), "deadline": (date | None, UUID), "title": (str, UUID), "quiet": (date, UUID)}
"""What a cursor of each order holds."""


_LATEST_FIRST = Order(
    Case.activity_at,
    Case.id,
    datetime,
    lambda row: (row.activity_at, row.id),
    descending=True,
    may_be_empty=False,
)
GROUPED: dict[str, GroupedOrder] = {
    "pathway": GroupedOrder(Case.pathway, str, lambda row: row.pathway, _LATEST_FIRST),
    "phase": GroupedOrder(Case.phase, str, lambda row: row.phase, _LATEST_FIRST),
}
"""Groups that an index carries: they go on from page to page."""


def _values(case: Row[*tuple[Any, ...]], sort: str) -> list[Any]:
    return [getattr(case, _KEYS[sort][0][0].key), case.id]


def _beyond(keys: Sequence[tuple[Any, bool]], values: Sequence[Any], backward: bool) -> ColumnElement[bool]:
    (first, rises), (second, _rises) = keys
    value, tie = values
    forwards = rises is not backward
    later = second > tie if forwards else second < tie
    if first is Case.next_due_on:
        return _beyond_nullable(first, value, later, forwards)
    return tuple_(first, second) > tuple_(value, tie) if forwards else tuple_(first, second) < tuple_(value, tie)


def _beyond_nullable(first: Any, value: Any, later: Any, forwards: bool) -> ColumnElement[bool]:
    """Cases without a deadline stand last, as NULLs do in the index."""
    if value is None:
        return and_(first.is_(None), later) if forwards else or_(first.is_not(None), later)
    if forwards:
        return or_(first > value, and_(first == value, later), first.is_(None))
    return or_(first < value, and_(first == value, later))


def _page(lines: list[CaseLine], sort: str, *, backward: bool, more: bool, started: bool) -> Page[CaseLine]:
    if not lines:
        return Page(lines)
    has_next = more if not backward else True
    has_previous = started if not backward else more
    return Page(
        lines,
        next_cursor=encode_cursor(_values(lines[-1].case, sort)) if has_next else None,
        previous_cursor=encode_cursor(_values(lines[0].case, sort), backward=True) if has_previous else None,
    )


def _with_own_sight(session: Session, actor: Actor, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[CaseLine]:
    """The lines, projected anew where the reader sees entries that the row must not tell of."""
    special = _cases_with_more(session, actor, [row.id for row in rows if row.level in OPEN_LEVELS])
    events: dict[UUID, list[CaseEvent]] = {case_id: [] for case_id in special}
    if special:
        statement = visible_events(actor).where(CaseEvent.case_id.in_(special), CaseEvent.voided_at.is_(None))
        for event in session.scalars(statement.order_by(*in_order())):
            events[event.case_id].append(event)
    return [
        CaseLine(row, row.lead_name, sight_by(row.pathway, row.details, events[row.id]) if row.id in events else None)
        for row in rows
    ]


def _cases_with_more(session: Session, actor: Actor, case_ids: list[UUID]) -> set[UUID]:
    if not case_ids:
        return set()
    return set(session.scalars(_secret_entries(actor), {"case_ids": case_ids}))


@kept_statement
def _secret_entries(actor: Actor) -> Select[UUID]:
    """Ids of those of the cases `case_ids` whose rows do not tell everything that `actor` sees."""
    return (
        visible_events(actor)
        .with_only_columns(CaseEvent.case_id)
        .distinct()
        .where(
            CaseEvent.case_id == any_(bindparam("case_ids", type_=ARRAY(Uuid))),
            CaseEvent.voided_at.is_(None),
            CaseEvent.level.is_not(None),
            ~is_open(CaseEvent.level),
        )
    )
