"""Reading the outbox from outside: what is unsettled, when a tick was last seen, and at the end every row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from chaos.verdict import LedgerRow

_ROWS = """
SELECT f.title, r.kind, p.email, r.message_id, r.status, r.last_error, r.attempts, r.relay
FROM reminders r JOIN follow_ups f ON f.id = r.subject_id JOIN people p ON p.id = r.recipient_id
WHERE r.scheduled_at <= now() AND r.status <> 'cancelled' AND f.title LIKE %s
"""
_UNSETTLED = """
SELECT count(*) FROM reminders r JOIN follow_ups f ON f.id = r.subject_id
WHERE r.status IN ('planned', 'sending', 'committing') AND r.scheduled_at <= now() AND f.title LIKE %s
"""
_TABLES = ("reminders", "sightings", "mail_pace", "reminder_plans", "audit_entries")


@dataclass(frozen=True, slots=True)
class Ledger:
    """Reads `url` (SQLAlchemy's way of writing it) as the operator, who sees every row."""

    url: str
    run: str = ""

    def rows(self) -> list[LedgerRow]:
        """Every row of this run's follow-ups whose time has come."""
        with self._connection() as connection:
            found = connection.execute(_ROWS, [self._like]).fetchall()
        return [
            LedgerRow(title.partition("Do ")[2] or title, kind, email, str(message_id), status, reason, attempts, relay)
            for title, kind, email, message_id, status, reason, attempts, relay in found
        ]

    def unsettled(self) -> int:
        """Rows of this run that are due and neither sent nor dead."""
        with self._connection() as connection:
            return int(connection.execute(_UNSETTLED, [self._like]).fetchall()[0][0])

    def statuses(self) -> dict[str, int]:
        """Rows of this run whose time has come, by status."""
        counted: dict[str, int] = {}
        for row in self.rows():
            counted[row.status] = counted.get(row.status, 0) + 1
        return counted

    def last_tick_s(self) -> float | None:
        """Seconds since a tick was last seen, by the database's clock; None: never."""
        with self._connection() as connection:
            found = connection.execute(
                "SELECT extract(epoch FROM now() - seen_at) FROM sightings WHERE name = 'tick'"
            ).fetchall()
        return float(found[0][0]) if found else None

    def sizes(self) -> dict[str, int]:
        """Rows of the tables that sending writes to."""
        with self._connection() as connection:
            return {
                table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]) for table in _TABLES
            }

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of any statement; of an UPDATE without RETURNING none."""
        with self._connection() as connection:
            cursor = connection.execute(statement, list(values) or None)
            return cursor.fetchall() if cursor.description else []

    @property
    def _like(self) -> str:
        return f"%chaos-{self.run}-%"

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        url = self.url.replace("postgresql+psycopg://", "postgresql://", 1)
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            connection.execute("SET ROLE tracker_operator")
            yield connection
