"""Reading one page of a list whose sort column may be empty: rows without a value come last.

Rows with a value and rows without are two stretches of an index; each is read only when the page reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, tuple_
from sqlalchemy.orm import Session

from tracker.core.pages import Page, decode_cursor, encode_cursor
from tracker.core.statements import kept_statement


@dataclass(frozen=True, slots=True)
class Order:
    """By `sort` (whose values are of `kind`), then by `unique` (a UUID). `values_of` takes both out of a row."""

    sort: Any
    unique: Any
    kind: type
    values_of: Callable[[Any], tuple[Any, UUID]]
    descending: bool = False
    may_be_empty: bool = True


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the last page ended, and the way to read on from there."""

    value: Any
    unique: UUID
    backward: bool


@dataclass(frozen=True, slots=True)
class _Start:
    """That a stretch starts after a row, and whether that row has a value."""

    is_filled: bool


def read_page(
    session: Session, query: Select[*tuple[Any, ...]], order: Order, cursor: str | None, size: int
) -> Page[Any]:
    """One page of `query`'s rows; a cursor that is none shows the first page. At most two statements."""
    place = _place_of(cursor, order)
    backward = place is not None and place.backward
    found = _read(session, query, order, place, size + 1)
    has_more, rows = len(found) > size, found[:size]
    if backward:
        rows.reverse()
    is_first = place is None or (backward and not has_more)
    is_last = not backward and not has_more
    return Page(
        rows,
        next_cursor=encode_cursor(order.values_of(rows[-1])) if rows and not is_last else None,
        previous_cursor=encode_cursor(order.values_of(rows[0]), backward=True) if rows and not is_first else None,
    )


def read_on(
    session: Session,
    query: Select[*tuple[Any, ...]],
    order: Order,
    after: tuple[Any, UUID],
    backward: bool,
    wanted: int,
) -> list[Any]:
    """Up to `wanted` rows that come after the row of these two values; backward: before it, the nearest first."""
    return _read(session, query, order, _Place(*after, backward), wanted)


def _place_of(cursor: str | None, order: Order) -> _Place | None:
    """None for no cursor, and for one that belongs to another list."""
    backward, values = (decode_cursor(cursor) if cursor else None) or (False, [])
    if len(values) != 2 or not isinstance(values[1], UUID):
        return None
    is_empty = values[0] is None and order.may_be_empty
    return _Place(values[0], values[1], backward) if is_empty or isinstance(values[0], order.kind) else None


def _read(
    session: Session, query: Select[*tuple[Any, ...]], order: Order, place: _Place | None, wanted: int
) -> list[Any]:
    backward = place is not None and place.backward
    found: list[Any] = []
    for is_filled in _stretches(order, place):
        begins_here = place is not None and is_filled == (place.value is not None)
        start = _Start(place.value is not None) if place is not None and begins_here else None
        values = {"place_value": place.value, "place_unique": place.unique} if place is not None and start else {}
        values["wanted"] = wanted - len(found)
        found += _rows(session, _stretch(query, order, is_filled, start, backward), values)
        if len(found) >= wanted:
            break
    return found


def _stretches(order: Order, place: _Place | None) -> Sequence[bool]:
    """Which stretches to read, in the way of reading: True is the one with values."""
    if not order.may_be_empty:
        return (True,)
    if place is None:
        return (True, False)
    if place.backward:
        return (True,) if place.value is not None else (False, True)
    return (True, False) if place.value is not None else (False,)


@kept_statement
def _stretch(
    query: Select[*tuple[Any, ...]], order: Order, is_filled: bool, start: _Start | None, backward: bool
) -> Select[*tuple[Any, ...]]:
    """The stretch with its order and limit. Found again for a `query` that is itself kept: the object is the key."""
    stretch = query
    if order.may_be_empty:
        stretch = query.where(order.sort.is_not(None) if is_filled else order.sort.is_(None))
    return _in_order(stretch, order, start, backward).limit(bindparam("wanted", type_=Integer))


def _in_order(
    stretch: Select[*tuple[Any, ...]], order: Order, start: _Start | None, backward: bool
) -> Select[*tuple[Any, ...]]:
    falling = order.descending != backward
    if start is not None:
        value = bindparam("place_value", type_=order.sort.type)
        unique = bindparam("place_unique", type_=order.unique.type)
        here = tuple_(order.sort, order.unique) if start.is_filled else order.unique
        there = tuple_(value, unique) if start.is_filled else unique
        stretch = stretch.where(here < there if falling else here > there)
    columns = (order.sort, order.unique)
    return stretch.order_by(*(column.desc() if falling else column.asc() for column in columns))


def _rows(session: Session, query: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> list[Any]:
    """Rows of several columns as they are; those of one column as that column."""
    result = session.execute(query, values)
    return list(result.scalars() if len(query.column_descriptions) == 1 else result)
