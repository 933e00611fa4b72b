"""A process that rests learns of new field keys too, and shows it.

PostgreSQL shows of each connection with which keys its process last worked, and a change of keys waits for all of them.
A process without work would go on showing the old ones, as the second child of a quiet worker does: so each looks at
the file now and then, and lets go of connections that show other keys than its own. One whose host did not get the file
keeps them, and is waited for.
"""

from __future__ import annotations

import threading
import time
import weakref

from tracker.core.database import Database
from tracker.core.encryption import look_at_keys_again, ring_name

EVERY_S = 5.0


def watch_keys(database: Database, every_s: float = EVERY_S) -> None:
    """Look at the file of keys every so many seconds, for as long as this process has the `database`."""
    words = (weakref.ref(database), ring_name(), every_s)
    threading.Thread(target=_watch, args=words, name="field keys", daemon=True).start()


def _watch(known: weakref.ref[Database], shown: str, every_s: float) -> None:
    while True:
        time.sleep(every_s)
        look_at_keys_again()
        database = known()
        if database is None:
            return
        if ring_name() != shown:
            shown = ring_name()
            database.dispose()
        del database
