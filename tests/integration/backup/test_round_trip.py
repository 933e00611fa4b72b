"""What was there is there again: rows to the last byte, the shape of the database, sign-in, encrypted fields."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql

from config import Settings
from tests.factories.case import make_case
from tests.factories.contact import make_contact
from tests.factories.file import make_file
from tests.factories.person import make_person
from tests.integration.backup.conftest import Key, age_key
from tests.integration.core.test_migrations import _shape
from tests.support.factors import code, give_app
from tests.support.settings import on_database
from tests.support.sign_in import sign_in
from tracker import create_app
from tracker.accounts.models import Person
from tracker.accounts.passwords import hash_password
from tracker.contacts.models import ContactPrivate
from tracker.core.actor import OPERATOR
from tracker.core.migrate import current, head

LETTER = b"\\N\t\n\x00\xff of two pieces" * 60_000
PASSWORD = "a long enough word of this test"
KEPT_APART = {"sightings", "sign_in_sessions", "audit_entries"}
"""What a restore itself changes."""


def told(result: Any) -> str:
    return str(result.output)


def digests(url: str) -> dict[str, Any]:
    """Table -> a digest of its rows, in any order."""
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute("SET row_security = off")
        tables = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        statement = sql.SQL(
            "SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM {} t"
        )
        return {
            table: connection.execute(statement.format(sql.Identifier(table))).fetchone()
            for table in tables
            if table not in KEPT_APART
        }


@pytest.fixture
def filled(app: Flask, database: Any) -> Any:
    """A lead with a password and codes of an app, a case with a file, a contact with a telephone number."""
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        person = make_person(session, "legal_officer", email="lead@example.org")
        session.get_one(Person, person.id).password_hash = hash_password(PASSWORD)
        give_app(session, person)
        case = make_case(session, title="Taken away\tand brought \\ back\nin two lines")
        contact = make_contact(session, name="Ніна Ö")
        private = ContactPrivate(contact_id=contact.id)
        private.phone = "+375 29 000"
        session.add(private)
        session.flush()
        file = make_file(session, case, LETTER)
        return {"case": case.reference, "contact": contact.id, "file": file.id}


def restored_app(settings: Settings, url: str) -> Flask:
    return create_app(on_database(settings, url))


@pytest.mark.own_app
def test_everything_comes_back_by_one_command(
    app: Flask, settings: Settings, filled: Any, key: Key, tmp_path: Path, empty_url: str
) -> None:
    made = app.test_cli_runner().invoke(args=["backup", "create", "--to", str(tmp_path), "--recipient", key.recipient])
    assert made.exit_code == 0, told(made)
    [path] = tmp_path.glob("tracker-*.backup.*")
    assert path.stat().st_mode & 0o077 == 0
    before = digests(settings.database_url or "")

    seen = app.test_cli_runner().invoke(args=["backup", "verify", str(path), "--identity", str(key.identity)])
    assert seen.exit_code == 0, told(seen)
    other = restored_app(settings, empty_url)
    back = other.test_cli_runner().invoke(args=["backup", "restore", str(path), "--identity", str(key.identity)])
    assert back.exit_code == 0, told(back)

    assert digests(empty_url) == before
    assert _shape(empty_url) == _shape(settings.database_url or "")
    assert current(empty_url) == head()
    with other.app_context(), other.extensions["tracker.database"].unit_of_work(OPERATOR) as session:
        assert session.get_one(ContactPrivate, filled["contact"]).phone == "+375 29 000"
    client = other.test_client()
    assert typed_in(client, "/sign-in", email="lead@example.org", password=f"not {PASSWORD}") == (422, None)
    assert client.get(f"/cases/{filled['case']}").status_code == 303
    assert typed_in(client, "/sign-in", email="lead@example.org", password=PASSWORD) == (303, "/sign-in/second")
    assert typed_in(client, "/sign-in/second", code=code()) == (303, "/")
    assert client.get(f"/cases/{filled['case']}").status_code == 200
    assert client.get(f"/papers/files/{filled['file']}").data == LETTER
    other.extensions["tracker.database"].dispose()


def typed_in(client: FlaskClient, page: str, **said: str) -> tuple[int, str | None]:
    """What comes of a form, sent as a browser sends it."""
    token = client.get(page).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(page, data=said | {"csrf_token": token})
    return answer.status_code, answer.location


@pytest.mark.own_app
def test_sessions_do_not_live_again(
    app: Flask, settings: Settings, database: Any, tmp_path: Path, empty_url: str
) -> None:
    key = age_key(tmp_path)
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        person = make_person(session, "legal_officer")
    sign_in(app.test_client(), person)
    path = create(app, key, tmp_path)
    other = restored_app(settings, empty_url)
    restore(other, path, key)
    with psycopg.connect(empty_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM sign_in_sessions").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (1,)
        actions = {row[0] for row in connection.execute("SELECT action FROM audit_entries")}
    assert "installation.restored" in actions
    other.extensions["tracker.database"].dispose()


@pytest.mark.own_app
def test_a_restore_needs_the_keys_and_says_which(
    app: Flask, settings: Settings, filled: Any, tmp_path: Path, empty_url: str
) -> None:
    key = age_key(tmp_path)
    keys = tmp_path / "keys.age"
    path = create(app, key, tmp_path, "--keys-to", str(keys))
    assert settings.secret_key.encode() not in keys.read_bytes()
    words = [str(keys), "--identity", str(key.identity)]
    printed = app.test_cli_runner().invoke(args=["backup", "keys", *words])
    assert f"SECRET_KEY={settings.secret_key}" in printed.output
    assert "TRACKER_FIELD_KEYS=test1:" in printed.output
    bare = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    asked = [sys.executable, "-m", "tracker.cli.sealed", "keys", *words]
    alone = subprocess.run(asked, env=bare, capture_output=True, text=True, check=True)
    assert alone.stdout == printed.output, "on a machine that knows nothing yet"
    opened = [sys.executable, "-m", "tracker.cli.sealed", "verify", str(path), "--identity", str(key.identity)]
    assert "whole: " in subprocess.run(opened, env=bare, capture_output=True, text=True, check=True).stdout

    other_keys = replace(settings.field_keys[0], id="other", secret=bytes(range(1, 33)))
    other = restored_app(replace(settings, field_keys=(other_keys,)), empty_url)
    back = other.test_cli_runner().invoke(args=["backup", "restore", str(path), "--identity", str(key.identity)])
    assert back.exit_code == 1
    assert "the key test1" in told(back)
    other.extensions["tracker.database"].dispose()


def create(app: Flask, key: Key, folder: Path, *more: str) -> Path:
    path = folder / "a.backup"
    made = app.test_cli_runner().invoke(
        args=["backup", "create", "--to", str(path), "--recipient", key.recipient, *more]
    )
    assert made.exit_code == 0, told(made)
    return path


def restore(app: Flask, path: Path, key: Key) -> None:
    back = app.test_cli_runner().invoke(args=["backup", "restore", str(path), "--identity", str(key.identity)])
    assert back.exit_code == 0, told(back)
