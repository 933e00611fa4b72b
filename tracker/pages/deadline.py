"""A question with a deadline of the asker's own: a server that is frozen keeps none that it was told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """Asked in a thread of its own, one at a time: whoever asks meanwhile shares the answer that is under way.

    So a server that never answers keeps one thread, however often it is asked; a daemon, which no exit waits for.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._running: Future[Answer] | None = None
        self._ends = 0.0

    def ask(self, find_out: Callable[[], Answer]) -> Callable[[], Answer]:
        """Begin; what is given back waits for the answer, and raises TimeoutError when the deadline passes.

        It passes at once for those who ask while an earlier asker's deadline has passed unanswered.
        """
        with self._lock:
            if self._running is None or self._running.done():
                self._running = Future()
                self._ends = time.monotonic() + self._seconds
                thread = threading.Thread(
                    target=copy_context().run, args=(_settle, self._running, find_out), daemon=True, name="question"
                )
                thread.start()
            running, ends = self._running, self._ends
        return lambda: running.result(timeout=max(0.0, ends - time.monotonic()))


def _settle(future: Future[Answer], find_out: Callable[[], Answer]) -> None:
    try:
        future.set_result(find_out())
    except BaseException as error:  # whoever waits must hear of it
        future.set_exception(error)
