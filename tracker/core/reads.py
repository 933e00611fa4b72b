"""Small reads, each of which runs alone, or several together as one statement.

A page of one thing shows a few rows from many tables. Asking for them costs more than finding them: each statement has
its round trip and its result to set up. Together, PostgreSQL answers with one row that holds a JSON array for each.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, CompoundSelect, Select, TextualSelect, func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

Kept = TypeVar("Kept")
Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | TextualSelect
Rows = Sequence[Sequence[Any]]
_READERS: dict[type, Callable[[str], Any]] = {
    uuid.UUID: uuid.UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}
_AS_JSON_HAS_THEM = (str, int, bool, list, object)
"""`object`: JSON, and a column whose type nobody said."""


@dataclass(frozen=True, slots=True)
class Read(Generic[Kept]):
    """A kept statement of columns (never entities), the values it is asked with, and what is made of its rows.

    Columns are texts, whole numbers, truths, ids, days, instants, arrays of texts, and JSON.
    """

    statement: Statement
    values: Mapping[str, Any]
    made: Callable[[Rows], Kept]

    def alone(self, session: Session) -> Kept:
        """Run it as a statement of its own."""
        return self.made(session.execute(self.statement, dict(self.values)).all())


class Answer(Generic[Kept]):
    """What a Read of a Round found; the first one to be looked at runs them all."""

    def __init__(self, asked: Round, read: Read[Kept]) -> None:
        self._round = asked
        self._read = read
        self._rows: Rows = ()

    @property
    def value(self) -> Kept:
        self._round.run()
        return self._read.made(self._rows)


class Round:
    """Several reads, run as one statement."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._asked: list[tuple[Read[Any], Answer[Any]]] = []
        self._has_run = False

    def ask(self, read: Read[Kept]) -> Answer[Kept]:
        """Add `read`. All reads of a round agree on what a name among their values means."""
        answer = Answer(self, read)
        self._asked.append((read, answer))
        return answer

    def run(self) -> None:
        """Ask PostgreSQL, if that has not been done."""
        if self._has_run:
            return
        self._has_run = True
        values: dict[str, Any] = {}
        for read, _answer in self._asked:
            clash = {name for name, value in read.values.items() if values.setdefault(name, value) != value}
            if clash:
                raise ValueError(f"reads of one round differ on {sorted(clash)}")
        statements = tuple(read.statement for read, _answer in self._asked)
        found = self._session.execute(_together(statements), values).one()
        for (read, answer), rows in zip(self._asked, found, strict=True):
            answer._rows = _typed(read.statement, rows or [])


@lru_cache(maxsize=64)
def _together(statements: tuple[Statement, ...]) -> Select[*tuple[Any, ...]]:
    """One row: for each statement the array of its rows, each an array; null where there are none."""
    parts = []
    for number, statement in enumerate(statements):
        rows = statement.subquery(f"read_{number}")
        array = func.json_agg(func.json_build_array(*rows.c))
        parts.append(type_coerce(select(array).select_from(rows).scalar_subquery(), JSON))
    return select(*parts)


def _typed(statement: Statement, rows: list[list[Any]]) -> Rows:
    """JSON knows texts and numbers; ids, days and instants are made again in place."""
    for place, read in _readers(statement):
        for row in rows:
            if row[place] is not None:
                row[place] = read(row[place])
    return rows


@lru_cache(maxsize=256)
def _readers(statement: Statement) -> Sequence[tuple[int, Callable[[str], Any]]]:
    kinds = [_python_type(column.type) for column in statement.selected_columns]
    return [(place, _READERS[kind]) for place, kind in enumerate(kinds) if kind in _READERS]


def _python_type(kind: TypeEngine[Any]) -> type:
    """Of a column's values. Raises TypeError for what JSON would change."""
    python_type: type = kind.python_type
    if python_type not in _READERS and python_type not in _AS_JSON_HAS_THEM:
        raise TypeError(f"a Read has no way to bring back {python_type.__name__}")
    return python_type
