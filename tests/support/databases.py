"""One PostgreSQL for the whole test run, a migrated template in it, a clone for each process, swept for each test."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

from embedded.lease import PostgresLease
from embedded.locks import FileLock
from embedded.postgres import JOBS, OWNER, SUPERUSER, WEB
from tests.support.sweeping import NotSwept, Sweeper
from tracker.core.logins import make_logins
from tracker.core.migrate import upgrade

TEMPLATE = "tracker_template"


class TestCluster:
    """The run's PostgreSQL without fsync; it ends with the last process of the run, however that one ends."""

    __test__ = False
    owner = OWNER

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

    def superuser(self, database: str = "postgres") -> psycopg.Connection:
        """A connection that may do everything; for making databases, never for what is tested."""
        sockets = str(self._lease.cluster.sockets)
        return psycopg.connect(host=sockets, dbname=database, user=SUPERUSER, autocommit=True)

    def release(self) -> None:
        """Let go of the server."""
        self._lease.release()

    def _make_template(self) -> None:
        done = self._run_dir / "template.done"
        with FileLock(self._run_dir / "template.lock"):
            if not done.exists():
                with self.superuser() as connection:
                    # Work between tests that no test asks for, and that would change plans and block clones.
                    connection.execute("ALTER SYSTEM SET autovacuum = off")
                    connection.execute("ALTER SYSTEM SET checkpoint_timeout = '1h'")
                    connection.execute("SELECT pg_reload_conf()")
                url = self.empty(TEMPLATE)
                upgrade(url)
                make_logins(url, self.url(TEMPLATE, WEB), self.url(TEMPLATE, JOBS))
                done.touch()


class WorkerDatabase:
    """The database of one test process: a clone of the template, swept before each test.

    It is cloned anew when a test changed more than rows, when sweeping fails, and for a test that wants nobody else
    connected.
    """

    def __init__(self, cluster: TestCluster, worker: str) -> None:
        self._cluster = cluster
        self._name = f"test_{worker}"
        self._sweeper: Sweeper | None = None
        self.kept: set[int] = set()
        """Process ids of connections that outlive a test."""

    def take(self, *, alone: bool = False, spare: str | None = None) -> str:
        """The address of a database as the migrations leave it; `alone`: a new one without any connection.

        `spare`: a table whose rows may stay if they are those that the sweeper knows.
        """
        if alone:
            self.close()
            return self._cluster.clone(self._name)
        if self._sweeper is not None:
            try:
                self._sweeper.sweep(self.kept, spare)
            except (NotSwept, psycopg.Error):
                self.close()
        if self._sweeper is None:
            self._cluster.clone(self._name)
            self._sweeper = Sweeper(self._cluster.superuser(self._name))
        return self._cluster.url(self._name)

    @property
    def rows(self) -> Sweeper:
        """Reads and writes whole tables of the database, which must not be taken alone."""
        assert self._sweeper is not None
        return self._sweeper

    def close(self) -> None:
        """Let go of the database; the next test gets a new one."""
        if self._sweeper is not None:
            self._sweeper.close()
        self._sweeper = None
