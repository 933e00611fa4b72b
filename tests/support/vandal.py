"""Whoever owns the database, at work behind the program's back: no right, policy or trigger stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg


@contextmanager
def vandal(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection that fires no trigger; each statement is committed."""
    url = database_url.replace("postgresql+psycopg", "postgresql").replace("tracker_owner@", "postgres@")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
