"""`flask doctor` on an installation that is well, and on ones that were damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from config import Settings
from tests.factories.case import make_case
from tests.factories.contact import make_contact
from tests.factories.file import make_file
from tests.support.smtp import SmtpSink
from tracker import create_app
from tracker.contacts.models import ContactPrivate
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.reminders.models import Sighting


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def well(settings: Settings, valkey_url: str, sink: SmtpSink) -> Settings:
    return replace(settings, broker_url=valkey_url, smtp_url=sink.url)


def examined(settings: Settings) -> tuple[int, dict[str, dict[str, str]]]:
    app = create_app(settings)
    result = app.test_cli_runner().invoke(args=["doctor", "--json"])
    app.extensions["tracker.database"].dispose()
    assert result.stdout, result.output
    report = json.loads(result.stdout)
    assert report["well"] is (result.exit_code == 0)
    return result.exit_code, {one["about"]: one for one in report["findings"]}


def faults(settings: Settings) -> set[str]:
    return {about for about, one in examined(settings)[1].items() if one["weight"] == "fault"}


def see(database: Any, **ago: timedelta) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.add_all([Sighting(name=name, seen_at=clock.now() - age) for name, age in ago.items()])


MACHINERY = {"worker", "beat", "done"}


@pytest.mark.own_database
def test_an_installation_that_is_well(well: Settings, database: Any) -> None:
    minute = timedelta(minutes=1)
    see(database, worker=minute, beat=minute, done=minute, backup=timedelta(hours=3))
    status, found = examined(well)
    assert {about: one["says"] for about, one in found.items() if one["weight"] != "fine"} == {}
    assert status == 0


@pytest.mark.own_database
def test_what_was_never_seen_at_work_is_told(well: Settings, database: Any) -> None:
    status, found = examined(well)
    assert status == 1
    assert {about for about, one in found.items() if one["weight"] == "fault"} == MACHINERY
    assert found["backup"]["weight"] == "warning"


@pytest.mark.own_database
def test_a_scanner_that_is_silent_is_told(well: Settings, database: Any, tmp_path: Path) -> None:
    with database.unit_of_work(OPERATOR) as session:
        make_file(session, make_case(session), state="waiting")
    assert faults(well) - MACHINERY == {"quarantine"}
    assert faults(replace(well, clamav_socket=tmp_path / "nobody")) - MACHINERY == {"scanner"}


@pytest.mark.own_database
@pytest.mark.parametrize(
    ("damage", "about"),
    [
        ("ALTER TABLE cases DISABLE ROW LEVEL SECURITY", "row-level security"),
        ("GRANT UPDATE ON audit_entries TO tracker_app", "audit"),
        ("UPDATE alembic_version SET version_num = '0001'", "revision"),
        ("DROP TABLE alembic_version", "revision"),
    ],
)
def test_damage_to_the_database_is_found(well: Settings, damage: str, about: str) -> None:
    with psycopg.connect((well.database_url or "").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(damage.encode())
    assert about in faults(well)


def test_a_superuser_as_login_is_found(well: Settings) -> None:
    assert "login" in faults(
        replace(well, database_url=(well.database_url or "").replace("tracker_owner@", "postgres@"))
    )


def test_servers_that_do_not_answer_are_found_and_no_password_is_told(well: Settings) -> None:
    broken = replace(
        well,
        database_url="postgresql+psycopg://owner:a-hidden-word@127.0.0.1:1/none",
        broker_url="redis://:a-hidden-word@127.0.0.1:1/0",
        smtp_url="smtp://me:a-hidden-word@127.0.0.1:1",
    )
    status, found = examined(broken)
    assert status == 1
    assert {"database", "broker", "relay 127.0.0.1:1"} <= {
        about for about, one in found.items() if one["weight"] == "fault"
    }
    assert "a-hidden-word" not in json.dumps(found)


def test_a_relay_that_speaks_no_tls_is_found(well: Settings, sink: SmtpSink) -> None:
    url = sink.url.replace("smtp://", "smtp+starttls://")
    assert f"relay 127.0.0.1:{sink.port}" in faults(replace(well, smtp_url=url))


@pytest.mark.own_database
def test_a_key_that_is_missing_is_named(well: Settings, database: Any) -> None:
    """Fields whose key never got as far as the check at the start, as after a backup of another house."""
    app = create_app(well)
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        private = ContactPrivate(contact_id=make_contact(session, name="N").id)
        private.phone = "+375 29 000"
        session.add(private)
    app.extensions["tracker.database"].dispose()
    with psycopg.connect((well.database_url or "").replace("+psycopg", "")) as connection:
        connection.execute("DELETE FROM field_key_checks")
    other = replace(well, field_keys=(replace(well.field_keys[0], id="other"),))
    found = examined(other)[1]["field keys"]
    assert (found["weight"], "test1" in found["says"]) == ("fault", True)


@pytest.mark.own_database
def test_addresses_that_mail_came_back_from_are_counted(well: Settings, database: Any) -> None:
    from tests.factories.person import make_person

    with database.unit_of_work(OPERATOR) as session:
        person = make_person(session, "legal_officer")
        session.execute(text("UPDATE people SET mail_fault = '5.1.1' WHERE id = :id"), {"id": person.id})
    assert examined(well)[1]["addresses"]["weight"] == "warning"


def test_a_person_reads_what_to_do(well: Settings) -> None:
    app = create_app(replace(well, broker_url="redis://127.0.0.1:1/0"))
    said = app.test_cli_runner().invoke(args=["doctor"])
    assert said.exit_code == 1
    assert "BAD  broker: " in said.output
    assert "correct BROKER_URL" in said.output
    app.extensions["tracker.database"].dispose()
