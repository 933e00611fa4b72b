"""Child processes of tests, which end with the test process whatever happens to it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from embedded import valkey
from embedded.places import Places
from embedded.processes import tied_to_parent, wait_until

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running_valkey(data_dir: Path) -> Iterator[str]:
    """A real Valkey; its address as Celery writes it."""
    places = Places(data_dir)
    log = places.logs / "valkey.log"
    with log.open("ab") as output:
        server = subprocess.Popen(
            valkey.command(places), stdout=output, stderr=output, preexec_fn=tied_to_parent(signal.SIGKILL)
        )
    client = redis.Redis(unix_socket_path=str(valkey.socket_path(places)))
    try:
        assert wait_until(lambda: _answers(client), 20), log.read_text()
        yield valkey.broker_url(places)
    finally:
        client.close()
        server.terminate()
        server.wait(10)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
