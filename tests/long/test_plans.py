"""With 100,000 cases, 300,000 follow-ups and 1,000,000 events, as the app's role: the hot reads use their indexes.

No time is measured here (`make bench` does): the plans are read, and no large table may be scanned from end to end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from bench.generate import fill
from bench.measure import counted
from embedded.locks import FileLock
from tests.support.settings import make_settings
from tests.support.sign_in import sign_in
from tracker import create_app
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR, person_actor
from tracker.core.database import Database
from tracker.core.web import database as database_of_app
from tracker.pathways.registry import load_default

pytestmark = pytest.mark.long

SIZE = 100_000
LARGE = {"cases", "case_events", "follow_ups", "case_memberships", "charges"}
_CHARGES = """
INSERT INTO charges (id, case_id, ref, jurisdiction, offence, crime, limitation, lapses_on, limitation_source,
                     certainty, created_at, checked_at, version)
SELECT gen_random_uuid(), id, 'X1', (ARRAY['PL', 'LT', 'DE', 'CZ', 'ICC'])[1 + n % 5], 'Detention', 'ordinary', kind,
       CASE kind WHEN 'date' THEN DATE '2020-01-01' + (n % 9000)::int END,
       CASE WHEN kind <> 'unknown' THEN 'Art. 101' END, CASE WHEN kind <> 'unknown' THEN 'K' END, now(), now(), 1
  FROM (SELECT id, n, CASE WHEN n % 10 < 7 THEN 'date' WHEN n % 10 < 9 THEN 'unknown' ELSE 'none' END AS kind
          FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM cases) AS numbered) AS kinds
"""
"""One on each case."""
LIST, CASE, MOVE = 8, 15, 20
"""Budgets of statements (docs: architecture)."""


@pytest.fixture(scope="module")
def large(cluster: Any, run_dir: Path) -> tuple[str, UUID]:
    """(address of the owner, a legal officer) of a full database. The first process to ask fills it for all."""
    done = run_dir / "large.done"
    with FileLock(run_dir / "large.lock"):
        if not done.exists():
            url = cluster.clone("large")
            done.write_text(str(_filled(url.replace("postgresql+psycopg", "postgresql"))))
    return cluster.url("large"), UUID(done.read_text())


def _filled(address: str) -> UUID:
    """Fill the database; the id of a legal officer."""
    with psycopg.connect(address) as connection:
        people = fill(connection, load_default(None).all(), SIZE)
        connection.execute(_CHARGES)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return people[0].id


@pytest.fixture
def app(large: tuple[str, UUID], tmp_path: Any) -> Iterator[Flask]:
    app = create_app(make_settings(tmp_path, database_url=large[0]))
    yield app
    with app.app_context():
        database_of_app().dispose()


@pytest.fixture
def officer(app: Flask, large: tuple[str, UUID]) -> FlaskClient:
    with app.app_context(), database_of_app().unit_of_work(OPERATOR) as session:
        person = session.get_one(Person, large[1])
        session.expunge(person)
    client = app.test_client()
    sign_in(client, person)
    return client


def reference_of_a_case(url: str) -> str:
    database = Database(url)
    with database.unit_of_work(OPERATOR) as session:
        found: str = session.execute(
            text("SELECT reference FROM cases WHERE level = 'internal' AND phase = 'open' ORDER BY id LIMIT 1")
        ).scalar_one()
    database.dispose()
    return found


def scans_of_large_tables(app: Flask, client: FlaskClient, address: str) -> tuple[int, list[str]]:
    """(statements, large tables that were read from end to end) of one GET."""
    plans: list[str] = []
    with app.app_context():
        engine = database_of_app().engine

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT") and "set_config" not in statement:
            with cursor.connection.cursor() as asking:
                asking.execute(f"EXPLAIN {statement}", parameters)
                plans.append("\n".join(row[0] for row in asking.fetchall()))

    client.get(address)
    with counted(engine) as statements:
        assert client.get(address).status_code == 200
    event.listen(engine, "before_cursor_execute", explain)
    try:
        client.get(address)
    finally:
        event.remove(engine, "before_cursor_execute", explain)
    scanned = [table for plan in plans for table in re.findall(r"(?:Parallel )?Seq Scan on (\w+)", plan)]
    return len(statements), sorted(LARGE & set(scanned))


@pytest.mark.parametrize(
    ("address", "budget"),
    [
        ("/", LIST),
        ("/?whose=team", LIST),
        ("/board", LIST),
        ("/board?by=assignee", LIST),
        ("/board?by=state&whose=team", LIST),
        ("/cases?group=phase", LIST),
        ("/follow-ups?group=assignee", LIST),
        ("/follow-ups?overdue=1", LIST),
        ("/cases", LIST),
        ("/cases?sort=deadline", LIST),
        ("/cases?sort=title", LIST),
        ("/cases?pathway=arrest_warrant", LIST),
        ("/cases?phase=paused", LIST),
        ("/follow-ups", LIST),
        ("/cases?q=warrant", LIST),
        ("/cases?q=777", LIST),
        ("/ledger", LIST),
        ("/charges", LIST),
        ("/charges?jurisdiction=CZ", LIST),
        ("/charges?state=passed", LIST),
        ("/charges?state=unknown", LIST),
        ("/charges?state=none&jurisdiction=LT", LIST),
        ("/search?q=warrant", CASE),
        ("/search/panel?q=warr", CASE),
        ("/cases/{reference}", CASE),
        ("/cases/{reference}/move", MOVE),
    ],
)
def test_a_hot_page_keeps_its_budget_and_reads_no_large_table_from_end_to_end(
    app: Flask, officer: FlaskClient, large: tuple[str, UUID], address: str, budget: int
) -> None:
    statements, scanned = scans_of_large_tables(app, officer, address.format(reference=reference_of_a_case(large[0])))
    assert statements <= budget
    assert scanned == []


@pytest.mark.parametrize(
    ("said", "most"), [("777", 101), ("warrant", 101), ("warrant 777", 101), ("zzqx", 101), ("wa", 3)]
)
def test_search_reads_a_small_part_of_what_it_searches(large: tuple[str, UUID], said: str, most: int) -> None:
    """Plans inside a function are not shown, the pages read are: the entries of events alone take over 20,000."""
    database = Database(large[0])
    with database.unit_of_work(person_actor(large[1], frozenset({"legal_officer"}))) as session:
        asked = text(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)"
            " SELECT * FROM app_search(:said, ARRAY['case', 'event', 'follow_up'], :most)"
        )
        session.execute(asked, {"said": said, "most": most})
        plan = session.execute(asked, {"said": said, "most": most}).scalar_one()[0]["Plan"]
    database.dispose()
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 8_000
