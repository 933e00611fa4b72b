"""Rows into a schema that stands: all of them or none, with what checks and follows rows put aside meanwhile.

Triggers must not run, since what they made is in the backup too. Foreign keys and indexes are taken away and made anew
at the end: that checks every row once and costs a fraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tracker.backup.archive import ArchiveReader
from tracker.backup.faults import BackupFault
from tracker.backup.snapshot import TABLES

_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND contype = 'f' ORDER BY conname
    """
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
     WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisprimary AND NOT i.indisreplident
       AND i.indpred IS NULL  -- they are small, and their conditions would be written down differently
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                          AND d.refclassid = 'pg_constraint'::regclass)
     ORDER BY c.relname
    """
_TRIGGERS = """
    SELECT tgrelid::regclass::text, quote_ident(tgname), tgenabled::text FROM pg_trigger t
      JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = 'public'::regnamespace AND NOT tgisinternal AND tgenabled <> 'D'
    """
_ENABLE = {"O": "ENABLE TRIGGER", "R": "ENABLE REPLICA TRIGGER", "A": "ENABLE ALWAYS TRIGGER"}


def load(connection: psycopg.Connection, reader: ArchiveReader) -> dict[str, int]:
    """Fill the tables: rows by table. The caller commits, or undoes it all. Raises BackupFault."""
    heading = reader.heading
    _refuse_other_shape(connection, heading.tables)
    connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
    connection.execute("SET LOCAL row_security = off")
    connection.execute("SET LOCAL timezone = 'UTC'")
    with _bare_tables(connection):
        _empty(connection, heading.tables)
        loaded = _copy_all(connection, reader)
        for name, value in heading.sequences.items():
            connection.execute("SELECT setval(%s, %s)", [f"public.{name}", value])
    if loaded != reader.rows():
        raise BackupFault("Not every row of the backup could be written.")
    return loaded


def _refuse_other_shape(connection: psycopg.Connection, tables: dict[str, list[str]]) -> None:
    here = {table: set(columns) for table, columns in connection.execute(TABLES)}
    there = {table: set(columns) for table, columns in tables.items()}
    differing = sorted(table for table in here.keys() | there.keys() if here.get(table) != there.get(table))
    if differing:
        raise BackupFault(
            f"The backup's tables are not those of its revision in this version of the tracker: {', '.join(differing)}."
        )


@contextmanager
def _bare_tables(connection: psycopg.Connection) -> Iterator[None]:
    foreign_keys = connection.execute(_FOREIGN_KEYS).fetchall()
    indexes = connection.execute(_INDEXES).fetchall()
    triggers = connection.execute(_TRIGGERS).fetchall()
    for table, name, _ in foreign_keys:
        _run(connection, f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        _run(connection, f"DROP INDEX {name}")
    for table, name, _ in triggers:
        _run(connection, f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    yield
    for table, name, state in triggers:
        _run(connection, f"ALTER TABLE {table} {_ENABLE[state]} {name}")
    for _, definition in indexes:
        _run(connection, definition)
    for table, name, definition in foreign_keys:
        _run(connection, f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _run(connection: psycopg.Connection, statement: str) -> None:
    """A statement that PostgreSQL's own catalogue wrote."""
    connection.execute(statement.encode())


def _empty(connection: psycopg.Connection, tables: dict[str, list[str]]) -> None:
    """Take away what migrations wrote: it is in the backup, as it was there."""
    for table in tables:
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def _copy_all(connection: psycopg.Connection, reader: ArchiveReader) -> dict[str, int]:
    loaded = dict.fromkeys(reader.heading.tables, 0)
    pieces = reader.pieces()
    held = next(pieces, None)
    while held is not None:
        table = held[0]
        names = sql.SQL(", ").join(map(sql.Identifier, reader.heading.tables[table]))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with connection.cursor() as cursor:
            with cursor.copy(statement) as copied:
                while held is not None and held[0] == table:
                    copied.write(held[1])
                    held = next(pieces, None)
            loaded[table] += cursor.rowcount
    return loaded
