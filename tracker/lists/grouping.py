"""Headings between the rows of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Group(Generic[Line]):
    """Rows under one heading; None: rows of a list without groups."""

    heading: str | None
    rows: Sequence[Line]


def in_groups(
    rows: Sequence[Line], key_of: Callable[[Line], Any] | None, heading_of: Callable[[Line], str], *, ordered: bool
) -> list[Group[Line]]:
    """The rows under headings. `ordered`: equal keys already stand together; else they are put together here."""
    if key_of is None:
        return [Group(None, rows)]
    found: Iterable[tuple[Any, Iterable[Line]]] = groupby(rows, key_of) if ordered else _gathered(rows, key_of).items()
    groups = []
    for _key, some in found:
        lines = list(some)
        groups.append(Group(heading_of(lines[0]), lines))
    return groups


def _gathered(rows: Sequence[Line], key_of: Callable[[Line], Any]) -> dict[Any, list[Line]]:
    """In the order in which the keys first appear."""
    gathered: dict[Any, list[Line]] = {}
    for row in rows:
        gathered.setdefault(key_of(row), []).append(row)
    return gathered
