"""The database: who we are in it, whether row-level security binds us, whether it is of this version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg

from config import Settings
from migrations.newest import newest_revision
from tracker.backup.snapshot import plain_url
from tracker.core.logins import OF_JOBS, OF_WEB, STANDING, Standing, faults_of
from tracker.doctor.findings import Finding, fault, fine, warning

ROLES = tuple(sorted(OF_JOBS))
OLDEST_SERVER = 180000
SKEW_S, WORST_SKEW_S = 5.0, 60.0
UNPROTECTED = {"alembic_version", "mail_pace", "pathway_definitions", "sightings"}
"""Tables that hold nothing of cases or people: paces, published definitions, sightings."""

_STANDING = """
    SELECT current_setting('server_version_num')::int, r.rolsuper, r.rolbypassrls, clock_timestamp(),
           to_regclass('alembic_version') IS NOT NULL
      FROM pg_roles r WHERE r.rolname = current_user
    """
_ROLES = """
    SELECT w.name, r.oid IS NOT NULL, coalesce(r.rolsuper OR r.rolbypassrls, false),
           EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace),
           r.oid IS NOT NULL AND pg_has_role(current_user, r.oid, 'SET')
      FROM unnest(%s::text[]) w(name) LEFT JOIN pg_roles r ON r.rolname = w.name
    """
_BARE_TABLES = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity
    """
_AUDIT = """
    SELECT bool_or(has_table_privilege(r.rolname, 'audit_entries', 'UPDATE, DELETE, TRUNCATE'))
      FROM pg_roles r WHERE r.rolname = ANY (%s)
    """


def look_at_database(url: str) -> Iterator[Finding]:
    """Everything about it that can be asked; the first finding says whether it answers at all."""
    try:
        with psycopg.connect(plain_url(url), connect_timeout=5, application_name="tracker doctor") as connection:
            yield fine("database", "The database answers.")
            yield from _look(connection)
    except psycopg.OperationalError:
        yield fault(
            "database",
            "The database named by DATABASE_URL does not answer, or not to this user and password.",
            "Start it, or correct DATABASE_URL (and DATABASE_PASSWORD).",
        )


def _look(connection: psycopg.Connection) -> Iterator[Finding]:
    [(version, is_super, bypasses, now, is_migrated)] = connection.execute(_STANDING).fetchall()
    yield judged_server(version)
    yield judged_login(is_super, bypasses)
    yield judged_clock((now - datetime.now(UTC)).total_seconds())
    revision = connection.execute("SELECT version_num FROM alembic_version").fetchone() if is_migrated else None
    yield judged_revision(revision[0] if revision else None, newest_revision())
    if revision:
        for row in connection.execute(_ROLES, [list(ROLES)]).fetchall():
            yield judged_role(*row)
        yield judged_tables({row[0] for row in connection.execute(_BARE_TABLES)} - UNPROTECTED)
        [(may_change,)] = connection.execute(_AUDIT, [list(ROLES)]).fetchall()
        yield judged_audit(bool(may_change))


def look_at_logins(settings: Settings) -> Iterator[Finding]:
    """Those of the web and of jobs, which must not be able to go round row-level security."""
    for about, name, url, roles in (
        ("login of the web", "DATABASE_APP_URL", settings.database_app_url, OF_WEB),
        ("login of jobs", "DATABASE_JOBS_URL", settings.database_jobs_url, OF_JOBS),
    ):
        yield _look_at_login(about, name, url, roles, needed=settings.is_production)


def _look_at_login(about: str, name: str, url: str | None, roles: frozenset[str], *, needed: bool) -> Finding:
    if url is None:
        return judged_missing(about, name, needed=needed)
    try:
        with psycopg.connect(plain_url(url), connect_timeout=5, application_name="tracker doctor") as connection:
            [row] = connection.execute(STANDING).fetchall()
    except psycopg.OperationalError:
        return fault(about, f"{name} lets nobody in.", f"Start the database, or let the migrate job make it: {_MAKE}")
    return judged_bounds(about, faults_of(Standing(*row), roles))


_MAKE = "python -m tracker.cli.migrate, with all three addresses of the database set."


