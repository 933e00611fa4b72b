"""An import that is killed leaves nothing behind, at whatever moment, and the next one takes everything in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, make_url, select, table, text

from embedded.postgres import SUPERUSER
from embedded.processes import tied_to_parent, wait_until
from tests.support.processes import ROOT

pytestmark = [pytest.mark.long, pytest.mark.own_database]

CASES, EVENTS = 120, 15
EVERYTHING = {
    "dossiers": 1,
    "subjects": CASES,
    "cases": CASES,
    "events": CASES * EVENTS,
    "follow_ups": CASES,
    "documents": CASES,
}
MOMENTS = ("dossiers", "cases", "case_events", "follow_ups", "documents")
"""Tables in the order in which an import first writes to them."""

WRITES_TO = text(
    "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation"
    " WHERE relname = :name AND mode = 'RowExclusiveLock' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
OTHERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")


@pytest.fixture
def watcher(database_url: str) -> Iterator[Engine]:
    """Sees every row and every lock of the test's database."""
    engine = create_engine(make_url(database_url).set(username=SUPERUSER), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture
def big_file(tmp_path: Path) -> Path:
    path = tmp_path / "big.json"
    path.write_text(json.dumps(a_big_document()))
    return path


@pytest.fixture
def start(database_url: str, tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start the real command, in a process of its own."""

    def start(*words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "dossier", *words],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database_url, "TRACKER_DATA_DIR": str(tmp_path / "data")},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # where the gaps go: a pipe that nobody reads would stop it
            text=True,
            preexec_fn=tied_to_parent(signal.SIGKILL),
        )

    return start


def a_big_document() -> dict[str, Any]:
    events = [
        {"seq": year, "occurred_on": f"20{year:02d}-03-01", "status": "listed", "summary": f"Listed in 20{year:02d}"}
        for year in range(1, EVENTS + 1)
    ]
    cases = [
        {
            "ref": f"C{number}",
            "pathway": "sanctions",
            "title": f"Listing {number}",
            "dossier": "D",
            "subjects": [{"subject": f"S{number}"}],
            "events": events,
            "follow_ups": [{"ref": f"F{number}", "title": "Look at the renewal", "due_on": "2035-01-01"}],
        }
        for number in range(CASES)
    ]
    subjects = [{"ref": f"S{number}", "name": f"Entity {number}", "kind": "entity"} for number in range(CASES)]
    return {
        "format": "accountability-dossier/1",
        "sender": "big",
        "dossiers": [{"ref": "D", "title": "Listings"}],
        "subjects": subjects,
        "cases": cases,
        "documents": [{"ref": f"P{number}", "title": f"Paper {number}"} for number in range(CASES)],
    }


def rows(watcher: Engine) -> dict[str, int]:
    """How many rows each table holds."""
    with watcher.connect() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


def is_writing(watcher: Engine, name: str) -> bool:
    with watcher.connect() as connection:
        return bool(connection.scalar(WRITES_TO, {"name": name}))


def is_alone(watcher: Engine) -> bool:
    with watcher.connect() as connection:
        return bool(connection.scalar(OTHERS) == 0)


def test_a_killed_import_leaves_nothing_and_the_next_takes_everything_in(
    watcher: Engine, big_file: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    assert start("import", str(big_file), "--dry-run").wait(120) == 0  # the pathways are stored by the first command
    before = rows(watcher)
    assert before["cases"] == before["case_events"] == 0
    for moment in MOMENTS:
        victim = start("import", str(big_file))
        assert wait_until(lambda: is_writing(watcher, moment), 60), (moment, victim.poll())  # noqa: B023  called here
        victim.kill()
        assert victim.wait(10) == -signal.SIGKILL, moment
        assert wait_until(lambda: is_alone(watcher), 30)
        assert rows(watcher) == before, moment
    for outcome in ("created", "unchanged"):
        survivor = start("import", str(big_file), "--json")
        said = json.loads(survivor.communicate(timeout=120)[0])
        assert (survivor.returncode, said["errors"], said[outcome]) == (0, [], EVERYTHING)
    after = rows(watcher)
    assert (after["cases"], after["case_events"], after["follow_ups"]) == (CASES, CASES * EVENTS, CASES)
