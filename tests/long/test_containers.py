"""docker-compose.yml as it is, in real containers, where this machine has a Docker engine; skipped, and said so, else.

DATABASE_IMAGE and the like may name other base images, as in `.env`. The ports 80, 443 and 8025 must be free.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest

from embedded.processes import wait_until
from tests.support.compose import ROOT

pytestmark = pytest.mark.long
PROJECT = "tracker-containers-test"
PORTS = (80, 443, 8025)
COPIES = {"database": 1, "broker": 1, "mail": 1, "proxy": 1, "web": 2, "worker": 2, "beat": 2}


class House:
    """The evaluation profile, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def compose(self, *words: str, stdin: str | None = None, patience_s: int = 300) -> subprocess.CompletedProcess[str]:
        command = ["docker", "compose", "-p", PROJECT, "--profile", "evaluation", *words]
        environment = os.environ | {"SITE": "localhost", "SMTP_CLEAR_HOSTS": "mail"}
        return subprocess.run(
            command, cwd=self.folder, env=environment, input=stdin, capture_output=True, text=True, check=False,
            timeout=patience_s,
        )  # fmt: skip

    def run(self, service: str, *words: str, stdin: str | None = None) -> str:
        """What a command of its own container says, in the service's environment."""
        done = self.compose("run", "--rm", "-T", "--user", str(os.getuid()), service, *words, stdin=stdin)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def healthy(self) -> Counter[str]:
        """How many containers of each service are well."""
        lines = self.compose("ps", "--format", "json").stdout.splitlines()
        rows = [json.loads(line) for line in lines if line.startswith("{")]
        return Counter(row["Service"] for row in rows if row["Health"] == "healthy")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    ):
        pytest.skip("NO DOCKER ENGINE on this machine: nothing is started in containers")
    if taken := [port for port in PORTS if _is_taken(port)]:
        pytest.skip(f"the ports {taken} are taken")
    house = House(tmp_path / "containers")
    _copy_sources(house.folder)
    subprocess.run([house.folder / "bin" / "make-secrets", "evaluation"], check=True, capture_output=True)
    try:
        built = house.compose("build", patience_s=1800)
        assert built.returncode == 0, built.stderr[-3000:]
        started = house.compose("up", "-d", patience_s=600)
        assert started.returncode == 0, started.stderr[-3000:] + house.compose("logs", "--tail", "20").stdout
        yield house
    finally:
        house.compose("down", "-v", "--timeout", "10")


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _copy_sources(folder: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def ask(path: str, *, secure: bool = True) -> tuple[int, Any]:
    unknown = ssl._create_unverified_context()  # noqa: S323  the proxy made its own certificate for this name
    connection: http.client.HTTPConnection = (
        http.client.HTTPSConnection("localhost", context=unknown, timeout=30)
        if secure
        else http.client.HTTPConnection("localhost", timeout=30)
    )
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers


def test_the_file_starts_a_house_that_works_and_holds_no_privilege(house: House) -> None:
    """One test: what it asks of the house, it asks of the one that took minutes to start."""
    require_that_all_are_well(house)
    require_that_none_writes_to_its_own_files_or_holds_a_privilege(house)
    require_that_the_doctor_misses_a_backup_alone(house)
    require_that_keys_change_while_nobody_works(house)
    require_that_a_backup_opens_again(house)


def require_that_all_are_well(house: House) -> None:
    assert wait_until(lambda: dict(house.healthy()) == COPIES, 300), house.compose("ps", "-a").stdout
    status, headers = ask("/first-run")
    assert status == 200 and "max-age" in headers["Strict-Transport-Security"]
    status, headers = ask("/sign-in", secure=False)
    assert status in (301, 308) and headers["Location"].startswith("https://localhost")


def require_that_none_writes_to_its_own_files_or_holds_a_privilege(house: House) -> None:
    for service in ("web", "worker", "beat"):
        wrote = house.compose("exec", "-T", service, "touch", "/app/x")
        assert wrote.returncode and "Read-only file system" in wrote.stderr, service
        held = house.compose("exec", "-T", service, "cat", "/proc/self/status").stdout
        assert "CapEff:\t0000000000000000" in held and "NoNewPrivs:\t1" in held, service


def require_that_the_doctor_misses_a_backup_alone(house: House) -> None:
    words = ["--email", "first@example.org", "--name", "First", "--role", "administrator", "--password-stdin"]
    assert "first@example.org" in house.run("migrate", "flask", "user", "create", *words, stdin="nine old boats sail\n")
    found = house.compose("run", "--rm", "-T", "migrate", "flask", "doctor").stdout
    assert [line for line in found.splitlines() if line.startswith("BAD")] == ["BAD  backup: No backup was ever made."]


def require_that_keys_change_while_nobody_works(house: House) -> None:
    ring = house.folder / "secrets" / "ring" / "field_keys"
    old = ring.read_text().partition(":")[0]
    house.run("keys", "flask", "keys", "add", "next")
    house.run("keys", "flask", "keys", "rotate", "next", "--wait", "60")
    house.run("keys", "flask", "keys", "retire", old)
    assert [line.partition(":")[0] for line in ring.read_text().splitlines()] == ["next"]


def require_that_a_backup_opens_again(house: House) -> None:
    identity = pyrage.x25519.Identity.generate()
    (house.folder / "key.txt").write_text(f"{identity}\n")
    backups = house.folder / "backups"
    backups.mkdir(mode=0o777)
    backups.chmod(0o777)
    words = ["flask", "backup", "create", "--to", "/backups", "--recipient", str(identity.to_public())]
    made = house.compose("run", "--rm", "-T", "backup", *words)
    assert made.returncode == 0, made.stderr
    (name,) = (path.name for path in backups.iterdir())
    mounts = ["-v", f"{backups}:/backups:ro", "-v", f"{house.folder / 'key.txt'}:/key.txt:ro"]
    opened = house.compose(
        "run", "--rm", "-T", "--user", "10001", *mounts, "migrate",
        "python", "-m", "tracker.cli.sealed", "verify", f"/backups/{name}", "--identity", "/key.txt",
    )  # fmt: skip
    assert opened.returncode == 0, opened.stdout + opened.stderr
