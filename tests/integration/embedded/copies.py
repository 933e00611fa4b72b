"""A whole running copy of the system, as `make run` starts it, for tests to look at and to kill."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from embedded.processes import tied_to_parent, wait_until
from tests.support.processes import ROOT


@dataclass
class Copy:
    """One supervisor and what it says."""

    data_dir: Path
    port: int
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def wait_until_ready(self) -> None:
        """Read what it says until it invites people in."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C stops everything" in line:
                return
        raise AssertionError(f"the copy ended before it was ready:\n{''.join(self.said)}")

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def is_well(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    @property
    def servers(self) -> dict[str, dict[str, str]]:
        """What it tells other commands about its servers."""
        found: dict[str, dict[str, str]] = json.loads((self.data_dir / "run" / "servers.json").read_text())
        return found

    def child(self, words: str) -> int:
        """The pid of the child whose command line holds `words`: the oldest, which the others descend from."""
        return min(pid for pid, command in processes_of(self.data_dir).items() if words in command)


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """The environment of commands that belong to the copy of `data_dir`."""
    return {**os.environ, "TRACKER_DATA_DIR": str(data_dir), **more}


@contextmanager
def copy(data_dir: Path, **more: str) -> Iterator[Copy]:
    """A copy that has been started; `wait_until_ready` waits for it."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "embedded.supervisor"],
        cwd=ROOT,
        env=environment(data_dir, PORT=str(port), **{"SAMPLE": "0", **more}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=tied_to_parent(signal.SIGKILL),
    )
    try:
        yield Copy(data_dir, port, process)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def flask(data_dir: Path, *words: str, given: str = "") -> str:
    """What a `flask` command says on stdout."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *words],
        cwd=ROOT,
        env=environment(data_dir),
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def processes_of(data_dir: Path) -> dict[int, str]:
    """Command lines of all living processes that were started for the copy of `data_dir`."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command, surroundings = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(data_dir).encode() in command + surroundings:
                found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


def nothing_is_left(data_dir: Path, seconds: float) -> bool:
    """Whether all processes of the copy have ended within `seconds`."""
    return wait_until(lambda: not processes_of(data_dir), seconds, pause=0.1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port
