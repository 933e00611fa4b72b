"""The search tables of a large filling: written once at its end, through the triggers' own functions, by all processors.

What a trigger would do for each batch of rows costs a third of a millisecond a row, most of it in the index of words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

KINDS = {"case": "cases", "event": "case_events", "follow_up": "follow_ups"}
"""Kind of search entry -> the table that it comes from."""
_COLUMNS = "object_id, case_id, own_level, on_day, words"


@contextmanager
def words_at_once(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """New rows of cases, events and follow-ups are not found until the end of the block, and all of them then."""
    for table in KINDS.values():
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER search_made")
    yield
    for kind, table in KINDS.items():
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER search_made")
        _write(connection, kind)


def _write(connection: psycopg.Connection[Any], kind: str) -> None:
    """A table of its own first: PostgreSQL shares that work among processors, and an INSERT not."""
    index = f"ix_search_{kind}_words"
    made = connection.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", (index,)).fetchone()
    assert made is not None
    connection.execute(f"DROP INDEX {index}")
    connection.execute(
        f"CREATE TABLE bench_words AS SELECT object_id, case_id, own_level, on_day, search_lexemes(names, prose) AS words"
        f" FROM search_{kind}_texts"
    )
    connection.execute(f"TRUNCATE search_{kind}")
    connection.execute(f"INSERT INTO search_{kind} ({_COLUMNS}) SELECT {_COLUMNS} FROM bench_words")
    connection.execute("DROP TABLE bench_words")
    connection.execute(made[0])
