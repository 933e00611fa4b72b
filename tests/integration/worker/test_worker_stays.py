"""What a worker outlives: one of its processes killed as it starts, and a broker that refuses what it is asked."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from embedded.processes import wait_until
from tests.integration.worker.conftest import START_S, CeleryProcess, StartCelery, seen
from tracker.core.database import Database

PROCESSES = 1
LOST = "Connection to broker lost"


def children_of(process: CeleryProcess) -> list[int]:
    """Its own processes of the pool; not what it runs for a moment while it starts."""
    tasks = Path(f"/proc/{process.process.pid}/task/{process.process.pid}/children")
    found = [int(pid) for pid in tasks.read_text().split()]
    return [pid for pid in found if b"celery" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def kill_as_it_starts(start_celery: StartCelery) -> tuple[CeleryProcess, int]:
    """A worker and its process that was killed before the worker was ready; a worker that was quicker is given up."""
    for _attempt in range(10):
        worker = start_celery()
        killed, was_ready = kill_child_of(worker)
        if not was_ready:
            return worker, killed
        worker.kill()
    raise AssertionError("every worker was ready before its process was seen")


def kill_child_of(worker: CeleryProcess) -> tuple[int, bool]:
    """Kill its process as soon as there is one; whether the worker was ready by then."""
    assert wait_until(lambda: len(children_of(worker)) == PROCESSES, START_S, pause=0.001), worker.said
    os.kill(worker.process.pid, signal.SIGSTOP)
    (child,) = children_of(worker)
    os.kill(child, signal.SIGKILL)
    was_ready = "ready." in worker.said
    os.kill(worker.process.pid, signal.SIGCONT)
    return child, was_ready


@contextmanager
def refusing(valkey_url: str) -> Iterator[None]:
    """A broker that takes no more writes, as one does whose disk is full or that has become a replica."""
    with redis.Redis(unix_socket_path=valkey_url.removeprefix("redis+socket://").partition("?")[0]) as broker:
        broker.config_set("min-replicas-to-write", 1)
        try:
            yield
        finally:
            broker.config_set("min-replicas-to-write", 0)


def test_a_worker_whose_process_is_killed_as_it_starts_gets_another_and_works(
    start_celery: StartCelery, database: Database
) -> None:
    worker, killed = kill_as_it_starts(start_celery)
    assert wait_until(lambda: "tick" in seen(database), START_S), worker.said
    assert worker.is_alive
    assert killed not in children_of(worker)


def test_a_worker_waits_for_a_broker_that_refuses_to_be_written_to(
    worker: CeleryProcess, database: Database, valkey_url: str, nudge_worker: Callable[[], None]
) -> None:
    with refusing(valkey_url):
        assert wait_until(lambda: LOST in worker.said or not worker.is_alive, START_S)
    assert worker.is_alive, worker.said
    ticked = seen(database)["tick"]

    def ticks_again() -> bool:
        nudge_worker()
        return wait_until(lambda: seen(database)["tick"] > ticked, 2)

    assert wait_until(ticks_again, START_S), worker.said
