"""The documented commands, each a process of its own, as an operator types them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaos.work import Work

ROOT = Path(__file__).resolve().parent.parent


class Failed(Exception):
    """A command did not end well."""


@dataclass(frozen=True, slots=True)
class Commands:
    """Runs `flask …` with `environment`. `idle` is called while one runs, so that others are looked after."""

    environment: Mapping[str, str]
    idle: Callable[[], None] = lambda: None

    def flask(self, *words: str, given: str = "", tries: int = 1) -> str:
        """What `flask WORDS` prints; `tries` are for a database that goes away meanwhile. Raises Failed."""
        for left in reversed(range(tries)):
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "flask", *words],
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            said, complained = self._wait(process, given)
            if process.returncode == 0:
                return said
            if not left:
                raise Failed(f"flask {' '.join(words)}: {said}{complained}")
            time.sleep(1)
        raise AssertionError

    def migrate(self) -> None:
        """`make migrate` for the database that the environment names."""
        subprocess.run([sys.executable, "-m", "embedded.bootstrap"], cwd=ROOT, env=dict(self.environment), check=True)

    def make_people(self, work: Work) -> None:
        """Accounts for the colleagues of a run."""
        for words, given in work.commands_for_people():
            self.flask(*words, given=given)

    def take_in(self, file: Path, tries: int = 10) -> None:
        """Import a dossier; the same file twice changes nothing, so one that was interrupted is imported again."""
        self.flask("dossier", "import", str(file), "--json", tries=tries)

    def status(self) -> dict[str, Any]:
        """`flask reminders status --json`."""
        found: dict[str, Any] = json.loads(self.flask("reminders", "status", "--json", tries=5))
        return found

    def tick(self, now: str | None = None) -> dict[str, Any]:
        """`flask reminders tick --json`, at `now` if one is given."""
        moved = ["--now", now] if now else []
        found: dict[str, Any] = json.loads(self.flask("reminders", "tick", "--json", *moved))
        return found

    def _wait(self, process: subprocess.Popen[str], given: str) -> tuple[str, str]:
        while True:
            try:
                return process.communicate(given or None, timeout=0.3)
            except subprocess.TimeoutExpired:
                given = ""
                self.idle()
