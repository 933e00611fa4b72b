"""What a list can show: its columns, orders and groupings; and what an address asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `sort`: the word of the address that orders by it, where an index carries that order.

    `fixed`: always shown, for it leads to the page of the row.
    """

    key: str
    label: Any
    shown: bool = True
    sort: str | None = None
    falls: bool = False
    fixed: bool = False
    class_: str = ""


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list that has an address: `area` names it in saved views, `endpoint` is where it stands, and where its file.

    `sorts`: words of `sort=`, the first is the usual one. `groups`: words of `group=` and what they are called.
    """

    area: str
    endpoint: str
    export_endpoint: str
    title: Any
    columns: tuple[Column, ...]
    sorts: tuple[str, ...]
    groups: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """How the reader wants a list: which columns, in which order, under which headings."""

    kind: ListKind
    columns: tuple[Column, ...]
    sort: str
    group: str = ""

    def shows(self, key: str) -> bool:
        return any(column.key == key for column in self.columns)

    def columns_of_a_file(self, *beside: str) -> tuple[Column, ...]:
        """The columns chosen, and those of `beside`, which a page shows inside other cells."""
        return tuple(column for column in self.kind.columns if column in self.columns or column.key in beside)

    @property
    def keys(self) -> list[str]:
        return [column.key for column in self.columns]


def read_shape(kind: ListKind, said: MultiDict[str, str]) -> Shape:
    """What the address asks for; words that mean nothing ask for nothing."""
    wanted = {key for text in said.getlist("columns") for key in text.split(",")}
    wanted &= {column.key for column in kind.columns}
    sort, group = said.get("sort", ""), said.get("group", "")
    return Shape(
        kind,
        tuple(column for column in kind.columns if _is_wanted(column, wanted)),
        sort if sort in kind.sorts else kind.sorts[0],
        group if group in kind.groups else "",
    )


def _is_wanted(column: Column, wanted: set[str]) -> bool:
    return column.fixed or (column.key in wanted if wanted else column.shown)
