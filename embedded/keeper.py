"""The process that keeps PostgreSQL alive for as long as somebody uses it: `python -m embedded.keeper DATA_DIR`.

Users hold a lock together (`lease`); the keeper asks for it alone, and gets it when the last user is gone, however it
went. A user who comes while the server is stopping waits at that lock and starts a new keeper. When the keeper itself
is killed, the kernel tells PostgreSQL to stop.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from embedded.faults import EmbeddedServerFault
from embedded.lease import KEEPER_LOCK, USERS_LOCK, failure_note
from embedded.locks import FileLock
from embedded.places import Places
from embedded.postgres import Cluster, stop

_LOOK_EVERY_S = 0.1
_RESTARTS_IN_A_ROW = 5
_CALM_S = 60.0


def keep(cluster: Cluster) -> None:
    """Run PostgreSQL until its last user is gone or somebody asks this process to end."""
    asked_to_end: list[int] = []
    for sent in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sent, lambda number, _: asked_to_end.append(number))
    users = FileLock(cluster.places.run / USERS_LOCK)
    server = cluster.start()
    deaths: list[float] = []
    # Looking again and again, rather than waiting at the lock: the server's death must be seen as well.
    while not asked_to_end and not users.try_take():
        time.sleep(_LOOK_EVERY_S)
        if server.poll() is not None:
            deaths = [moment for moment in deaths if moment > time.monotonic() - _CALM_S] + [time.monotonic()]
            if len(deaths) > _RESTARTS_IN_A_ROW:
                raise EmbeddedServerFault(f"PostgreSQL keeps dying; see {cluster.log}")
            server = cluster.start()
    stop(server)


def main(arguments: list[str]) -> int:
    places = Places(Path(arguments[0]))
    own = FileLock(places.run / KEEPER_LOCK)
    # Patience, because users look at this lock by sharing it for an instant.
    if not own.try_take(seconds=2.0):
        return 0  # another keeper was first
    note = failure_note(places)
    note.unlink(missing_ok=True)
    try:
        keep(Cluster(places, durable="--fast" not in arguments))
    except EmbeddedServerFault as fault:
        note.write_text(str(fault), encoding="utf-8")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
