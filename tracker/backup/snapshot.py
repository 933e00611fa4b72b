"""Everything that the database holds, as it stood at one moment, while people go on working.

Read as the owner of the tables, table by table, within one snapshot. What others write meanwhile is not in it, and
nobody waits, but a migration.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

import psycopg
from psycopg import sql

from tracker.backup import archive
from tracker.backup.archive import PIECE_BYTES, ArchiveWriter, Heading
from tracker.backup.faults import BackupFault
from tracker.backup.recipients import Recipients
from tracker.backup.sealing import sealed_file

TABLES = """
    SELECT c.relname, array_agg(a.attname ORDER BY a.attnum)
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
       AND a.attgenerated = ''
     GROUP BY c.relname ORDER BY c.relname
    """
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"


def take_backup(url: str, path: Path, recipients: Recipients) -> dict[str, int]:
    """Seal everything into the new file `path`: rows by table. Raises BackupFault, and then leaves no file."""
    with _snapshot(url) as connection:
        heading = _heading(connection)
        with sealed_file(path, recipients) as stream, archive.writing(stream, heading) as writer:
            for table, columns in heading.tables.items():
                _copy(connection, table, columns, writer)
            return writer.finish()


def plain_url(url: str) -> str:
    """An address of SQLAlchemy as PostgreSQL's own library writes it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def _snapshot(url: str) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(plain_url(url), application_name="tracker backup")
    except psycopg.OperationalError as error:
        raise BackupFault("The database named by DATABASE_URL does not answer.") from error
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        # An owner who is bound by the policies would read a part only: then this is an error, and no backup.
        connection.execute("SET row_security = off")
        connection.execute("SET timezone = 'UTC'")
        connection.execute("SET statement_timeout = 0")
        try:
            yield connection
        except psycopg.Error as error:
            raise BackupFault(f"The database could not be read whole: {type(error).__name__}.") from error


def _heading(connection: psycopg.Connection) -> Heading:
    tables: dict[str, list[str]] = dict(connection.execute(TABLES).fetchall())
    if "people" not in tables:
        raise BackupFault("The database named by DATABASE_URL is empty: there is nothing to back up.")
    for table in tables:
        connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(sql.Identifier(table)))
    [(revision, taken_at)] = connection.execute("SELECT version_num, now() FROM alembic_version").fetchall()
    sequences: dict[str, int] = dict(connection.execute(_SEQUENCES).fetchall())
    return Heading(revision, taken_at.astimezone(UTC).isoformat(), tables, sequences)


def _copy(connection: psycopg.Connection, table: str, columns: list[str], writer: ArchiveWriter) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), names)
    piece = bytearray()
    with connection.cursor() as cursor, cursor.copy(statement) as copied:
        for data in copied:
            piece += data
            while len(piece) >= PIECE_BYTES:
                writer.add(table, bytes(piece[:PIECE_BYTES]))
                del piece[:PIECE_BYTES]
    if piece:
        writer.add(table, bytes(piece))
