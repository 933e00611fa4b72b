"""Noticing that `make`, our parent, was told to stop while we were not."""

from __future__ import annotations

import signal
from pathlib import Path

_CATCHES_SIGINT = 1 << (signal.SIGINT - 1)


class MakeParent:
    """The `make` that runs this process.

    Ctrl-C in a terminal reaches both. A SIGINT sent to `make` alone does not: GNU make then goes back to the signal's
    default handling and waits for its children – so a script that interrupts `make run` would wait for ever.
    That it no longer catches the signal is seen in /proc.
    """

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._caught_at_first = self._catches()

    def was_interrupted(self) -> bool:
        """Whether `make` caught SIGINT when this object was made and does not any more."""
        return self._caught_at_first and not self._catches()

    def _catches(self) -> bool:
        try:
            lines = self._status.read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        caught = next((line.split()[1] for line in lines if line.startswith("SigCgt:")), "0")
        return bool(int(caught, 16) & _CATCHES_SIGINT)
