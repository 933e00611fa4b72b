"""The services of docker-compose.yml as processes of this machine, against servers over TCP with passwords.

Command lines and environment are those of the file; only places are others: hosts, ports, folders.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import redis

from embedded.binaries import postgres_bin_dir, valkey_server
from embedded.processes import as_user, identity_of_servers, tied_to_parent, wait_until
from tests.support.compose import ROOT, compose_file, plain

SITE = "cases.example.org"
VARIABLES = {"SITE": SITE, "BACKUP_RECIPIENT": "none"}
"""What whoever starts it sets; the rest is empty."""
_NO_FOLDER = "/dev/null/data"
"""Nobody can make or write it, as in a container that is read-only and has no volume."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ByHand:
    """Database and broker, secrets as files, and whatever else is started; everything ends with the block."""

    def __init__(self, folder: Path, smtp_url: str) -> None:
        self.folder = folder
        self.secrets = folder / "secrets"
        self._compose = compose_file()
        self._ends = ExitStack()
        self._logs: list[Path] = []
        self._database_port, self._broker_port = free_port(), free_port()
        command = [str(ROOT / "bin" / "make-secrets")]
        subprocess.run(command, env={"PATH": os.environ["PATH"], "SECRETS_DIR": str(self.secrets)}, check=True)
        (self.secrets / "smtp_url").write_text(smtp_url)

    def __enter__(self) -> ByHand:
        self._start_database()
        self._start_broker()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def secret(self, name: str) -> str:
        """What the file of this secret says."""
        return (self.secrets / name).read_text().strip()

    def environment(self, service: str, **more: str) -> dict[str, str]:
        """What the service's container gets, with this machine's places; `more` is what the image and the test add."""
        has_folder = any(one.startswith("data:") for one in self._compose["services"][service]["volumes"])
        folder = str(self.folder / "data") if has_folder else _NO_FOLDER
        image = {"TRACKER_DATA_DIR": folder, "FLASK_APP": "commands:create_app"}
        said = {
            name: self._here(str(value)) for name, value in self._compose["services"][service]["environment"].items()
        }
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {"PATH": path, "PYTHONDONTWRITEBYTECODE": "1"} | image | said | more

    def run(self, service: str, *words: str, stdin: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        """A command to its end, in the service's environment; without words the service's own."""
        command = list(words) or self._command(service)
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment(service, **more),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self, service: str, **more: str) -> subprocess.Popen[bytes]:
        """The service as a process that goes on."""
        return self._launch(service, self._command(service), self.environment(service, **more))

    def said(self) -> str:
        """The last lines of everybody."""
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-800:]}" for log in self._logs)

    def _command(self, service: str) -> list[str]:
        return [self._here(word) for word in self._compose["services"][service]["command"]]

    def _here(self, text: str) -> str:
        text = re.sub(r"\$\{(\w+)[^}]*\}", lambda found: VARIABLES.get(found[1], ""), text)
        text = plain(text).replace("/run/secrets/", f"{self.secrets}/").replace("/run/ring/", f"{self.secrets}/ring/")
        text = text.replace("@database:5432", f"@127.0.0.1:{self._database_port}")
        return text.replace("broker:6379", f"127.0.0.1:{self._broker_port}")

    def _launch(
        self, name: str, command: list[Any], environment: dict[str, str], **how: Any
    ) -> subprocess.Popen[bytes]:
        log = self.folder / f"{name}-{len(self._logs)}.log"
        self._logs.append(log)
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=environment,
                cwd=how.pop("cwd", ROOT),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=tied_to_parent(signal.SIGKILL),
                **how,
            )
        self._ends.callback(_end, process)
        return process

    def _start_database(self) -> None:
        user = identity_of_servers()
        programs = postgres_bin_dir(user)
        data, word = self.folder / "postgres", self.folder / "word"
        data.mkdir(mode=0o700)
        word.write_text(self.secret("database_superuser_password"))
        if user is not None:
            os.chown(data, user, -1)
            os.chown(word, user, -1)
        said = self._compose["services"]["database"]["environment"]["POSTGRES_INITDB_ARGS"].split()
        initdb = [programs / "initdb", "-D", data, "-U", "postgres", f"--pwfile={word}", "--no-sync", *said]
        subprocess.run(initdb, cwd="/", check=True, capture_output=True, **as_user(user))
        options = {"listen_addresses": "127.0.0.1", "port": self._database_port, "fsync": "off"}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        command = [programs / "postgres", "-D", data, "-c", "unix_socket_directories=", *words]
        self._launch(
            "database", [*command, *self._compose["services"]["database"]["command"][1:]], {}, cwd="/", **as_user(user)
        )
        assert wait_until(self._make_owner, 60), self.said()

    def _make_owner(self) -> bool:
        """As the container's entry does at its first start."""
        file = ROOT / self._compose["configs"]["make_owner"]["file"]
        script = file.read_text().partition("<<'SQL'\n")[2].rpartition("SQL")[0]
        script = script.replace(":'password'", "'" + self.secret("database_owner_password") + "'")
        try:
            connection = psycopg.connect(
                host="127.0.0.1",
                port=self._database_port,
                user="postgres",
                password=self.secret("database_superuser_password"),
                dbname="postgres",
                autocommit=True,
            )
        except psycopg.OperationalError:
            return False
        with connection:
            for statement in filter(str.strip, script.split(";")):
                connection.execute(statement.encode())
        return True

    def _start_broker(self) -> None:
        (self.folder / "valkey").mkdir()
        shell, switch, script = self._command("broker")
        script = script.replace(
            "valkey-server -", f"{valkey_server()} - --bind 127.0.0.1 --port {self._broker_port}", 1
        )
        self._launch(
            "broker",
            [shell, switch, script.replace("/data", str(self.folder / "valkey"))],
            {"PATH": os.environ["PATH"]},
        )
        client = redis.Redis(port=self._broker_port, password=self.secret("broker_password"))
        assert wait_until(lambda: _answers(client), 20), self.said()
        client.close()

    @property
    def database_url(self) -> str:
        """The owner's address, for looking on."""
        word = self.secret("database_owner_password")
        return f"postgresql+psycopg://tracker_owner:{word}@127.0.0.1:{self._database_port}/tracker"

    @property
    def broker_url(self) -> str:
        """Without its password."""
        return f"redis://127.0.0.1:{self._broker_port}/0"


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
