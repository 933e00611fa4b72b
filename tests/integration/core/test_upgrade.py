"""An installation of the first release, with its data in it, goes up to this version and works."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from config import FieldKey, Settings
from tests.support.settings import make_settings, on_database
from tracker import create_app
from tracker.accounts.passwords import hash_password
from tracker.cli.preparing import prepare
from tracker.contacts.models import Contact, ContactPrivate
from tracker.core.actor import OPERATOR
from tracker.core.ids import new_id
from tracker.core.migrate import current, downgrade, head, upgrade
from tracker.reminders.delivery.tick import tick

FIRST_RELEASE = "0001"
EMAIL, PASSWORD = "lead@example.org", "a long enough word of this test"
PHONE = "+375 29 000"
AUDIT_KEY = FieldKey("a1", hashlib.sha256(b"of this test alone").digest())


@pytest.fixture
def settings(cluster: Any, worker_name: str, tmp_path: Path) -> Iterator[Settings]:
    name = f"upgrade_{worker_name}"
    yield on_database(make_settings(tmp_path, audit_keys=(AUDIT_KEY,)), cluster.empty(name))
    cluster.drop(name)


def run(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == 0, result.output
    return str(result.output)


def with_sample(settings: Settings) -> None:
    """The sample cases, and a contact whose telephone number is sealed, in the tables of the first release."""
    url = settings.database_url or ""
    upgrade(url)
    app = create_app(settings)
    run(app, "sample", "load")
    with app.app_context(), app.extensions["tracker.database"].unit_of_work(OPERATOR) as session:
        contact = session.scalars(select(Contact).order_by(Contact.name)).first()
        assert contact is not None
        private = session.get(ContactPrivate, contact.id) or ContactPrivate(contact_id=contact.id)
        private.phone = PHONE
        session.add(private)
    app.extensions["tracker.database"].dispose()
    downgrade(url, FIRST_RELEASE)


def with_lead(settings: Settings) -> str:
    """As the first release wrote it: somebody with a password who leads a case and has work to do; its reference."""
    person = new_id()
    with psycopg.connect((settings.database_url or "").replace("+psycopg", "")) as connection:
        connection.execute(
            "INSERT INTO people (id, email, name, active, language, time_zone, theme, password_hash,"
            " must_change_password, created_at, version)"
            " VALUES (%s, %s, 'Lead', true, 'en', 'UTC', 'auto', %s, false, now(), 1)",
            [person, EMAIL, hash_password(PASSWORD)],
        )
        connection.execute(
            "INSERT INTO person_roles (person_id, role, given_at) VALUES (%s, 'legal_officer', now())", [person]
        )
        [(case, reference)] = connection.execute(
            "SELECT c.id, c.reference FROM cases c JOIN follow_ups f ON f.case_id = c.id ORDER BY c.reference LIMIT 1"
        ).fetchall()
        connection.execute(
            "INSERT INTO case_memberships (id, case_id, person_id, kind, reason, starts_at)"
            " VALUES (%s, %s, %s, 'lead', 'Began it', now())",
            [new_id(), case, person],
        )
        connection.execute(
            "UPDATE follow_ups SET assignee_id = %s, status = 'open', due_on = current_date WHERE case_id = %s",
            [person, case],
        )
    return str(reference)


def test_what_the_first_release_held_works_in_this_one(settings: Settings) -> None:
    with_sample(settings)
    reference = with_lead(settings)
    assert current(settings.database_url or "") == FIRST_RELEASE

    upgrade(settings.database_url or "")
    prepare(settings)
    assert current(settings.database_url or "") == head()

    app = create_app(settings)
    assert_the_lead_works(app, reference)
    assert "Nothing was changed." in run_audit(app)
    with app.app_context():
        assert tick(app.extensions["tracker.database"], settings).planned > 0
    app.extensions["tracker.database"].dispose()


def assert_the_lead_works(app: Flask, reference: str) -> None:
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    said = {"csrf_token": token[1], "email": EMAIL, "password": PASSWORD}
    assert client.post("/sign-in", data=said).status_code == 303
    for address in ("/", "/cases", f"/cases/{reference}", "/follow-ups", "/contacts", "/engagements"):
        assert client.get(address).status_code == 200, address
    with app.app_context(), app.extensions["tracker.database"].unit_of_work(OPERATOR) as session:
        private = session.scalars(select(ContactPrivate)).all()
        assert PHONE in {row.phone for row in private}
    found = client.get(f"/search?q={reference}")
    assert reference in found.text


def run_audit(app: Flask) -> str:
    run(app, "audit", "chain")
    return run(app, "audit", "verify")
