"""File locks that die with their holder, so that no kill leaves one behind."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path


class FileLock:
    """An flock on a file. The kernel frees it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def share(self) -> None:
        """Hold it together with others; waits while somebody holds it alone."""
        self._take(fcntl.LOCK_SH)

    def take(self) -> None:
        """Hold it alone; waits for everybody else."""
        self._take(fcntl.LOCK_EX)

    def try_take(self, seconds: float = 0.0) -> bool:
        """Hold it alone if that is possible within `seconds`."""
        end = time.monotonic() + seconds
        while True:
            try:
                self._take(fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= end:
                    return False
                time.sleep(0.02)
            else:
                return True

    def release(self) -> None:
        """Let go; nothing happens when it was not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def is_held_alone(self) -> bool:
        """Whether another holder has it alone. Looks by sharing it for an instant, so `try_take` needs patience."""
        probe = FileLock(self.path)
        try:
            probe._take(fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            probe.release()
        return False

    def _take(self, how: int) -> None:
        if self._descriptor is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Not inherited by programs we start: a child must not count as a user of its own.
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, how)

    def __enter__(self) -> FileLock:
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
