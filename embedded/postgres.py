"""One embedded PostgreSQL: made, started, stopped. Who may use it and for how long is `keeper` and `lease`."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from embedded.binaries import postgres_bin_dir
from embedded.faults import EmbeddedServerFault
from embedded.places import Places, private_folder
from embedded.processes import (
    as_user,
    identity_of_servers,
    processes_working_in,
    send_signal,
    tied_to_parent,
    wait_until,
)

DATABASE = "tracker"
OWNER = "tracker_owner"
WEB, JOBS = "tracker_web", "tracker_jobs"
"""Logins that own nothing, of the web and of workers."""
SUPERUSER = "postgres"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The wheel's defaults are those of a machine of twenty years ago: 128 MB, a checkpoint at every gigabyte of log.
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    # Rows of people must not reach a log: no statement of a failed command, no values of a broken constraint.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A PostgreSQL of one data folder. `durable=False` gives up fsync, for tests that nobody will miss."""

    places: Places
    durable: bool = True

    @property
    def sockets(self) -> Path:
        """Where the server's socket is."""
        return self.places.sockets / "pg"

    def url(self, database: str = DATABASE, user: str = OWNER) -> str:
        """The address for SQLAlchemy."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.sockets}"

    def answers(self, database: str = DATABASE, user: str = OWNER) -> bool:
        """Whether a connection can be opened now."""
        try:
            psycopg.connect(host=str(self.sockets), dbname=database, user=user, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server on its data, made when there is none; it answers on return. Raises EmbeddedServerFault."""
        data = self.places.cluster()
        user = _owner_of(data)
        bin_dir = postgres_bin_dir(user)
        if not (data / "PG_VERSION").exists():
            _make_cluster(bin_dir, data, user, self.durable)
        _sweep(data)
        _own(private_folder(self.sockets), user)
        server = self._launch(bin_dir, data, user)
        if not wait_until(lambda: server.poll() is not None or self.answers("postgres", SUPERUSER), 120):
            server.kill()
        if server.poll() is not None:
            raise EmbeddedServerFault(f"PostgreSQL did not start; see {self.log}\n{self._last_words()}")
        self._make_database()
        return server

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.places.logs / "postgres.log"

    def _launch(self, bin_dir: Path, data: Path, user: int | None) -> subprocess.Popen[bytes]:
        settings = _SETTINGS | ({} if self.durable else _FAST) | {"unix_socket_directories": str(self.sockets)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [bin_dir / "postgres", "-D", data, *options],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # SIGQUIT: stop at once; what was committed is in the log and comes back at the next start.
                preexec_fn=tied_to_parent(signal.SIGQUIT),
                **as_user(user),
            )

    def _make_database(self) -> None:
        """The owner's role, which is no superuser (so that row-level security binds), and its database."""
        with psycopg.connect(host=str(self.sockets), dbname="postgres", user=SUPERUSER, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE").format(sql.Identifier(OWNER)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                statement = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])


def stop(server: subprocess.Popen[bytes], patience: float = 20.0) -> None:
    """Stop the server: connections are closed, everything is written down. Harsher when that takes too long."""
    for sent in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            server.send_signal(sent)
        try:
            server.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return


def _owner_of(data: Path) -> int | None:
    """Who runs the server: for root, whoever owns the cluster already, else `nobody`."""
    user = identity_of_servers()
    if user is not None and data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid
    return user


def _make_cluster(bin_dir: Path, data: Path, user: int | None, durable: bool) -> None:
    """Make the cluster beside its place and move it there when whole: a kill in between leaves no half of one."""
    for leftover in data.parent.glob(f"{data.name}.new-*"):
        shutil.rmtree(leftover)
    draft = private_folder(data.with_name(f"{data.name}.new-{secrets.token_hex(4)}"))
    _own(draft, user)
    command: list[str | Path] = [bin_dir / "initdb", "-D", draft, "-U", SUPERUSER, "--auth=trust", "-E", "UTF8"]
    command += ["--locale-provider=builtin", "--locale=C.UTF-8", *([] if durable else ["--no-sync"])]
    made = subprocess.run(
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **as_user(user),
    )
    if made.returncode != 0:
        raise EmbeddedServerFault(f"PostgreSQL's data could not be made in {data.parent}:\n{made.stderr.strip()}")
    if data.exists():
        data.rmdir()  # an empty folder; one with something in it is not ours to remove
    draft.rename(data)


def _own(folder: Path, user: int | None) -> None:
    if user is not None:
        os.chown(folder, user, -1)


def _sweep(data: Path) -> None:
    """End what a killed keeper left for the moment, then take away its pid file, whose pid may be another's by now."""
    for sent, seconds in ((None, 5.0), (signal.SIGQUIT, 7.0), (signal.SIGKILL, 5.0)):
        for pid in processes_working_in(data):
            if sent is not None:
                send_signal(pid, sent)
        if wait_until(lambda: not processes_working_in(data), seconds):
            (data / "postmaster.pid").unlink(missing_ok=True)
            return
    raise EmbeddedServerFault(f"Another PostgreSQL works in {data} and does not end: {processes_working_in(data)}")
