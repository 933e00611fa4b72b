"""Real Celery processes against a real database, broker and relay."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from embedded.processes import tied_to_parent, wait_until
from tests.support.processes import ROOT
from tests.support.smtp import SmtpSink
from tracker import models  # noqa: F401  every table must be known before the first mapper is used
from tracker.core.actor import PLANNER
from tracker.core.database import Database
from tracker.pathways.store import DefinitionStore, use_store
from tracker.reminders import nudge
from tracker.reminders.queries import last_seen
from tracker.wiring import HANDLERS

START_S = 60
"""How long a worker may take to come up on a busy machine."""

StartCelery = Callable[..., "CeleryProcess"]


class CeleryProcess:
    """`celery -A worker.app worker` (or beat), with its log."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "worker.app", *arguments],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=tied_to_parent(signal.SIGKILL),
            )

    def kill(self) -> None:
        """kill -9, the children too: as when the machine goes down."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(20)

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, handlers=HANDLERS)
    use_store(DefinitionStore(database, None))
    yield database
    database.dispose()


@pytest.fixture
def environment(database_url: str, valkey_url: str, smtp_sink: SmtpSink, tmp_path: Path) -> dict[str, str]:
    """What a process of this copy finds in its environment."""
    return {
        "PATH": os.environ["PATH"],
        "TRACKER_ENV": "test",
        "TRACKER_DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": database_url,
        "BROKER_URL": valkey_url,
        "SMTP_URL": smtp_sink.url,
        "BASE_URL": "https://tracker.example.org",
    }


@pytest.fixture
def start_celery(environment: dict[str, str], tmp_path: Path) -> Iterator[StartCelery]:
    """`start_celery("worker")`: a process that ends with the test. Keyword arguments change the environment."""
    with ExitStack() as started:

        def start(kind: str = "worker", **changes: str) -> CeleryProcess:
            arguments = [kind, "--concurrency", "1"] if kind == "worker" else [kind, "--pidfile="]
            log = tmp_path / f"{kind}-{len(list(tmp_path.glob('*.log')))}.log"
            process = CeleryProcess([*arguments, "--loglevel", "INFO"], environment | changes, log)
            started.callback(process.kill)
            return process

        yield start


@pytest.fixture
def worker(start_celery: StartCelery, database: Database) -> CeleryProcess:
    """A worker that has done its first tick."""
    process = start_celery()
    assert wait_until(lambda: "tick" in seen(database), START_S), process.said
    return process


@pytest.fixture
def nudging(valkey_url: str) -> Iterator[None]:
    """Commits of this process tap on the worker's shoulder, as those of the web do."""
    nudge.use(nudge.through_broker(valkey_url))
    yield
    nudge.use(None)


def seen(database: Database) -> dict[str, Any]:
    with database.unit_of_work(PLANNER) as session:
        return dict(last_seen(session))


@contextmanager
def hanging(sink: SmtpSink) -> Iterator[None]:
    """A relay that takes a mail and never answers."""
    import asyncio

    accept = sink.handle_DATA

    async def hang(*_: Any) -> str:
        await asyncio.sleep(3600)
        return "250 Too late"

    sink.handle_DATA = hang  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        sink.handle_DATA = accept  # type: ignore[method-assign]


@pytest.fixture
def nudge_worker(valkey_url: str) -> Callable[[], None]:
    """Tap on the worker's shoulder."""
    return nudge.through_broker(valkey_url)
