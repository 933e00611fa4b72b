"""What a run stands on: a folder, PostgreSQL, Valkey, the relay, proxies before them, workers and beats."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos.commands import Commands
from chaos.fleet import Fleet
from chaos.ledger import Ledger
from chaos.proxy import PostgresProxy, Proxy
from chaos.servers import OwnPostgres, OwnValkey
from chaos.sink.client import Sink
from chaos.work import Work

ROOT = Path(__file__).resolve().parent.parent
BASE_URL = "https://tracker.example.org"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the product is told to be, so that minutes show what takes hours: seconds."""

    lease_s: int = 12
    grace_s: int = 6
    tick_s: int = 5

    def environment(self) -> dict[str, str]:
        """As environment variables."""
        return {
            "REMINDER_LEASE_S": str(self.lease_s),
            "REMINDER_GRACE_S": str(self.grace_s),
            "REMINDER_TICK_S": str(self.tick_s),
        }


@dataclass
class Ground:
    """A context. `askable`: the relay's accept log is told to the product. `through_proxies`: so is the network."""

    askable: bool = True
    through_proxies: bool = False
    pace: Pace = field(default_factory=Pace)
    faults: dict[str, Any] = field(default_factory=dict)
    keep: Path | None = None
    """Where to leave the logs; else they go with the run."""
    stays: bool = False
    """Something went wrong: they stay after all."""

    def __enter__(self) -> Ground:
        with ExitStack() as stack:
            self.folder = self.keep or Path(tempfile.mkdtemp(prefix="chaos-"))
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
            if self.keep is None:
                stack.callback(self._tidy)
            self.postgres, self.valkey = OwnPostgres(self.folder / "data"), OwnValkey(self.folder / "data")
            stack.callback(shutil.rmtree, self.postgres.cluster.places.sockets, ignore_errors=True)
            self.postgres.start()
            stack.callback(self.postgres.stop)
            self.valkey.start()
            stack.callback(self.valkey.stop)
            self.sink = Sink(self.folder / "relay", self.faults).start()
            stack.callback(self.sink.kill)
            self.to_postgres = stack.enter_context(PostgresProxy(self.postgres.socket))
            self.to_valkey = stack.enter_context(Proxy(self.valkey.socket))
            self.to_relay = stack.enter_context(Proxy(("127.0.0.1", self.sink.smtp_port)))
            self.fleet = Fleet(self.environment(), self.folder)
            stack.callback(self.fleet.close)
            self.commands = Commands(self._direct_environment(), self.fleet.look)
            self.commands.migrate()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _tidy(self) -> None:
        if not self.stays:
            shutil.rmtree(self.folder, ignore_errors=True)

    def ledger(self, work: Work) -> Ledger:
        """The outbox, for one run's follow-ups."""
        return Ledger(self.postgres.url, work.run)

    def change(self, what: str, token: str) -> None:
        """Change something by hand between planning and sending (chaos.by_hand)."""
        words = [sys.executable, "-W", "ignore", "-m", "chaos.by_hand", what, token]
        subprocess.run(words, cwd=ROOT, env=self._direct_environment(), check=True)

    def environment(self) -> dict[str, str]:
        """What workers and beats find in their environment."""
        given = self._direct_environment()
        if self.through_proxies:
            given["DATABASE_URL"] = self.postgres.url_through(self.to_postgres.port)
            given["BROKER_URL"] = f"redis://127.0.0.1:{self.to_valkey.port}/0"
            given["SMTP_URL"] = f"smtp://127.0.0.1:{self.to_relay.port}"
        return given

    def _direct_environment(self) -> dict[str, str]:
        given = {
            "PATH": os.environ["PATH"],
            "TRACKER_ENV": "test",
            "TRACKER_DATA_DIR": str(self.folder / "data"),
            "DATABASE_URL": self.postgres.url,
            "BROKER_URL": self.valkey.url,
            "SMTP_URL": self.sink.smtp_url,
            "BASE_URL": BASE_URL,
        }
        if self.askable:
            given["RELAY_LOOKUP_URL"] = self.sink.lookup_url
        return given | self.pace.environment()
