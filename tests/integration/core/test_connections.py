"""The pool asks no question of PostgreSQL before each request, and still never hands out a dead connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text

from tracker.core import database as module
from tracker.core.actor import NOBODY
from tracker.core.database import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


def _process(database: Database) -> int:
    with database.unit_of_work(NOBODY) as session:
        return int(session.scalar(text("SELECT pg_backend_pid()")) or 0)


def test_what_postgresql_closed_meanwhile_is_replaced_without_an_error(database: Database, database_url: str) -> None:
    first = _process(database)
    assert _process(database) == first  # it is kept
    with psycopg.connect(database_url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    assert _process(database) != first


@pytest.mark.parametrize(("rest", "is_asked"), [(3600.0, False), (0.0, True)])
def test_only_a_connection_that_rested_long_is_asked_whether_it_answers(
    database: Database, monkeypatch: pytest.MonkeyPatch, rest: float, is_asked: bool
) -> None:
    _process(database)
    asked: list[Any] = []
    monkeypatch.setattr(module, "PING_AFTER_REST", rest)

    def answers(connection: Any) -> bool:
        asked.append(connection)
        return True

    monkeypatch.setattr(module, "_answers", answers)
    _process(database)
    assert bool(asked) is is_asked


def test_no_statement_but_those_of_the_request_is_sent(database: Database) -> None:
    _process(database)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    _process(database)
    assert len(statements) == 2, statements  # who acts, and the question itself


def test_a_connection_that_rested_still_has_its_plans(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PING_AFTER_REST", 0.0)
    question = text("SELECT 'asked often'")
    for _time in range(3):
        with database.unit_of_work(NOBODY) as session:
            session.execute(question)
    with database.unit_of_work(NOBODY) as session:
        kept = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert "SELECT 'asked often'" in kept
