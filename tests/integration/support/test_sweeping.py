"""No test may see what another one left: neither rows nor a changed schema, nor somebody who goes on working."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from embedded.postgres import SUPERUSER
from tests.factories.person import make_person
from tests.support.databases import WorkerDatabase
from tests.support.sweeping import SMALL
from tracker.audit.services import record
from tracker.core.actor import OPERATOR
from tracker.core.database import Database

SEEN = "INSERT INTO sightings VALUES ('test', now())"
SIZE = "SELECT pg_relation_size('sightings')"
OID = "SELECT oid FROM pg_database WHERE datname = current_database()"


@pytest.fixture
def swept(cluster: Any, worker_name: str) -> Iterator[WorkerDatabase]:
    database = WorkerDatabase(cluster, f"of_sweeping_{worker_name}")
    yield database
    database.close()
    cluster.drop(f"test_of_sweeping_{worker_name}")


def asked(url: str, statement: str, user: str = SUPERUSER) -> Any:
    address = url.replace("postgresql+psycopg", "postgresql").replace("tracker_owner@", f"{user}@")
    with psycopg.connect(address) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]


def test_what_was_written_is_gone_history_too_and_the_database_stays(swept: WorkerDatabase) -> None:
    url = swept.take()
    first = asked(url, OID)
    database = Database(url)
    with database.unit_of_work(OPERATOR) as session:
        person = make_person(session, "legal_officer")
        record(session, OPERATOR, "person.made", "person", person.id)
    database.dispose()
    left = "SELECT (SELECT count(*) FROM people) + (SELECT count(*) FROM audit_entries)"
    assert asked(url, left) == 2
    assert asked(swept.take(), OID) == first
    assert asked(url, left) == 0


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE stray (id integer)",
        "DROP POLICY IF EXISTS {policy} ON cases",
        "ALTER TABLE cases DISABLE ROW LEVEL SECURITY",
        "GRANT DELETE ON audit_entries TO tracker_app",
        "ANALYZE people",
        "DELETE FROM alembic_version",
        "UPDATE alembic_version SET version_num = '0000'",
    ],
)
def test_whoever_changes_more_than_rows_gets_the_next_one_a_new_database(swept: WorkerDatabase, change: str) -> None:
    url = swept.take()
    first = asked(url, OID)
    policy = asked(url, "SELECT polname FROM pg_policy WHERE polrelid = 'cases'::regclass LIMIT 1")
    asked(url, SEEN)
    asked(url, change.format(policy=policy))
    assert asked(swept.take(), OID) != first
    assert asked(url, "SELECT count(*) FROM sightings") == 0


def test_who_is_still_connected_is_cut_off_and_who_may_stay_keeps_no_transaction(swept: WorkerDatabase) -> None:
    url = swept.take()
    address = url.replace("postgresql+psycopg", "postgresql")
    stranger, idle, busy = (psycopg.connect(address) for _ in range(3))
    swept.kept |= {idle.info.backend_pid, busy.info.backend_pid}
    busy.execute("INSERT INTO sightings VALUES ('other', now())")
    swept.take()
    for gone in (stranger, busy):
        with pytest.raises(psycopg.OperationalError):
            gone.execute("SELECT 1")
    assert idle.execute("SELECT count(*) FROM sightings").fetchone() == (0,)
    idle.close()


def test_tables_stay_so_small_that_queries_are_planned_as_in_a_new_database(swept: WorkerDatabase) -> None:
    url = swept.take()
    first = asked(url, OID)
    asked(url, "INSERT INTO sightings SELECT number::text, now() FROM generate_series(1, 4000) number")
    assert asked(url, SIZE) > SMALL
    swept.take()
    assert asked(url, SIZE) == 0
    asked(url, SEEN)
    swept.take()
    assert (asked(url, SIZE), asked(url, OID)) == (8192, first)


def test_rows_that_are_known_may_stay_and_go_once_one_of_them_is_another(swept: WorkerDatabase) -> None:
    url = swept.take()
    asked(url, SEEN)
    swept.rows.know("sightings")
    counted = "SELECT count(*) FROM sightings"
    assert asked(swept.take(spare="sightings"), counted) == 1
    asked(url, "UPDATE sightings SET seen_at = seen_at")
    assert asked(swept.take(spare="sightings"), counted) == 0
    asked(url, SEEN)
    swept.rows.know("sightings")
    assert asked(swept.take(), counted) == 0
