"""A database that can't be worked with is told in one line, not in a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import ROOT

SILENT = "postgresql+psycopg://tracker_owner@/none?host=/nonexistent"


def run(url: str, data_dir: Path, *words: str, calendars: Path | None = None) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    environment = kept | {
        "DATABASE_URL": url,
        "TRACKER_DATA_DIR": str(data_dir),
        "FLASK_APP": "embedded.entry:create_app",
        **({"TRACKER_CALENDAR_DIR": str(calendars)} if calendars else {}),
    }
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def empty_url(cluster: Any, worker_name: str) -> Any:
    name = f"standing_{worker_name}"
    yield cluster.empty(name)
    cluster.drop(name)


def test_a_command_says_that_the_database_does_not_answer(tmp_path: Path) -> None:
    said = run(SILENT, tmp_path, "-m", "flask", "user", "list")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "Error: The database named by DATABASE_URL does not answer.\n"


def test_a_command_says_that_the_database_is_not_migrated(tmp_path: Path, empty_url: str) -> None:
    said = run(empty_url, tmp_path, "-m", "flask", "reminders", "status", "--json")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "Error: The database is at no revision; bring it up with `make migrate`.\n"


def test_the_web_does_not_start_on_a_database_that_is_not_migrated(tmp_path: Path, empty_url: str) -> None:
    said = run(empty_url, tmp_path, "-c", "import wsgi")
    assert said.returncode == 3
    assert said.stderr == "The database is at no revision; bring it up with `make migrate`.\n"


def test_the_web_starts_and_tells_when_the_database_does_not_answer_yet(tmp_path: Path) -> None:
    said = run(SILENT, tmp_path, "-c", "import wsgi; print(wsgi.app.test_client().get('/healthz').status_code)")
    assert (said.returncode, said.stdout.strip()) == (0, "200")
    assert said.stderr == "The database named by DATABASE_URL does not answer.\n"


EXPLAIN = ("-m", "flask", "clock", "explain", "--rule", "rome_statute_127_1", "--json")


def test_a_rule_is_explained_where_no_database_is_and_none_is_started(tmp_path: Path) -> None:
    said = run("", tmp_path, *EXPLAIN, "--trigger", "2016-10-27")
    assert (said.returncode, said.stderr) == (0, "")
    assert json.loads(said.stdout)["due_on"] == "2017-10-27"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["secrets"]


def test_a_vague_day_leaves_nothing_on_stdout(tmp_path: Path) -> None:
    said = run(SILENT, tmp_path, *EXPLAIN, "--trigger", "2016-10")
    assert (said.returncode, said.stdout) == (1, "")
    assert "which one was it?" in said.stderr


def test_what_holds_in_an_installation_is_asked_of_its_database(tmp_path: Path) -> None:
    said = run(SILENT, tmp_path, *EXPLAIN, "--trigger", "2016-10-27", "--installed")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "Error: The database named by DATABASE_URL does not answer.\n"


def test_the_calendars_of_an_installation_are_used(tmp_path: Path) -> None:
    (tmp_path / "list.yaml").write_text("calendar: ICC\nyear: 2027\nsource: []\n", encoding="utf-8")
    said = run(SILENT, tmp_path, *EXPLAIN, "--trigger", "2016-10-27", calendars=tmp_path)
    assert (said.returncode, said.stdout) == (1, "")
    assert "list.yaml: source: " in said.stderr