def judged_missing(about: str, name: str, *, needed: bool) -> Finding:
    """No address of its own. `needed`: the owner's must not stand in for it."""
    if needed:
        return fault(about, f"{name} is not set: nothing but the owner of the tables is left to work with.", _MAKE)
    return fine(about, "The owner's login, narrowed by each transaction.")


def judged_bounds(about: str, faults: list[str]) -> Finding:
    """What a login is beyond what it should be."""
    if faults:
        return fault(
            about,
            f"The {about} {' and '.join(faults)}: one forgotten filter or one injected statement shows everything.",
            f"Name a login of its own: {_MAKE}",
        )
    return fine(about, f"The {about} owns nothing, and may become no more than it should.")


def judged_server(version: int) -> Finding:
    """`version` as server_version_num."""
    if version < OLDEST_SERVER:
        return fault("server", f"PostgreSQL {version // 10000} is too old.", "Use PostgreSQL 18 or newer.")
    return fine("server", f"PostgreSQL {version // 10000}.")


def judged_login(is_super: bool, bypasses: bool) -> Finding:
    """The login of DATABASE_URL."""
    if is_super or bypasses:
        return fault(
            "login",
            "The login in DATABASE_URL is a superuser or bypasses row-level security: need-to-know hangs on a filter.",
            "ALTER ROLE … NOSUPERUSER NOBYPASSRLS, or name the owner of the tables, who needs CREATEROLE only.",
        )
    return fine("login", "The login owns the tables and is bound by nothing more than that.")


def judged_clock(ahead_s: float) -> Finding:
    """How far the database's clock is ahead of ours."""
    says = f"This machine's clock and the database's are {abs(ahead_s):.0f} s apart."
    mend = "Let both follow a time server (timedatectl set-ntp true)."
    if abs(ahead_s) > WORST_SKEW_S:
        return fault("clock", f"{says} One-time codes and links will fail.", mend)
    if abs(ahead_s) > SKEW_S:
        return warning("clock", says, mend)
    return fine("clock", "This machine's clock and the database's agree.")


def judged_revision(revision: str | None, newest: str) -> Finding:
    """Of the schema."""
    if revision is None:
        return fault(
            "revision", "The database is empty.", "python -m tracker.cli.migrate, or flask backup restore FILE."
        )
    if revision != newest:
        return fault(
            "revision",
            f"The database is at revision {revision}, this code at {newest}.",
            "python -m tracker.cli.migrate",
        )
    return fine("revision", f"The database is at revision {revision}, as this code.")


def judged_role(name: str, is_there: bool, bypasses: bool, owns: bool, may_become: bool) -> Finding:
    """One of the roles that transactions become."""
    about = f"role {name}"
    if not is_there:
        return fault(
            about,
            f"The role {name} is missing, and with it all that it was granted.",
            "Restore the last backup into an empty database (flask backup restore FILE), which makes roles and rights.",
        )
    if bypasses or owns:
        return fault(
            about,
            f"The role {name} is a superuser, bypasses row-level security or owns tables: need-to-know does not hold.",
            f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS; give its tables to the owner (REASSIGN OWNED).",
        )
    if not may_become:
        return fault(
            about, f"The login may not become {name}.", f"GRANT {name} TO the login WITH INHERIT FALSE, SET TRUE."
        )
    return fine(about, f"{name} is there, and bound.")


def judged_tables(bare: set[str]) -> Finding:
    """Tables on which row-level security is switched off."""
    if bare:
        return fault(
            "row-level security",
            f"Row-level security is off on: {', '.join(sorted(bare))}.",
            "ALTER TABLE … ENABLE ROW LEVEL SECURITY; find out who switched it off.",
        )
    return fine("row-level security", "Row-level security is on everywhere.")


def judged_audit(may_change: bool) -> Finding:
    """Whether a role of the program may change what it wrote down."""
    if may_change:
        return fault(
            "audit",
            "A role of the program may change or remove entries of the audit.",
            "REVOKE UPDATE, DELETE, TRUNCATE ON audit_entries from it; then flask audit verify.",
        )
    return fine("audit", "The audit can only grow.")
