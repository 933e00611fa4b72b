"""Writing tables anew: until then their files hold what was deleted."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import Connection, text

from tracker.core.errors import TrackerError

PATIENCE_S = 120.0
"""How long what others began before may go on."""
_PAUSE_S = 0.1
_NOW = text("SELECT CAST(pg_current_xact_id() AS text)")
_IS_PAST = text("SELECT pg_snapshot_xmin(pg_current_snapshot()) > CAST(CAST(:began AS text) AS xid8)")


class StillOpen(TrackerError):
    """A transaction that began before has not ended: its rows would be kept."""


def write_anew(connection: Connection, tables: Sequence[str], patience_s: float = PATIENCE_S) -> None:
    """Write the tables anew, one after the other, each locked meanwhile; `connection` commits each statement.

    VACUUM keeps the rows that were deleted while another transaction was open, even one of another database of the
    server. So whatever is open has to end first: raises StillOpen after `patience_s` seconds.
    """
    began = connection.scalar(_NOW)
    end = time.monotonic() + patience_s
    while not connection.scalar(_IS_PAST, {"began": began}):
        if time.monotonic() > end:
            raise StillOpen("Another transaction is open for long: nothing was written anew. Try again later.")
        time.sleep(_PAUSE_S)
    for table in tables:
        connection.execute(text(f'VACUUM (FULL, ANALYZE) "{table}"'))
