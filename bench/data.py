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

_PERIODS = (
    """INSERT INTO period_records (id, case_id, ref, kind, title, created_at, version)
       SELECT uuidv7(), id, 'bench', 'listing', 'Listing ' || reference, now(), 1
         FROM (SELECT id, reference, row_number() OVER (ORDER BY id) AS n FROM cases) c WHERE n % 5 = 0""",
    """INSERT INTO periods (id, record_id, ref, begins_on, end_kind, ends_on, ends_by, is_overlapping, entered_at)
       SELECT uuidv7(), id, back::text, (over - 364)::text, 'day', over::text, over, false, now()
         FROM (SELECT r.id, back, current_date - 30 + n::integer % 300 - 365 * back AS over
                 FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM period_records) r, generate_series(0, 4) AS back) p""",
)
"""Every fifth case has a record of five years, of which the last has ended of late or will within a year."""


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
    if not (periods := place / "periods").exists():
        with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
            for statement in _PERIODS:
                connection.execute(statement)
            connection.execute("VACUUM ANALYZE period_records, periods")
        periods.touch()
    return url, [Person(UUID(identity), tuple(roles)) for identity, roles in json.loads(marker.read_text())]
