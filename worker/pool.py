"""The processes that do a worker's jobs: one that dies is replaced, whenever it dies."""

from __future__ import annotations

from celery.concurrency.prefork import TaskPool


class SteadyPool(TaskPool):
    """Celery's own pool replaces a process that was killed, but ends the worker when that happens as it starts."""

    def did_start_ok(self) -> bool:
        """True always: a process that died before the worker was ready has another in its place by now."""
        self.maintain_pool()
        return True
