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
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
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
        self._session.flush()
        connection = self._session.connection()
        written = _written(statements, connection.dialect)
        found = connection.exec_driver_sql(written.sql, written.said_with(values)).one()
        for (read, answer), rows in zip(self._asked, found, strict=True):
            answer._rows = _typed(read.statement, rows or [])


class _Written:
    """The statement as PostgreSQL gets it. SQLAlchemy would find it among those that it keeps by all its parts, which
    are thousands: that takes longer than most reads. Here that happens once for each tuple of kept statements.
    """

    def __init__(self, alike: _Alike, dialect: Dialect) -> None:
        compiled = _compiled(alike, dialect)
        if any(bind.required for bind in compiled.post_compile_params):
            raise TypeError("a Read is asked with an array, not with a list that is spelled out")
        said = compiled.construct_params(extracted_parameters=alike.key.bindparams, _check=False)
        spelled_out = compiled._process_parameters_for_postcompile(said)
        self.sql = spelled_out.statement
        self._own = dict(spelled_out.parameters)
        self._processors: dict[str, Any] = {**compiled._bind_processors, **spelled_out.processors}

    def said_with(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What it is asked with: `values`, and what its reads say themselves."""
        said = {**self._own, **values}
        return {
            name: self._processors[name](value) if name in self._processors else value for name, value in said.items()
        }


@lru_cache(maxsize=256)
def _written(statements: tuple[Statement, ...], dialect: Dialect) -> _Written:
    return _Written(_Alike(_together(statements)), dialect)


class _Alike:
    """A statement that equals another which asks the same with other values, as for another person."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        key = statement._generate_cache_key()
        if key is None:
            raise TypeError("SQLAlchemy cannot keep one of these reads")
        self.statement, self.key = statement, key

    def __hash__(self) -> int:
        return hash(self.key.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Alike) and self.key.key == other.key.key


@lru_cache(maxsize=32)
def _compiled(alike: _Alike, dialect: Dialect) -> SQLCompiler:
    compiled: SQLCompiler = alike.statement.compile(dialect=dialect, cache_key=alike.key)
    return compiled


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
