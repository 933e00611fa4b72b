"""How long a backup and a restore of a filled database take: `python -m bench.restoring` (SIZE=100000).

Prints JSON. The restore goes into an empty database of the same embedded server, which is removed afterwards.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path

import psycopg
import pyrage

from bench.data import filled_database
from embedded.places import Places
from embedded.postgres import OWNER, SUPERUSER, Cluster

ROOT = Path(__file__).resolve().parents[1]
NAME = "tracker_restored"
BAR_S = 900


def main() -> int:
    """0 when the restore stays under its bar."""
    from tracker import models  # noqa: F401
    from tracker.backup.recipients import read_recipients
    from tracker.backup.restoring import restore_backup, verify_backup
    from tracker.backup.snapshot import take_backup

    size = int(os.environ.get("SIZE", "100000"))
    folder = Path(os.environ.get("TRACKER_DATA_DIR", ROOT / "var")).absolute() / "bench"
    url, _ = filled_database(folder, size)
    cluster = Cluster(Places(folder / str(size)))
    with tempfile.TemporaryDirectory(dir=folder) as place:
        identity = pyrage.x25519.Identity.generate()
        key = Path(place) / "identity"
        key.write_text(str(identity))
        path = Path(place) / "backup.age"
        seconds = {}
        began = time.monotonic()
        rows = take_backup(url, path, read_recipients((str(identity.to_public()),)))
        seconds["create"] = time.monotonic() - began
        began = time.monotonic()
        assert verify_backup(path, key).rows == rows
        seconds["verify"] = time.monotonic() - began
        _anew(cluster)
        began = time.monotonic()
        assert restore_backup(path, key, cluster.url(NAME), 21_600).rows == rows
        seconds["restore"] = time.monotonic() - began
        megabytes = path.stat().st_size / 1_000_000
        _remove(cluster)
    figures = {name: round(value, 1) for name, value in seconds.items()}
    print(json.dumps({"cases": size, "rows": sum(rows.values()), "mb": round(megabytes, 1), "seconds": figures}))
    return 0 if seconds["restore"] <= BAR_S else 1


def _superuser(cluster: Cluster) -> psycopg.Connection:
    return psycopg.connect(host=str(cluster.sockets), dbname="postgres", user=SUPERUSER, autocommit=True)


def _anew(cluster: Cluster) -> None:
    _remove(cluster)
    with _superuser(cluster) as connection:
        connection.execute(f"CREATE DATABASE {NAME} OWNER {OWNER}")


def _remove(cluster: Cluster) -> None:
    with _superuser(cluster) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


if __name__ == "__main__":
    raise SystemExit(main())
