"""Beat by a clock that nobody can set: intervals are counted monotonically.

Celery's own scheduler counts in the time of day: set back by an hour, it is silent for an hour.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from celery.beat import Scheduler

log = logging.getLogger(__name__)

FAILED_AGAIN_S = 5.0
"""When the broker did not take it: soon again, not an interval later."""
MOST_WAITING = 20
"""So many messages may wait in the queue; more would only be worked off one after another when workers come back."""


class SteadyScheduler(Scheduler):
    """Each entry at the start, and then every so many seconds. Holds nothing on disk."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._next_at: dict[str, float] = {}
        self._connection: Any = None
        self._producer: Any = None
        super().__init__(*args, **options)

    def tick(self, *_: Any, **__: Any) -> float:
        """Send what is due; seconds until there is something to do again."""
        now = time.monotonic()
        for name, entry in self.schedule.items():
            if self._next_at.get(name, now) <= now:
                self._next_at[name] = now + self._send(entry)
        next_at = min([self.max_interval, *(max(0.0, at - time.monotonic()) for at in self._next_at.values())])
        return float(next_at)

    def _send(self, entry: Any) -> float:
        """Seconds until this entry's next time."""
        every_s = float(entry.schedule.run_every.total_seconds())
        try:
            if self._waiting() < MOST_WAITING:
                self.apply_async(entry, producer=self.producer, advance=False)
        except Exception as error:
            log.warning("the broker did not take %s: %s", entry.name, type(error).__name__)
            self._forget_connection()
            return min(FAILED_AGAIN_S, every_s)
        return every_s

    @property
    def producer(self) -> Any:
        """One that gives up at once: celery's own would wait here for the broker, longer and longer."""
        if self._producer is None:
            self._connection = self.app.connection_for_write()
            self._connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
            self._producer = self.Producer(self._connection, auto_declare=False)
        return self._producer

    def _waiting(self) -> int:
        """Messages in the queue, as the broker counts them."""
        channel = self.producer.channel
        size = getattr(channel, "_size", None)
        return int(size(self.app.conf.task_default_queue)) if size is not None else 0

    def _forget_connection(self) -> None:
        """What a broken connection left behind must not break the next one."""
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            connection.collect()
