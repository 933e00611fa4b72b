"""A user of the embedded PostgreSQL in a process of its own, that a test can kill."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from embedded.lease import PostgresLease
from embedded.places import Places
from embedded.postgres import SUPERUSER, Cluster
from embedded.processes import processes_working_in, tied_to_parent, wait_until
from tests.support.processes import ROOT

_HOLD = """
import sys, time
from pathlib import Path
from embedded.lease import PostgresLease
lease = PostgresLease(Path(sys.argv[1]))
print(lease.take(), flush=True)
time.sleep(600)
"""


@contextmanager
def starting(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that sets out to use the PostgreSQL of `data_dir`, and does so until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(data_dir)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=tied_to_parent(signal.SIGKILL),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_lease(process: subprocess.Popen[str]) -> None:
    """Return when the process of `starting` has its server."""
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql+psycopg://"), "the lease was not taken"


@contextmanager
def holding(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that uses the PostgreSQL of `data_dir` until it is killed; the server answers already."""
    with starting(data_dir) as process:
        wait_for_lease(process)
        yield process


def postmaster(data_dir: Path) -> int:
    """The pid of the running server."""
    return int((Places(data_dir).cluster() / "postmaster.pid").read_text().split()[0])


def keeper(data_dir: Path) -> int:
    """The pid of the running keeper: the server's parent."""
    return int(Path(f"/proc/{postmaster(data_dir)}/stat").read_text().rpartition(")")[2].split()[1])


def connect(data_dir: Path, user: str = SUPERUSER, database: str = "tracker") -> psycopg.Connection:
    return psycopg.connect(host=str(Cluster(Places(data_dir)).sockets), dbname=database, user=user, autocommit=True)


def nothing_runs(data_dir: Path, seconds: float = 10.0) -> bool:
    """Whether neither server nor keeper of `data_dir` is left within `seconds`."""
    cluster, lease = Places(data_dir).cluster(), PostgresLease(data_dir)
    return wait_until(lambda: not processes_working_in(cluster) and not lease.has_keeper(), seconds)
