"""Starting the relay, and talking to it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chaos.sink.accept_log import Accepted
from chaos.sink.endings import Ending
from embedded.processes import tied_to_parent

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Sink:
    """A relay of ours: `start` it on a folder, and again on the same one after `kill`."""

    folder: Path
    faults: dict[str, Any] = field(default_factory=dict)
    smtp_port: int = 0
    http_port: int = 0
    host: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None

    @property
    def smtp_url(self) -> str:
        """As SMTP_URL writes it."""
        return f"smtp://127.0.0.1:{self.smtp_port}"

    @property
    def lookup_url(self) -> str:
        """As RELAY_LOOKUP_URL writes it."""
        return f"http://127.0.0.1:{self.http_port}/accepted"

    def start(self) -> Sink:
        """Start the process; it listens on return, on the same ports as before."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chaos.sink", str(self.folder), *self._options()],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            preexec_fn=tied_to_parent(signal.SIGKILL),
        )
        assert self.process.stdout is not None
        addresses = json.loads(self.process.stdout.readline())
        self.smtp_port, self.http_port = addresses["smtp_port"], addresses["http_port"]
        return self

    def at(self, url: str) -> Sink:
        """One that runs already, and answers at `url`."""
        parts = urlsplit(url)
        self.host, self.http_port = parts.hostname or self.host, parts.port or 80
        return self

    def _options(self) -> list[str]:
        ports = ["--smtp-port", str(self.smtp_port), "--http-port", str(self.http_port)]
        return ["--faults", json.dumps(self.faults), *ports]

    def kill(self) -> None:
        """kill -9: whoever is in the middle of a mail loses the connection."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()

    def ask(self, path: str) -> Any:
        """What a GET answers."""
        return self._call("GET", path)

    def order(self, path: str, **given: Any) -> Any:
        """What a POST of `given` answers: /faults, /freeze, /release."""
        return self._call("POST", path, json.dumps(given))

    def accepted(self, after: int = 0) -> list[Accepted]:
        """Every mail that was accepted, in order."""
        return [Accepted(**one | {"tokens": tuple(one["tokens"])}) for one in self.ask(f"/accepted?after={after}")]

    def endings(self) -> dict[int, Ending]:
        """How it went on after each mail that this process of the relay accepted, by the acceptance's number."""
        return {one["number"]: Ending(**one) for one in self.ask("/endings")}

    def count(self) -> int:
        """How many mails were accepted."""
        return int(self.ask("/state")["accepted"])

    def misbehave(self, **plan: Any) -> None:
        """From now on go wrong so: `chance`, `script`, `weights`, `seed`, `most_refusals`; nothing: behave."""
        self.order("/faults", **plan)

    def _call(self, method: str, path: str, body: str | None = None) -> Any:
        connection = HTTPConnection(self.host, self.http_port, timeout=30)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            content = json.loads(answer.read())
            if answer.status == 400:
                raise ValueError(content["error"])
            return content
        finally:
            connection.close()
