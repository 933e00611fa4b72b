"""Whether a database may take a restore in: nobody's work must be written over."""

from __future__ import annotations

import psycopg
from psycopg import sql

from tracker.backup.faults import BackupFault

WORK = ("people", "cases", "contacts", "audit_entries")


def refuse_unless_empty(connection: psycopg.Connection) -> None:
    """Raise BackupFault when the database holds anybody's work, or tables of something else."""
    tables = {row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    if tables and "alembic_version" not in tables:
        raise BackupFault("The database holds tables of something else; a restore wants one of its own.")
    for table in WORK:
        if table in tables and _has_rows(connection, table):
            raise BackupFault(
                f"The database is not empty (there are rows in {table}): a restore writes nothing over. Make an "
                "empty one and name it in DATABASE_URL."
            )


def _has_rows(connection: psycopg.Connection, table: str) -> bool:
    statement = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
    row = connection.execute(statement).fetchone()
    return bool(row and row[0])
