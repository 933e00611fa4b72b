from __future__ import annotations

import psycopg
import pytest

from tracker.core.actor import NOBODY
from tracker.core.database import Database
from tracker.core.errors import NotConfigured


@pytest.fixture
def table_of_the_app(database_url):
    """A table that tracker_app owns, so that policies would not bind it there. (Roles belong to all tests.)"""
    superuser = database_url.replace("postgresql+psycopg", "postgresql").replace("tracker_owner@", "postgres@")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("CREATE TABLE stray (id integer)")
        connection.execute("ALTER TABLE stray OWNER TO tracker_app")
        yield
        connection.execute("DROP TABLE stray")


def test_a_process_refuses_to_work_when_a_role_goes_round_row_level_security(database_url, table_of_the_app):
    database = Database(database_url)
    with pytest.raises(NotConfigured, match="need-to-know would not hold"), database.unit_of_work(NOBODY) as session:
        session.connection()
    database.dispose()


def test_with_the_roles_as_the_migration_makes_them_it_works(database_url):
    database = Database(database_url)
    with database.unit_of_work(NOBODY) as session:
        assert session.connection().exec_driver_sql("SELECT current_user").scalar_one() == "tracker_app"
    database.dispose()
