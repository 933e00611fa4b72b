"""Where the sender writes down, one durable statement at a time, what a relay is about to take and what it said."""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from tracker.core.actor import PLANNER
from tracker.core.database import Database
from tracker.reminders.delivery.helper import Helper
from tracker.reminders.kinds import DIGEST
from tracker.reminders.outbox import Claimed
from tracker.reminders.terms import Terms

log = logging.getLogger(__name__)

DATABASE_GONE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
"""Errors that say nothing about the row at hand."""

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 1.0


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a claimed row: `sent`, `dead`, `cancelled`, or `planned` again at `send_at`.

    `offers`, `failures`: to be added to the row's counts.
    """

    status: str
    reason: str | None = None
    send_at: datetime | None = None
    offers: int = 0
    failures: int = 0


# The lease is compared by the clock of the moment: a statement that waited for a lock must not go by its beginning.
_FENCE = """
    UPDATE reminders
       SET status = 'committing', fenced_at = clock_timestamp(), relay = %(relay)s,
           lease_until = clock_timestamp() + make_interval(secs => %(lease_s)s)
     WHERE id = %(id)s AND token = %(token)s AND status = 'sending' AND lease_until > clock_timestamp()
    """

# Whoever heard the relay say yes may write it down even when the row was planned again meanwhile: it need not go twice.
_SETTLE = """
    UPDATE reminders
       SET status = %(status)s, last_error = %(reason)s, settled_at = CAST(%(settled_at)s AS timestamptz),
           send_at = coalesce(CAST(%(send_at)s AS timestamptz), send_at), attempts = attempts + %(offers)s,
           failures = failures + %(failures)s, token = NULL, lease_until = NULL
     WHERE id = %(id)s AND ((token = %(token)s AND status IN ('sending', 'committing'))
                         OR (%(status)s = 'sent' AND status IN ('planned', 'sending')))
    """

# The lines that a digest told settle with it; when nothing can be told to this person, all that wait for telling.
_SETTLE_DIGEST = f"""
    WITH settled AS ({_SETTLE} RETURNING id, recipient_id), lines AS (
      UPDATE reminders line
         SET status = %(status)s, last_error = %(reason)s, settled_at = CAST(%(settled_at)s AS timestamptz)
        FROM settled
       WHERE line.via = 'digest' AND line.status = 'planned' AND %(status)s IN ('sent', 'dead', 'cancelled')
         AND (line.digest_id = settled.id
              OR ((%(status)s = 'dead' OR %(reason)s IN ('recipient_inactive', 'unwanted'))
                  AND line.recipient_id = settled.recipient_id
                  AND line.send_at <= CAST(%(settled_at)s AS timestamptz))))
    SELECT id FROM settled
    """  # noqa: S608  our own words

_UNCERTAIN = """
    UPDATE reminders SET attempts = attempts + 1, last_error = %(reason)s
     WHERE id = %(id)s AND token = %(token)s AND status = 'committing'
    """


class Desk:
    """One connection as the planner, each statement of which is committed by itself. Opened by its first use.

    What a relay said is written down at once by a helper, while the next mail is made and offered; the next fence waits
    for it.
    """

    def __init__(self, database: Database, terms: Terms) -> None:
        self._database = database
        self._terms = terms
        self._open: Connection | None = None
        self._helper = Helper("desk")
        self._written: Future[None] | None = None

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._helper.end()
        connection, self._open = self._open, None
        if connection is None:
            return
        try:
            connection.exec_driver_sql("RESET ROLE")  # the next to borrow it becomes somebody else
        except Exception:
            connection.invalidate()
        connection.close()

    def fence(self, row: Claimed, relay: str) -> bool:
        """Note that the final dot goes now: True while row and lease are ours. Without it no dot may go."""
        self.finish()
        values = {"id": row.id, "token": row.token, "relay": relay, "lease_s": self._terms.lease_s}
        return self._touch(_FENCE, values) == 1

    def note_uncertain(self, row: Claimed, reason: str) -> None:
        """Past the dot nothing came back: the row stays fenced, and whoever looks it up sees that it was offered."""
        self.finish()
        self._persistently(_UNCERTAIN, {"id": row.id, "token": row.token, "reason": reason})

    def settle_soon(self, row: Claimed, settlement: Settlement, now: datetime) -> None:
        """`settle`, begun now and awaited by `finish`, which raises what it raises."""
        self.finish()
        self._written = self._helper.begin(self._settle_and_log, row, settlement, now)

    def finish(self) -> None:
        """Wait until what the relay said is written down."""
        written, self._written = self._written, None
        if written is not None:
            written.result()

    def _settle_and_log(self, row: Claimed, settlement: Settlement, now: datetime) -> None:
        if not self.settle(row, settlement, now):
            log.warning("reminder %s was settled as %s after its lease had ended", row.id, settlement.status)
        log.info("reminder %s: %s %s", row.id, settlement.status, settlement.reason or "")

    def settle(self, row: Claimed, settlement: Settlement, now: datetime) -> bool:
        """Write down what became of the row, for as long as it takes; False when it is no longer ours.

        Raises OperationalError when the database stays away; a fenced row is looked up then.
        """
        values = {
            "id": row.id,
            "token": row.token,
            "status": settlement.status,
            "reason": settlement.reason,
            "settled_at": None if settlement.status == "planned" else now,
            "send_at": settlement.send_at,
            "offers": settlement.offers,
            "failures": settlement.failures,
        }
        return self._persistently(_SETTLE_DIGEST if row.kind == DIGEST else _SETTLE, values) == 1

    def _persistently(self, statement: str, values: dict[str, Any]) -> int:
        end = time.monotonic() + self._terms.settling_s
        wait_s = FIRST_WAIT_S
        while True:
            try:
                return self._touch(statement, values)
            except DATABASE_GONE:
                if time.monotonic() + wait_s > end:
                    raise
                time.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    def _touch(self, statement: str, values: dict[str, Any]) -> int:
        connection = self._connection()
        try:
            # Without SQLAlchemy in between, which takes as long as the rest: this is done twice for each mail.
            driver: Any = connection.connection.driver_connection
            return int(driver.execute(statement, values, prepare=True).rowcount)
        except BaseException:
            self._open = None
            connection.invalidate()
            connection.close()
            raise

    def _connection(self) -> Connection:
        if self._open is None:
            opened = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            try:
                opened.exec_driver_sql(f"SET ROLE {PLANNER.database_role}")
                opened.rollback()
            except BaseException:
                opened.invalidate()
                opened.close()
                raise
            self._open = opened
        return self._open
