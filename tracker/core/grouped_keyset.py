"""Reading one page of a list in groups: ordered by the group first, so that a group goes on over the end of a page.

An index must begin with the group's column and go on as the order within. Rows without a group come last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from tracker.core.keyset import Order, read_on
from tracker.core.pages import Page, decode_cursor, encode_cursor


@dataclass(frozen=True, slots=True)
class GroupedOrder:
    """By `group` (values of `kind`), then as `within`. `group_of` takes the group's value out of a row."""

    group: Any
    kind: type
    group_of: Callable[[Any], Any]
    within: Order

    def values_of(self, row: Any) -> list[Any]:
        return [self.group_of(row), *self.within.values_of(row)]


def read_grouped_page(
    session: Session, query: Select[*tuple[Any, ...]], order: GroupedOrder, cursor: str | None, size: int
) -> Page[Any]:
    """One page; a cursor of another list shows the first one, with one statement, later ones take up to four."""
    kinds = (order.kind | None, order.within.kind | None, UUID)
    backward, values = (decode_cursor(cursor, kinds) if cursor else None) or (False, None)
    found = _read(session, query, order, values, backward, size + 1)
    has_more, rows = len(found) > size, found[:size]
    if backward:
        rows.reverse()
    is_first = values is None or (backward and not has_more)
    is_last = not backward and not has_more
    return Page(
        rows,
        next_cursor=encode_cursor(order.values_of(rows[-1])) if rows and not is_last else None,
        previous_cursor=encode_cursor(order.values_of(rows[0]), backward=True) if rows and not is_first else None,
    )


def _read(
    session: Session,
    query: Select[*tuple[Any, ...]],
    order: GroupedOrder,
    values: list[Any] | None,
    backward: bool,
    wanted: int,
) -> list[Any]:
    if values is None:
        return _whole_groups(session, query, order, backward, wanted)
    group, sort, unique = values
    is_here = order.group.is_(None) if group is None else order.group == group
    found = read_on(session, query.where(is_here), order.within, (sort, unique), backward, wanted)
    for stretch in _stretches_after(order.group, group, backward):
        if len(found) < wanted:
            found += _whole_groups(session, query.where(stretch), order, backward, wanted - len(found))
    return found


def _stretches_after(column: Any, group: Any, backward: bool) -> list[Any]:
    if backward:
        return [column.is_not(None) if group is None else column < group]
    return [] if group is None else [column > group, column.is_(None)]


def _whole_groups(
    session: Session, query: Select[*tuple[Any, ...]], order: GroupedOrder, backward: bool, wanted: int
) -> list[Any]:
    """From the first row of a group (backward: from the last): what is empty stands last, as in the index."""
    falling = order.within.descending != backward
    keys = [order.group.desc() if backward else order.group.asc()]
    keys += [column.desc() if falling else column.asc() for column in (order.within.sort, order.within.unique)]
    return list(session.execute(query.order_by(*keys).limit(wanted)))
