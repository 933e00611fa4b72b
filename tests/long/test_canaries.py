"""Five hundred canaries in private fields, typed into the pages; none of them anywhere but behind the keys."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask
from sqlalchemy import text

from config import Settings
from tests.factories.case import join, make_case
from tests.factories.person import make_person
from tests.factories.reminder import make_due_mails
from tests.support.application import database_of, own_app
from tests.support.sign_in import sign_in
from tests.support.smtp import SmtpSink
from tests.support.vandal import vandal
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.contacts.models import ContactPrivate
from tracker.core.actor import OPERATOR
from tracker.notes.models import SecretNote
from tracker.reminders import nudge
from tracker.reminders.delivery.tick import tick

pytestmark = [pytest.mark.long, pytest.mark.own_database]

CONTACTS, NOTES, DRAFTS, MAILS = 100, 100, 100, 1000


def canary(kind: str, number: int) -> str:
    return f"canary{kind}{number:04}zq"


CANARIES = (
    *(canary(kind, number) for kind in ("mail", "phone", "word") for number in range(CONTACTS)),
    *(canary("note", number) for number in range(NOTES)),
    *(canary("draft", number) for number in range(DRAFTS)),
)


@pytest.fixture
def house(settings: Settings, valkey_url: str, smtp_sink: SmtpSink) -> Iterator[Flask]:
    app = own_app(replace(settings, broker_url=valkey_url, smtp_url=smtp_sink.url))
    yield app
    database_of(app).dispose()


def test_no_canary_leaves_its_field(
    house: Flask,
    database_url: str,
    settings: Settings,
    smtp_sink: SmtpSink,
    valkey_url: str,
    run_dir: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert len(CANARIES) == 500
    database = database_of(house)
    with house.app_context(), database.unit_of_work(OPERATOR) as session:
        officer = make_person(session, "legal_officer", "coordinator")
        case = make_case(session, level="restricted", lead=officer)
        elsewhere = make_case(session, lead=officer)
        for about in (case, elsewhere):
            for person in make_due_mails(session, MAILS // 2, case=about):
                join(session, about, person)
    for about in (case, elsewhere):
        _type_them_in(house, officer, about.id, range(NOTES)[about is elsewhere :: 2])
    _type_the_rest(house, officer, case.id)
    with house.app_context():
        kept = _readable(database)
        with database.unit_of_work(OPERATOR) as session:
            nudge.after_commit(session)
        tick(database, house.extensions["tracker.settings"], 300.0)
    assert set(CANARIES) - kept <= {one for one in CANARIES if one.startswith("canarydraft")}
    assert len(smtp_sink.mails) == MAILS

    with vandal(database_url) as connection:
        connection.execute("CHECKPOINT")
        folder = connection.execute("SELECT current_setting('data_directory')").fetchone()
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        dump = b"".join(_dump(connection, name) for (name,) in tables)
    assert folder is not None
    said = capfd.readouterr()
    looked_at = {
        "dump": dump,
        "mails": b"".join(mail.content for mail in smtp_sink.mails),
        "broker": _broker(valkey_url),
        "logs": (said.out + said.err + caplog.text).encode(),
        "PostgreSQL's folder, its log among it": b"".join(_files(Path(folder[0]))),
        "the data folder": b"".join(_files(settings.data_dir)),
        "the run's folder": b"".join(_files(run_dir)),
    }
    assert len(looked_at["dump"]) > 100_000
    assert b"worker.jobs" in looked_at["broker"]
    found = {place: sorted(one for one in CANARIES if _holds(content, one)) for place, content in looked_at.items()}
    assert {place: some for place, some in found.items() if some} == {}


def _type_them_in(house: Flask, officer: Person, case_id: Any, numbers: range) -> None:
    """Contacts with a part in the case, and secret notes on it, of which mails will be."""
    client = sign_in(house.test_client(), officer)
    with house.app_context(), database_of(house).unit_of_work(OPERATOR) as session:
        reference = session.get_one(Case, case_id).reference
    for number in numbers:
        said = {
            "name": f"Somebody {number}",
            "email": f"{canary('mail', number)}@example.org",
            "phone": canary("phone", number),
            "notes": canary("word", number),
        }
        made = client.post("/contacts/new", data=said)
        assert made.status_code == 303
        part = {"contact": made.location.rpartition("/")[2], "role": "prosecutor"}
        assert client.post(f"/cases/{reference}/contacts", data=part).status_code == 303
        assert client.post(f"/notes/case/{case_id}", data={"note": canary("note", number)}).status_code == 303


def _type_the_rest(house: Flask, officer: Person, case_id: Any) -> None:
    client = sign_in(house.test_client(), officer)
    for number in range(DRAFTS):
        draft = {"key": f"/contacts/{number}", "fields": [["notes", canary("draft", number)]]}
        assert client.post("/drafts", json=draft).status_code == 200
    # And read again, refused, searched for.
    for address in ("/contacts", f"/notes/case/{case_id}", f"/search?q={canary('mail', 1)}", "/contacts?q=Somebody"):
        assert client.get(address).status_code == 200
    assert client.post("/contacts/new", data={"name": "x" * 5000, "notes": canary("word", 1)}).status_code == 422


def _dump(connection: Any, table: str) -> bytes:
    with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as parts:
        return b"".join(bytes(part) for part in parts)


def _readable(database: Any) -> set[str]:
    """What the fields say to whoever has the keys: the canaries are there."""
    with database.unit_of_work(OPERATOR) as session:
        said = [note.note for note in session.query(SecretNote)]
        for row in session.query(ContactPrivate):
            said += [row.email.partition("@")[0], row.phone, row.notes]
        assert session.scalar(text("SELECT count(*) FROM drafts")) > 0
    return set(said)


def _broker(url: str) -> bytes:
    path = url.removeprefix("redis+socket://").partition("?")[0]
    with redis.Redis(unix_socket_path=path) as client:
        dumps = [
            client.lrange(key, 0, -1) if client.type(key) == b"list" else [client.dump(key)]
            for key in client.scan_iter()
        ]
    raw = b"".join(part for some in dumps for part in some if part)
    bodies = [part for part in raw.split(b'"') if len(part) > 40]
    return raw + b"".join(_unpacked(part) for part in bodies)


def _unpacked(part: bytes) -> bytes:
    """A job's words, which lie in the broker in base64."""
    try:
        return base64.b64decode(part, validate=True)
    except ValueError:
        return b""


def _files(folder: Path) -> Iterator[bytes]:
    for place, _folders, names in os.walk(folder):
        for name in names:
            path = Path(place) / name
            if path.is_file() and not path.is_socket():
                yield path.read_bytes()


def _holds(content: bytes, one: str) -> bool:
    """As it is, in hexadecimal, and in any of the three ways in which base64 may begin."""
    if one.encode() in content or one.encode().hex().encode() in content:
        return True
    return any(base64.b64encode(b"x" * shift + one.encode())[4 if shift else 0 : -4] in content for shift in range(3))
