"""One child of `make run`: started, started again when it dies, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from embedded.processes import tied_to_parent

ROOT = Path(__file__).resolve().parent.parent
_LONGEST_PAUSE_S = 30.0
_STEADY_S = 30.0
_LARGEST_LOG = 10 * 1024 * 1024


@dataclass
class Service:
    """A command that shall run. `patience`: seconds that it may take to stop by itself."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    sockets: tuple[int, ...] = ()
    patience: float = 5.0
    _process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _pause: float = 0.5
    _again_at: float = 0.0

    def start(self) -> None:
        """Run the command in a session of its own, so that Ctrl-C reaches the supervisor alone, tied to its life."""
        _shorten(self.log)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.sockets,
                start_new_session=True,
                preexec_fn=tied_to_parent(signal.SIGKILL),
            )
        self._started = time.monotonic()

    def look_after(self) -> str | None:
        """Start it again when it died, later each time it dies young. What there is to tell, if anything."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._again_at:
                self.start()
            return None
        code = self._process.poll()
        if code is None:
            return None
        self._sweep()
        self._process = None
        self._pause = 1.0 if now - self._started > _STEADY_S else min(self._pause * 2, _LONGEST_PAUSE_S)
        self._again_at = now + self._pause
        return f"{self.name} ended ({_reason(code)}); starting it again in {self._pause:.0f} s. See {self.log}"

    def ask_to_stop(self) -> None:
        """Tell it to finish what it does."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """Wait until it has stopped, and end it when it takes too long."""
        if self._process is not None:
            try:
                self._process.wait(self.patience)
            except subprocess.TimeoutExpired:
                pass
            self._sweep()
            self._process.wait()
            self._process = None

    @property
    def pid(self) -> int | None:
        """Its process, while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def _sweep(self) -> None:
        """End whatever is left of its process group: pool processes of a worker that was killed."""
        if self._process is not None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def _reason(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit {code}"


def _shorten(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
