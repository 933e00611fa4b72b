"""Making an embedded database ready: running, and at the newest revision."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg

from config import Settings, load_settings
from embedded.faults import EmbeddedServerFault
from embedded.lease import PostgresLease
from embedded.locks import FileLock
from embedded.places import Places
from embedded.postgres import JOBS, WEB, Cluster
from migrations.newest import newest_revision

# Held until the process ends, and by then the kernel lets go.
_leases: dict[Path, PostgresLease] = {}


def ready_settings() -> Settings:
    """The settings of this process, with a database behind them.

    A database named by DATABASE_URL is taken as it is. Otherwise the embedded one is started when nobody has,
    migrated when the code is newer, and runs until this process and every other user have ended.
    Raises ConfigurationFault, EmbeddedServerFault.
    """
    if not os.environ.get("DATABASE_URL", "").strip():
        settings = load_settings()
        if settings.is_production:
            return settings
        os.environ["DATABASE_URL"] = hold_postgres(settings.data_dir)
    return load_settings()


def hold_postgres(data_dir: Path) -> str:
    """Use the embedded PostgreSQL of `data_dir` until this process ends; the address of a migrated database."""
    lease = _leases.setdefault(data_dir, PostgresLease(data_dir))
    url = lease.take()
    migrate(Places(data_dir), url)
    return url


def make_logins(cluster: Cluster) -> dict[str, str]:
    """The logins of the web and of workers in a migrated database: name of the setting -> address."""
    urls = {"DATABASE_APP_URL": cluster.url(user=WEB), "DATABASE_JOBS_URL": cluster.url(user=JOBS)}
    if not _has_logins(cluster.url()):
        from tracker.core import logins

        logins.make_logins(cluster.url(), urls["DATABASE_APP_URL"], urls["DATABASE_JOBS_URL"])
    return urls


def _has_logins(url: str) -> bool:
    """Whether they are there, and know every role; importing the application would cost every start."""
    try:
        with _connection(url) as connection:
            row = connection.execute(_KNOW_EVERY_ROLE, [JOBS, WEB]).fetchone()
    except psycopg.errors.UndefinedObject:
        return False
    return bool(row and row[0])


_KNOW_EVERY_ROLE = r"""
    SELECT bool_and(pg_has_role(%s, oid, 'SET')) AND EXISTS (SELECT FROM pg_roles WHERE rolname = %s)
      FROM pg_roles WHERE rolname LIKE 'tracker\_%%' AND NOT rolcanlogin
    """


def _connection(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1))


def migrate(places: Places, url: str) -> None:
    """Bring the database to the newest revision; two commands that start together do it once.

    Raises EmbeddedServerFault when the data was written by a newer version of the code.
    """
    if _revision_of(url) == newest_revision():
        return
    from alembic.util import CommandError

    from tracker.core.migrate import upgrade

    with FileLock(places.run / "migrate.lock"):
        try:
            upgrade(url)
        except CommandError as error:
            raise EmbeddedServerFault(f"The database does not fit this version of the code: {error}") from error


def _revision_of(url: str) -> str | None:
    try:
        with _connection(url) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    return str(row[0]) if row else None


if __name__ == "__main__":
    # `make migrate`: a database that an address names is migrated only when somebody asks for it.
    settings = ready_settings()
    if settings.database_url is not None:
        migrate(Places(settings.data_dir), settings.database_url)
