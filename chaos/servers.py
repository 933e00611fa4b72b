"""PostgreSQL and Valkey of a run's own, which can be stopped the hard way and started again."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import redis

from embedded import valkey
from embedded.places import Places
from embedded.postgres import DATABASE, OWNER, SUPERUSER, Cluster, stop
from embedded.processes import tied_to_parent, wait_until


class OwnPostgres:
    """A durable PostgreSQL. Start it from the main thread: the kernel ties it to the thread that made it."""

    def __init__(self, folder: Path) -> None:
        self.cluster = Cluster(Places(folder), durable=True)
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """Its Unix socket, for a proxy."""
        return self.cluster.sockets / ".s.PGSQL.5432"

    @property
    def url(self) -> str:
        """The address for SQLAlchemy, without a proxy."""
        return self.cluster.url()

    def url_through(self, port: int) -> str:
        """The address by way of a proxy on loopback."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{port}/{DATABASE}?sslmode=disable&gssencmode=disable"

    def start(self) -> None:
        """Start it; it answers on return, recovered from whatever ended it."""
        self._server = self.cluster.start()

    def restart_at_once(self) -> None:
        """`pg_ctl stop -m immediate`, and start: no checkpoint, no good-bye, recovery from the log."""
        assert self._server is not None
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(30)
        self.start()

    def stop(self) -> None:
        """End it for good."""
        if self._server is not None:
            stop(self._server)

    def connect(self) -> psycopg.Connection[Any]:
        """A connection that sees every row: for counting, never for what is tested."""
        return psycopg.connect(host=str(self.cluster.sockets), dbname=DATABASE, user=SUPERUSER, autocommit=True)


class OwnValkey:
    """A broker with its append-only file. Start it from the main thread."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder)
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address as Celery writes it, without a proxy."""
        return valkey.broker_url(self.places)

    @property
    def socket(self) -> Path:
        """Its Unix socket, for a proxy."""
        return valkey.socket_path(self.places)

    def client(self) -> redis.Redis:
        """Talk to it; a context."""
        return redis.Redis(unix_socket_path=str(self.socket))

    def start(self) -> None:
        """Start it; it answers on return."""
        with (self.places.logs / "valkey.log").open("ab") as log:
            self._server = subprocess.Popen(
                valkey.command(self.places), stdout=log, stderr=log, preexec_fn=tied_to_parent(signal.SIGKILL)
            )
        if not wait_until(self._answers, 30):
            raise TimeoutError(f"Valkey did not start; see {self.places.logs}")

    def stop(self, *, hard: bool = False) -> None:
        """SIGTERM, or kill -9."""
        if self._server is not None:
            (self._server.kill if hard else self._server.terminate)()
            self._server.wait(20)

    def keys(self) -> dict[str, int]:
        """Each key and how much is in it (of lists and sets; else 1)."""
        with self.client() as client:
            return keys_of(client)

    def flush(self) -> None:
        """FLUSHALL: queue and bindings are gone."""
        with self.client() as client:
            client.flushall()

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


def keys_of(client: redis.Redis) -> dict[str, int]:
    """Each key of a broker and how much is in it; but for what a worker at work has in its hands for a moment."""
    names = sorted(key if isinstance(key, str) else key.decode() for key in client.keys())  # noqa: SIM118  no dict
    return {name: _length(client, name) for name in names}


def _length(client: redis.Redis, key: str) -> int:
    kind = client.type(key)
    if kind == b"list":
        return int(client.llen(key))
    if kind == b"set":
        return int(client.scard(key))
    if kind == b"zset":
        return int(client.zcard(key))
    return int(client.hlen(key)) if kind == b"hash" else 1
