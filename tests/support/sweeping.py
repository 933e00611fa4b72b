"""Bringing a test's database back to what the migrations left, by deleting what was written: cheaper than a clone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import psycopg
from psycopg import sql

_CATALOGUES = (
    *("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_proc", "pg_trigger", "pg_policy"),
    *("pg_type", "pg_namespace", "pg_rewrite", "pg_statistic", "pg_default_acl", "pg_extension", "pg_sequence"),
)
_CHANGES = "SELECT {}, count(*), max(xmin::text::bigint) FROM {}"
_SCHEMA = sql.SQL(" UNION ALL ").join(
    [
        sql.SQL("SELECT 'size', sum(relpages), sum(reltuples)::bigint FROM pg_class"),  # what ANALYZE found
        *(sql.SQL(_CHANGES).format(sql.Literal(name), sql.Identifier(name)) for name in _CATALOGUES),
    ]
)
"""Every change of the schema, of rights or of the planner's statistics adds a row, replaces one or takes one away."""
_TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
_STRANGERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
          AND (pid <> ALL(%s) OR state <> 'idle')
    """
SMALL = 10 * 8192
"""Bytes. Deleted rows stay on their pages, so that the rows of a test lie in the order in which they came; below ten
pages PostgreSQL plans as for a table that is new, so that the rows are found in the same order too."""
_LARGE = "SELECT relname FROM pg_class WHERE oid = ANY(%s::regclass[]) AND pg_relation_size(oid) > %s"


class NotSwept(Exception):
    """The database is not what the migrations left, and only a new one will be."""


class Sweeper:
    """One connection to a fresh clone; it must be made before anything is written there."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection  # a superuser's, with autocommit
        # Neither foreign keys nor the triggers that keep history from being deleted stand in the way.
        connection.execute("SET session_replication_role = replica")
        tables = [name for (name,) in connection.execute(_TABLES)]
        found = dict(zip(tables, self._have_rows(tables), strict=True))
        self._empty = [name for name, has_rows in found.items() if not has_rows]
        self._filled = [name for name, has_rows in found.items() if has_rows]
        self._content = self._filled_content()
        self._schema = self._schema_now()
        self._known: dict[str, Any] = {}

    def sweep(self, keep: Collection[int], spare: str | None = None) -> None:
        """Delete what was written and check that nothing else is left. Raises NotSwept, or psycopg's errors.

        keep: process ids of connections that may stay if they are idle; all others are closed.
        spare: a table whose rows may stay if they are those that `know` saw.
        """
        self._connection.execute(_STRANGERS, [list(keep)])
        if self._schema_now() != self._schema or self._filled_content() != self._content:
            raise NotSwept
        spared = {spare} if spare in self._known and self._rows_of(spare) == self._known[spare] else set()
        written = [name for name in self._written() if name not in spared]
        if written:
            self._delete(written)
            self._shrink(written)
        if written and set(self._written()) - spared:
            raise NotSwept

    def know(self, table: str) -> None:
        """Remember the rows that `table` has now."""
        self._known[table] = self._rows_of(table)

    def has(self, table: str) -> bool:
        """Whether `table` has a row."""
        return self._have_rows([table])[0]

    def read(self, table: str) -> bytes:
        """All rows of `table`, for `write`."""
        with self._connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as rows:
            return b"".join(bytes(some) for some in rows)

    def write(self, table: str, rows: bytes) -> None:
        """Put into `table` what `read` gave."""
        with self._connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as places:
            places.write(rows)

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def _rows_of(self, table: str) -> Any:
        """Where each row lies and which transaction wrote it: without reading what stands in it."""
        asked = "SELECT string_agg(ctid::text || xmin::text, ' ' ORDER BY ctid) FROM {}"
        return self._connection.execute(sql.SQL(asked).format(sql.Identifier(table))).fetchone()

    def _written(self) -> list[str]:
        return [name for name, has_rows in zip(self._empty, self._have_rows(self._empty), strict=True) if has_rows]

    def _have_rows(self, tables: list[str]) -> tuple[bool, ...]:
        asked = (sql.SQL("EXISTS (SELECT FROM {})").format(sql.Identifier(name)) for name in tables)
        row = self._connection.execute(sql.SQL("SELECT ") + sql.SQL(", ").join(asked)).fetchone()
        assert row is not None
        return tuple(row)

    def _delete(self, tables: list[str]) -> None:
        each = (sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in tables)
        self._connection.execute(sql.SQL("; ").join(each))

    def _shrink(self, tables: list[str]) -> None:
        large = [name for (name,) in self._connection.execute(_LARGE, [tables, SMALL])]
        if large:
            names = sql.SQL(", ").join(map(sql.Identifier, large))
            self._connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
            self._schema = self._schema_now()  # the tables have new files, which pg_class knows

    def _filled_content(self) -> list[Any]:
        asked = "SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {} t"
        return [
            self._connection.execute(sql.SQL(asked).format(sql.Identifier(name))).fetchone() for name in self._filled
        ]

    def _schema_now(self) -> list[Any]:
        return self._connection.execute(_SCHEMA).fetchall()
