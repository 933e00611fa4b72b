"""Who may log in to the database as what: the owner migrates, the web and the workers own nothing.

A login gains nothing by itself: it becomes one of the roles of `tracker.core.actor` at the start of each transaction,
and may become no other. So what gets past the program's own filters still meets the row policies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tracker.core.actor import DATABASE_ROLES, ActorKind
from tracker.core.errors import NotConfigured

_OF_WEB = (ActorKind.NOBODY, ActorKind.PERSON, ActorKind.WATCHER)
OF_WEB = frozenset(DATABASE_ROLES[kind] for kind in _OF_WEB)
"""What the login of the web may become, and that of jobs which render for a person."""
OF_JOBS = frozenset(DATABASE_ROLES.values())
"""What the login of jobs may become: none of them owns a table."""

STANDING = """
    WITH reach AS (SELECT r.* FROM pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER'))
    SELECT session_user::text, bool_or(rolsuper), bool_or(rolbypassrls),
           EXISTS (SELECT FROM pg_class c JOIN reach o ON o.oid = c.relowner
                    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace),
           bool_or(rolcreaterole), coalesce(array_agg(rolname::text) FILTER (WHERE rolname <> session_user), '{}')
      FROM reach
    """


@dataclass(frozen=True, slots=True)
class Standing:
    """What a login is, or can become by SET ROLE. `owns`: a table of ours."""

    name: str
    is_super: bool
    bypasses: bool
    owns: bool
    makes_roles: bool
    becomes: list[str]


def faults_of(standing: Standing, may_become: Iterable[str]) -> list[str]:
    """Half sentences: why this login could go round row-level security."""
    if standing.is_super:
        return ["is a superuser"]
    said = {"bypasses row-level security": standing.bypasses, "owns tables": standing.owns}
    faults = [fault for fault, holds in (said | {"may make roles": standing.makes_roles}).items() if holds]
    beyond = sorted(set(standing.becomes) - set(may_become))
    if beyond and not standing.owns:
        faults.append(f"may become {', '.join(beyond)}")
    return faults


def refuse_wide(standing: Standing, may_become: Iterable[str]) -> None:
    """Raise NotConfigured when this login is more than the roles that it works as."""
    if faults := faults_of(standing, may_become):
        raise NotConfigured(
            f"The login {standing.name} {' and '.join(faults)}: one forgotten filter or one injected statement would "
            "show everything. The web works with the login of DATABASE_APP_URL, workers with that of DATABASE_JOBS_URL "
            "too; `python -m tracker.cli.migrate` makes both when it is given these addresses."
        )


@dataclass(frozen=True, slots=True)
class Login:
    """One to be made. `address`: as libpq reads it."""

    address: str = field(repr=False)
    name: str
    password: str | None = field(repr=False)
    roles: frozenset[str]


def make_logins(owner_url: str, app_url: str | None, jobs_url: str | None) -> list[str]:
    """Make the logins that the addresses name, with their passwords, as the owner; their names. As often as you like.

    Raises NotConfigured for one that is the owner's own, or that the owner may not make.
    """
    owner = _login(owner_url, frozenset())
    wanted = [_login(url, roles) for url, roles in ((app_url, OF_WEB), (jobs_url, OF_JOBS)) if url is not None]
    if len({owner.name, *(login.name for login in wanted)}) < 1 + len(wanted):
        raise NotConfigured(
            "DATABASE_URL, DATABASE_APP_URL and DATABASE_JOBS_URL must name a login each: the owner's is no other's."
        )
    for login in wanted:
        try:
            with psycopg.connect(owner.address) as connection:
                _make(connection, login)
        except psycopg.errors.InsufficientPrivilege as refused:
            raise NotConfigured(
                f"The owner of the tables may not make the login {login.name}. As a superuser: {_by_hand(login)}"
            ) from refused
    return [login.name for login in wanted]


def _login(url: str, roles: frozenset[str]) -> Login:
    address = url.replace("postgresql+psycopg://", "postgresql://", 1)
    said = conninfo_to_dict(address)
    password = said.get("password")
    return Login(address, str(said.get("user") or ""), None if password is None else str(password), roles)


def _make(connection: psycopg.Connection, login: Login) -> None:
    name = sql.Identifier(login.name)
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [login.name]).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    if login.password is not None and not _lets_in(login):
        _set_password(connection, login.name, login.password)
    # Changing keys has to see by the names of connections which keys each process works with.
    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT TRUE, SET FALSE").format(name))
    held = {row[0] for row in connection.execute(_HELD, [login.name])}
    for role in sorted(login.roles - held):
        statement = sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE")
        connection.execute(statement.format(sql.Identifier(role), name))
    for role in sorted((held & OF_JOBS) - login.roles):
        connection.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(role), name))


_LOCK = 7223101
"""Two jobs that start together make a login once."""
_HELD = """
    SELECT r.rolname::text
      FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles l ON l.oid = m.member
     WHERE l.rolname = %s AND m.set_option
    """


def _set_password(connection: psycopg.Connection, name: str, password: str) -> None:
    """Digested here: no statement, and so no log of the server, ever holds it."""
    digest = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
    connection.execute(statement.format(sql.Identifier(name), sql.Literal(digest.decode())))


def _lets_in(login: Login) -> bool:
    """Whether the login is there and this is its password."""
    try:
        psycopg.connect(login.address, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _by_hand(login: Login) -> str:
    granted = ", ".join(sorted(login.roles))
    return f"CREATE ROLE {login.name} LOGIN PASSWORD '…'; GRANT {granted} TO {login.name} WITH INHERIT FALSE, SET TRUE;"
