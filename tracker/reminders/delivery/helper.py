"""A thread that does one thing while the sender does another: both mostly wait, for a disk or for a relay."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class Helper:
    """One thread. `end` waits for what it does."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)

    def begin(self, work: Callable[..., Answer], *given: Any) -> Future[Answer]:
        """Start `work`, under the clock and the language that hold here."""
        return self._pool.submit(copy_context().run, work, *given)

    def end(self) -> None:
        self._pool.shutdown()
