"""The ground of a run from outside: servers and relay that somebody else started, named by the documented variables.

DATABASE_URL, BROKER_URL, SMTP_URL and, where the relay can be asked, RELAY_LOOKUP_URL. The relay has to be one of ours
(`python -m chaos.sink FOLDER`), because only that one tells how often it took each mail; SINK_URL names its HTTP side
where RELAY_LOOKUP_URL doesn't. Servers of others are restarted by the commands that the run is given.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import redis

from chaos.commands import Commands
from chaos.fleet import Fleet
from chaos.ground import BASE_URL, Pace
from chaos.ledger import Ledger
from chaos.servers import keys_of
from chaos.sink.client import Sink
from chaos.work import Work

NEEDED = ("DATABASE_URL", "BROKER_URL", "SMTP_URL")


class NotGiven(Exception):
    """What a run from outside needs, and nobody said."""


@dataclass
class OutsidePostgres:
    """A PostgreSQL of somebody else's."""

    restart_command: str | None

    def restart_at_once(self) -> None:
        """Run the command that stops it the hard way and starts it again."""
        _run(self.restart_command, "--postgres-restart-command")


@dataclass
class OutsideValkey:
    """A broker of somebody else's."""

    url: str
    restart_command: str | None

    def stop(self, *, hard: bool = False) -> None:
        """Nothing: the command stops and starts in one go."""

    def start(self) -> None:
        """Run the command that restarts it."""
        _run(self.restart_command, "--broker-restart-command")

    def flush(self) -> None:
        """FLUSHALL."""
        with self._client() as client:
            client.flushall()

    def keys(self) -> dict[str, int]:
        """Each key and how much is in it."""
        with self._client() as client:
            return keys_of(client)

    def _client(self) -> redis.Redis:
        if self.url.startswith("redis+socket://"):
            return redis.Redis(unix_socket_path=urlsplit(self.url).path)
        return redis.Redis.from_url(self.url)


@dataclass
class OutsideGround:
    """Like chaos.ground.Ground, on servers that run already. A context."""

    pace: Pace = field(default_factory=Pace)
    postgres_restart_command: str | None = None
    broker_restart_command: str | None = None
    keep: Path | None = None
    given: Mapping[str, str] = field(default_factory=lambda: os.environ)
    stays: bool = True
    """The logs are left where they are."""

    def __enter__(self) -> OutsideGround:
        missing = [name for name in NEEDED if not self.given.get(name)]
        if missing:
            raise NotGiven(f"A run from outside needs {', '.join(missing)} in its environment.")
        self.folder = self.keep or Path(tempfile.mkdtemp(prefix="chaos-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.postgres = OutsidePostgres(self.postgres_restart_command)
        self.valkey = OutsideValkey(self.given["BROKER_URL"], self.broker_restart_command)
        self.sink = self._sink()
        environment = self._environment()
        self.fleet = Fleet(environment, self.folder)
        self.commands = Commands(environment, self.fleet.look)
        self.commands.migrate()
        return self

    def __exit__(self, *_: object) -> None:
        self.fleet.close()

    def ledger(self, work: Work) -> Ledger:
        """The outbox, for one run's follow-ups."""
        return Ledger(self.given["DATABASE_URL"], work.run)

    def _sink(self) -> Sink:
        url = self.given.get("SINK_URL") or self.given.get("RELAY_LOOKUP_URL")
        if not url:
            raise NotGiven("Who counts the mails? Set RELAY_LOOKUP_URL, or SINK_URL for an opaque relay.")
        return Sink(self.folder / "relay", smtp_port=urlsplit(self.given["SMTP_URL"]).port or 25).at(url)

    def _environment(self) -> dict[str, str]:
        names = [*NEEDED, "RELAY_LOOKUP_URL", "PATH", "DATABASE_APP_URL"]
        given = {name: self.given[name] for name in names if self.given.get(name)}
        defaults = {"TRACKER_ENV": "test", "BASE_URL": BASE_URL, "TRACKER_DATA_DIR": str(self.folder / "data")}
        pace = {name: self.given.get(name, value) for name, value in self.pace.environment().items()}
        return defaults | given | pace


def _run(command: str | None, option: str) -> None:
    if command is None:
        raise NotGiven(f"Nobody said how to restart it: {option}.")
    subprocess.run(shlex.split(command), check=True)
