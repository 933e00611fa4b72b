"""Databases filled once and kept in the data folder, since filling 100,000 cases takes minutes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from uuid import UUID

import psycopg

from bench.generate import Person, fill
from embedded.bootstrap import hold_postgres
from tracker.pathways.registry import load_default


def filled_database(folder: Path, size: int) -> tuple[str, list[Person]]:
    """(address of the owner, people) of an embedded database with `size` cases; filled when it is not there yet.

    A database of an older version is migrated; remove its folder to have it filled anew.
    """
    place = folder / str(size)
    place.mkdir(parents=True, exist_ok=True)
    url = hold_postgres(place)
    marker = place / "people.json"
    if not marker.exists():
        print(f"filling a database with {size:,} cases …", file=sys.stderr, flush=True)
        with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
            people = fill(connection, load_default(None).all(), size)
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")
        marker.write_text(json.dumps([[str(person.id), list(person.roles)] for person in people]))
    return url, [Person(UUID(identity), tuple(roles)) for identity, roles in json.loads(marker.read_text())]
