"""The logins of the web and of jobs: made by the owner, and never round row-level security, whatever they send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import sql

from config import Settings
from embedded.postgres import JOBS, OWNER, WEB
from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.contact import make_contact
from tests.factories.follow_up import make_follow_up
from tests.factories.person import make_person
from tests.factories.reminder import make_reminder
from tests.support.settings import by_login
from tracker import create_app
from tracker.accounts.sessions import Begin, begin_session
from tracker.audit.services import record
from tracker.cli.preparing import prepare
from tracker.core.actor import NOBODY, OPERATOR, PLANNER, WATCHER
from tracker.core.database import Database
from tracker.core.errors import NotConfigured
from tracker.core.logins import OF_JOBS, OF_WEB, make_logins
from tracker.core.rotation import processes_with_other_keys
from tracker.files.store import rewrite_keys

SEEN_BY_NOBODY = {
    "used_challenges",  # digests
    "field_key_checks",  # a known word, sealed
}


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.fixture
def filled(database: Any) -> None:
    """Something in the tables that matter most."""
    with database.unit_of_work(OPERATOR) as session:
        person = make_person(session, "legal_officer")
        case = make_case(session, lead=person, title="Quicksilver")
        make_event(session, case, 9, "2026-01-01", summary="Quicksilver")
        work = make_follow_up(session, case, person, title="Quicksilver")
        make_reminder(session, work, person)
        make_contact(session, "Quicksilver", on_case=case)
        begin_session(session, person, Begin(), {})
        record(session, OPERATOR, "case.opened", "case", case.id, case_id=case.id)


@pytest.fixture
def as_web(database_url: str, filled: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(plain(by_login(database_url, WEB)), autocommit=True) as connection:
        yield connection


def counts(connection: psycopg.Connection, tables: list[str]) -> dict[str, int]:
    found = {}
    for table in tables:
        try:
            [(found[table],)] = connection.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            ).fetchall()
        except psycopg.errors.InsufficientPrivilege:
            found[table] = 0
    return found


def tables_with_policies(url: str) -> list[str]:
    with psycopg.connect(plain(url)) as owner:
        rows = owner.execute(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity"
        )
        return [row[0] for row in rows]


def test_with_nobody_named_no_table_with_policies_gives_a_row(as_web: psycopg.Connection, database_url: str) -> None:
    tables = tables_with_policies(database_url)
    assert {"cases", "case_events", "contacts", "reminders", "audit_entries", "sign_in_sessions"} < set(tables)
    assert set(counts(as_web, tables).values()) == {0}, "the login itself"
    as_web.execute("SET ROLE tracker_app")
    seen = {table for table, count in counts(as_web, tables).items() if count}
    assert seen <= SEEN_BY_NOBODY
    as_web.execute("SET ROLE tracker_watcher")
    assert {table for table, count in counts(as_web, tables).items() if count} <= {"reminders", "people"}
    for private in (
        "SELECT recipient_id FROM reminders",
        "SELECT subject_id FROM reminders",
        "SELECT name FROM people",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_web.execute(private.encode())


ATTACKS = (
    f"SET ROLE {OWNER}",
    "SET ROLE tracker_operator",
    "SET ROLE tracker_planner",
    "SET ROLE tracker_auditor",
    f"SET ROLE {JOBS}",
    "SET ROLE postgres",
    f"SET SESSION AUTHORIZATION {OWNER}",
    "SELECT set_config('role', 'tracker_operator', false)",
    "SET session_replication_role = replica",
    "ALTER TABLE cases DISABLE TRIGGER ALL",
    "ALTER TABLE cases DISABLE ROW LEVEL SECURITY",
    "DROP POLICY sees ON cases",
    "CREATE POLICY all_of_it ON cases TO tracker_app USING (true)",
    f"ALTER ROLE {WEB} BYPASSRLS",
    "ALTER ROLE tracker_app BYPASSRLS",
    f"GRANT tracker_operator TO {WEB}",
    "CREATE TABLE stray (id integer)",
    "CREATE FUNCTION public.app_is_staff() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "UPDATE audit_entries SET action = 'nothing.happened'",
    "DELETE FROM audit_entries",
    "TRUNCATE audit_entries",
    "SELECT * FROM audit_links",
    "COPY cases TO PROGRAM 'cat'",
    "SELECT pg_read_file('PG_VERSION')",
)


@pytest.mark.parametrize("role", ["", "tracker_app", "tracker_watcher"])
@pytest.mark.parametrize(
    "attack",
    [
        "SELECT * FROM sign_in_attempts",
        "INSERT INTO sign_in_attempts SELECT * FROM sign_in_attempts",
        "UPDATE sign_in_attempts SET at = at - interval '1 day'",
        "DELETE FROM sign_in_attempts",
    ],
)
def test_what_the_web_may_send_neither_reads_nor_clears_the_count_of_guesses(
    as_web: psycopg.Connection, role: str, attack: str
) -> None:
    if role:
        as_web.execute(f"SET ROLE {role}".encode())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_web.execute(attack.encode())


@pytest.mark.parametrize("role", ["", "tracker_app", "tracker_watcher"])
def test_what_the_web_may_send_changes_neither_roles_nor_rules_nor_the_audit(
    as_web: psycopg.Connection, role: str
) -> None:
    for attack in ATTACKS:
        as_web.execute("RESET ROLE")
        if role:
            as_web.execute(f"SET ROLE {role}".encode())
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.DuplicateFunction)):
            as_web.execute(attack.encode())


def test_row_security_can_not_be_switched_off_by_the_session(as_web: psycopg.Connection) -> None:
    as_web.execute("SET ROLE tracker_app")
    as_web.execute("SET row_security = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_web.execute("SELECT * FROM cases")


def test_jobs_change_no_rules_and_not_the_audit(database_url: str, filled: None) -> None:
    with psycopg.connect(plain(by_login(database_url, JOBS)), autocommit=True) as connection:
        for role in ("", *sorted(OF_JOBS)):
            connection.execute("RESET ROLE")
            if role:
                connection.execute(f"SET ROLE {role}".encode())
            for attack in (
                f"SET ROLE {OWNER}",
                *(one for one in ATTACKS if not one.startswith(("SET ROLE", "SELECT "))),
            ):
                with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.DuplicateFunction)):
                    connection.execute(attack.encode())


@pytest.mark.parametrize("actor", [OPERATOR, PLANNER])
def test_a_web_process_can_act_as_nobody_but_people_and_the_watcher(database_url: str, actor: Any) -> None:
    database = Database(by_login(database_url, WEB), bound_to=OF_WEB)
    for allowed in (NOBODY, WATCHER):
        with database.unit_of_work(allowed) as session:
            assert session.connection().exec_driver_sql("SELECT current_user").scalar_one() == allowed.database_role
    with pytest.raises(Exception, match="permission denied to set role"), database.unit_of_work(actor) as session:
        session.connection()
    database.dispose()


@pytest.mark.parametrize(
    ("login", "bound_to", "reason"),
    [
        (OWNER, OF_WEB, "owns tables"),
        (OWNER, OF_JOBS, "owns tables"),
        ("postgres", OF_WEB, "is a superuser"),
        (JOBS, OF_WEB, "may become tracker_auditor, tracker_operator, tracker_planner"),
    ],
)
def test_a_login_that_could_go_round_row_level_security_is_refused(
    database_url: str, login: str, bound_to: frozenset[str], reason: str
) -> None:
    database = Database(by_login(database_url, login), bound_to=bound_to)
    with pytest.raises(NotConfigured, match=reason), database.unit_of_work(NOBODY) as session:
        session.connection()
    database.dispose()


@pytest.mark.parametrize(("login", "bound_to"), [(WEB, OF_WEB), (WEB, OF_JOBS), (JOBS, OF_JOBS)])
def test_those_that_the_owner_made_are_not(database_url: str, login: str, bound_to: frozenset[str]) -> None:
    database = Database(by_login(database_url, login), bound_to=bound_to)
    with database.unit_of_work(NOBODY) as session:
        session.connection()
    database.dispose()


def test_the_web_starts_with_its_login_alone_once_the_migrate_job_prepared_the_database(settings: Settings) -> None:
    of_web = replace(settings, environment="production").of_web
    assert (of_web.database_url, of_web.database_app_url) == (settings.database_app_url, None)
    prepare(settings)
    app = create_app(of_web, bound_to=OF_WEB)
    assert app.test_client().get("/sign-in").status_code in (200, 303)
    app.extensions["tracker.database"].dispose()


@pytest.mark.own_database
def test_a_web_process_stores_no_definitions_and_no_keys_and_says_who_does(settings: Settings) -> None:
    of_web = replace(settings, environment="production").of_web
    with pytest.raises(NotConfigured, match=r"pathway definitions .* tracker\.cli\.migrate"):
        create_app(of_web, bound_to=OF_WEB)
    prepare(settings)
    other = replace(of_web, field_keys=(replace(of_web.field_keys[0], id="new"), *of_web.field_keys))
    with pytest.raises(NotConfigured, match="key called new encrypts"):
        create_app(other, bound_to=OF_WEB)


def test_logins_are_made_once_and_lose_what_they_should_not_have(database_url: str) -> None:
    name = "tracker_web_of_a_test"
    url = by_login(database_url, name)
    with psycopg.connect(plain(database_url), autocommit=True) as owner:
        try:
            assert make_logins(database_url, url, None) == [name]
            owner.execute(f"GRANT tracker_operator TO {name}".encode())
            assert make_logins(database_url, url, None) == [name]
            with psycopg.connect(plain(url)) as connection:
                connection.execute("SET ROLE tracker_app")
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute("SET ROLE tracker_operator")
        finally:
            owner.execute(f"DROP ROLE IF EXISTS {name}".encode())


def test_the_owner_is_nobodys_login_but_its_own(database_url: str) -> None:
    for app_url, jobs_url in ((database_url, None), (None, database_url), (by_login(database_url, WEB),) * 2):
        with pytest.raises(NotConfigured, match="a login each"):
            make_logins(database_url, app_url, jobs_url)


def test_changing_keys_sees_which_keys_processes_of_other_logins_work_with(database: Any, database_url: str) -> None:
    said = "tracker 7@elsewhere 0ldr1ng"
    for login in (WEB, JOBS):
        with (
            psycopg.connect(plain(by_login(database_url, login)), application_name=said),
            database.unit_of_work(OPERATOR) as session,
        ):
            assert "7@elsewhere" in processes_with_other_keys(session, "newring")
            assert "7@elsewhere" not in processes_with_other_keys(session, "0ldr1ng")


@pytest.mark.parametrize("login", [JOBS, OWNER])
def test_jobs_write_the_table_of_files_anew_without_owning_it(database_url: str, login: str) -> None:
    """PostgreSQL passes a table by, with a warning, that it may not write anew."""
    place = "SELECT pg_relation_filenode('files')"
    with psycopg.connect(plain(database_url), autocommit=True) as owner:
        before = owner.execute(place).fetchone()
        database = Database(by_login(database_url, login))
        rewrite_keys(database)
        with database.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT current_user").scalar_one() == login
        database.dispose()
        assert owner.execute(place).fetchone() != before
