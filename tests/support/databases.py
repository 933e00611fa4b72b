"""One PostgreSQL for the whole test run, one migrated template in it, and a fresh clone for each test that asks."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

from embedded.lease import PostgresLease
from embedded.locks import FileLock
from embedded.postgres import OWNER, SUPERUSER
from tracker.core.migrate import upgrade

TEMPLATE = "tracker_template"


class TestCluster:
    """The run's PostgreSQL without fsync; it ends with the last process of the run, however that one ends."""

    __test__ = False

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._lease = PostgresLease(run_dir / "postgres-data", durable=False)
        self._lease.take()
        self._make_template()

    def url(self, database: str, user: str = OWNER) -> str:
        """The address of `database` for SQLAlchemy."""
        return self._lease.cluster.url(database, user)

    def clone(self, name: str) -> str:
        """Make the database `name` anew from the template; its address."""
        with self.superuser() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(OWNER)))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove the database `name`."""
        with self.superuser() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def empty(self, name: str) -> str:
        """Make the database `name` anew with nothing in it, for tests of migrations; its address."""
        self.drop(name)
        with self.superuser() as connection:
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(OWNER)))
        return self.url(name)

    def superuser(self) -> psycopg.Connection:
        """A connection that may do everything; for making databases, never for what is tested."""
        sockets = str(self._lease.cluster.sockets)
        return psycopg.connect(host=sockets, dbname="postgres", user=SUPERUSER, autocommit=True)

    def release(self) -> None:
        """Let go of the server."""
        self._lease.release()

    def _make_template(self) -> None:
        done = self._run_dir / "template.done"
        with FileLock(self._run_dir / "template.lock"):
            if not done.exists():
                upgrade(self.empty(TEMPLATE))
                done.touch()


class WorkerDatabase:
    """The database of one test process: cloned anew before a test when an earlier one may have written to it."""

    def __init__(self, cluster: TestCluster, worker: str) -> None:
        self._cluster = cluster
        self._name = f"test_{worker}"
        self._clean_url: str | None = None

    def take(self) -> str:
        """The address of a database as the migrations leave it. From now on it counts as written to."""
        url = self._clean_url or self._cluster.clone(self._name)
        self._clean_url = None
        return url
