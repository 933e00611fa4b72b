"""Being a user of the embedded PostgreSQL: it runs while a lease is held, and stops after the last one."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from embedded.faults import EmbeddedServerFault
from embedded.locks import FileLock
from embedded.places import Places
from embedded.postgres import Cluster

USERS_LOCK = "postgres.users.lock"
KEEPER_LOCK = "postgres.keeper.lock"
_PATIENCE_S = 150.0
_ROOT = Path(__file__).resolve().parent.parent


def failure_note(places: Places) -> Path:
    """Where a keeper that could not start the server says why."""
    return places.run / "postgres.failure"


class PostgresLease:
    """Use of one data folder's PostgreSQL. The kernel takes the lease back when the process dies."""

    def __init__(self, data_dir: Path, durable: bool = True) -> None:
        self.cluster = Cluster(Places(data_dir), durable)
        self._users = FileLock(self.cluster.places.run / USERS_LOCK)
        self._keeper = FileLock(self.cluster.places.run / KEEPER_LOCK)

    def take(self) -> str:
        """Become a user, start the server when nobody has, and return its address. Raises EmbeddedServerFault."""
        self._users.share()  # waits while a keeper is stopping the server
        self.ensure()
        return self.cluster.url()

    def ensure(self) -> None:
        """See to it that the server runs and answers; a holder calls it again when a keeper may have been killed."""
        started: subprocess.Popen[bytes] | None = None
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            if self.has_keeper():
                if self.cluster.answers():
                    return
            elif started is None:
                started = self._start_keeper()
            elif started.poll() is not None:
                self._raise_failure()
                started = None
            time.sleep(0.05)
        raise EmbeddedServerFault(f"PostgreSQL did not answer within {_PATIENCE_S:.0f} s; see {self.cluster.log}")

    def has_keeper(self) -> bool:
        """Whether a keeper is alive."""
        return self._keeper.is_held_alone()

    def release(self) -> None:
        """Stop being a user; the keeper stops the server when there is no other."""
        self._users.release()

    def _start_keeper(self) -> subprocess.Popen[bytes]:
        with (self.cluster.places.logs / "keeper.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "embedded.keeper", str(self.cluster.places.data_dir)]
                + ([] if self.cluster.durable else ["--fast"]),
                cwd=_ROOT,
                stdin=subprocess.DEVNULL,
                # Never ours: a pipe that reads this command would wait for the keeper's end.
                stdout=log,
                stderr=log,
                # Out of the terminal's reach: Ctrl-C on one user must not stop the server of another.
                start_new_session=True,
            )

    def _raise_failure(self) -> None:
        note = failure_note(self.cluster.places)
        if note.exists():
            raise EmbeddedServerFault(note.read_text(encoding="utf-8"))
