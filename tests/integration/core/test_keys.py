"""Field keys: the wrong ones keep a process from starting; new ones take over while others write."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from config import FieldKey, Settings
from configuration.own_secrets import parse_keys
from embedded.processes import wait_until
from tests.factories.case import make_case
from tests.factories.contact import make_contact
from tests.factories.file import make_file
from tests.support.application import database_of, own_app
from tests.support.processes import ROOT
from tracker.backup.snapshot import plain_url
from tracker.contacts.models import ContactPrivate
from tracker.core.actor import OPERATOR
from tracker.core.encryption import KeyRing, current_ring, ring_name, use_ring
from tracker.core.errors import NotConfigured
from tracker.core.key_watch import watch_keys
from tracker.files.models import FilePiece, StoredFile
from tracker.files.store import content_of, erase_content

pytestmark = pytest.mark.own_database

ONE, OTHER = FieldKey("k1", bytes(range(32))), FieldKey("k2", bytes(range(32, 64)))


@pytest.fixture(autouse=True)
def same_ring_afterwards() -> Iterator[None]:
    try:
        before = current_ring()
    except NotConfigured:
        before = None
    yield
    if before is not None:
        use_ring(before)


@contextmanager
def app_with(settings: Settings, *keys: FieldKey) -> Iterator[Flask]:
    app = own_app(replace(settings, field_keys=keys))
    try:
        yield app
    finally:
        database_of(app).dispose()


def test_a_wrong_or_missing_key_keeps_it_from_starting(settings: Settings) -> None:
    with app_with(settings, ONE):
        pass
    with app_with(settings, OTHER, ONE):
        pass
    with (
        pytest.raises(NotConfigured, match="key called k1 is not the one"),
        app_with(settings, replace(ONE, secret=OTHER.secret), OTHER),
    ):
        pass
    with pytest.raises(NotConfigured, match="key called k2 is missing"), app_with(settings, ONE):
        pass


def test_a_process_without_work_lets_go_of_connections_that_show_other_keys(settings: Settings, tmp_path: Path) -> None:
    """PostgreSQL would go on showing that it has the old ones, and a change of keys would wait for it in vain."""
    with app_with(settings, ONE) as app, psycopg.connect(plain_url(settings.database_url or "")) as looking:
        database = database_of(app)
        use_ring(KeyRing("k1", {"k1": ONE.secret}), file := tmp_path / "field_keys")
        watch_keys(database, 0.05)
        with database.unit_of_work(OPERATOR) as session:
            session.execute(text("SELECT 1"))
        looking.autocommit = True
        shown = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE %s"
        old = [f"tracker {os.getpid()}@% {ring_name()}"]
        assert looking.execute(shown, old).fetchone() == (1,)

        file.write_text(_file_of(OTHER, ONE))

        assert wait_until(lambda: looking.execute(shown, old).fetchone() == (0,), 20)
        with database.unit_of_work(OPERATOR) as session:
            session.execute(text("SELECT 1"))
        assert looking.execute(shown, [f"tracker {os.getpid()}@% {ring_name()}"]).fetchone() == (1,)


def _file_of(*keys: FieldKey) -> str:
    return "".join(f"{key.id}:{base64.b64encode(key.secret).decode()}\n" for key in keys)


WRITER = """
import sys, time
from dataclasses import replace
from pathlib import Path
from uuid import UUID
from config import FieldKey
from configuration.own_secrets import parse_keys
from tests.support.settings import make_settings
from tracker import create_app
from tracker.core.actor import OPERATOR
from tracker.core.web import database
from tracker.backup.snapshot import plain_url
from tracker.contacts.models import ContactPrivate

url, file, ids = sys.argv[1], Path(sys.argv[2]), [UUID(one) for one in sys.argv[3:]]
keys = parse_keys("Field key", file.read_text(), [])
app = create_app(make_settings(file.parent, database_url=url, field_keys=keys, field_keys_file=file))
print("ready", flush=True)
count = 0
with app.app_context():
    while not (file.parent / "stop").exists():
        for number in ids:
            with database().unit_of_work(OPERATOR) as session:
                row = session.get(ContactPrivate, number, with_for_update=True)
                assert row.email.startswith("canary-"), row.email
                row.email = f"canary-{count}@example.org"
                assert row.phone == "+48 1"
            count += 1
            time.sleep(0.002)
print(count, flush=True)
"""


def test_a_file_opens_after_its_key_was_sealed_anew(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "field_keys"
    file.write_text("k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    keys = parse_keys("Field key", file.read_text(), [])
    app = own_app(replace(settings, field_keys=keys, field_keys_file=file))
    database = database_of(app)
    with database.unit_of_work(OPERATOR) as session:
        kept = make_file(session, make_case(session), b"A letter" * 300_000)
        destroyed = make_file(session, make_case(session))
        erase_content(session, destroyed)
        pieces = session.scalars(select(FilePiece.content).order_by(FilePiece.number)).all()
    run = app.test_cli_runner()
    for words in (["add", "k2"], ["rotate", "k2"], ["retire", "k1"]):
        done = run.invoke(args=["keys", *words])
        assert done.exit_code == 0, done.output
    state = json.loads(run.invoke(args=["keys", "status", "--json"]).stdout)
    counted = {(one["column"], one["key"]): one["count"] for one in state["values"] if one["table"] == "files"}
    assert counted == {("key_sealed", "k2"): 1, ("name_sealed", "k2"): 1}
    with database.unit_of_work(OPERATOR) as session:
        again = session.get_one(StoredFile, kept.id)
        assert content_of(session, again) == b"A letter" * 300_000 and again.name == "letter.txt"
        assert session.scalars(select(FilePiece.content).order_by(FilePiece.number)).all() == pieces
    database.dispose()


def test_keys_change_while_others_write(settings: Settings, database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "field_keys"
    file.write_text("k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    keys = parse_keys("Field key", file.read_text(), [])
    app = own_app(replace(settings, field_keys=keys, field_keys_file=file))
    ids = _contacts(app, 40)
    writers = [_writer(database_url, file, ids[at::2]) for at in range(2)]
    try:
        assert [writer.stdout.readline() for writer in writers if writer.stdout] == ["ready\n"] * 2
        run = app.test_cli_runner()
        assert run.invoke(args=["keys", "add", "k2"]).exit_code == 0
        refused = run.invoke(args=["keys", "retire", "k1"])
        assert refused.exit_code == 1 and "k1 encrypts" in refused.output
        rotated = run.invoke(args=["keys", "rotate", "k2"])
        assert rotated.exit_code == 0, rotated.output
        retired = run.invoke(args=["keys", "retire", "k1"])
        assert retired.exit_code == 0, retired.output
        state = json.loads(run.invoke(args=["keys", "status", "--json"]).stdout)
        assert (state["current"], state["keys"]) == ("k2", ["k2"])
        assert {one["key"] for one in state["values"]} == {"k2"}
    finally:
        (tmp_path / "stop").touch()
        said = [writer.communicate(timeout=60) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], said
    assert all(int(out) > 20 for out, _ in said)
    with app.app_context(), database_of(app).unit_of_work(OPERATOR) as session:
        for number in ids:
            row = session.get_one(ContactPrivate, number)
            assert (row.phone, row.email[:7]) == ("+48 1", "canary-")
    database_of(app).dispose()


def _contacts(app: Flask, count: int) -> list[Any]:
    with app.app_context(), database_of(app).unit_of_work(OPERATOR) as session:
        ids = [make_contact(session, f"Contact {number}").id for number in range(count)]
        for contact_id in ids:
            row = session.get(ContactPrivate, contact_id) or ContactPrivate(contact_id=contact_id)
            row.email, row.phone = "canary-first@example.org", "+48 1"
            session.add(row)
    return ids


def _writer(url: str, file: Path, ids: list[Any]) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", WRITER, url, str(file), *map(str, ids)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_what_a_merge_remembers_is_sealed_anew_with_it(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "field_keys"
    file.write_text("k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    app = own_app(replace(settings, field_keys=parse_keys("Field key", file.read_text(), []), field_keys_file=file))
    kept, gone = _contacts(app, 2)
    merge = text("SELECT app_merge_contacts(:merge, :kept, :gone, app_contact_facts(:kept))")
    with app.app_context(), database_of(app).unit_of_work(OPERATOR) as session:
        session.execute(merge, {"merge": kept, "kept": kept, "gone": gone})
        session.get_one(ContactPrivate, kept).email = "canary-after@example.org"
        session.flush()
        session.execute(
            text("UPDATE contact_merges SET moved = jsonb_set(moved, '{after}', app_contact_facts(kept_id))")
        )
    run = app.test_cli_runner()
    for words in (["add", "k2"], ["rotate", "k2"], ["retire", "k1"]):
        done = run.invoke(args=["keys", *words])
        assert done.exit_code == 0, done.output
    with app.app_context(), database_of(app).unit_of_work(OPERATOR) as session:
        assert session.scalar(text("SELECT app_unmerge_contacts(:merge)"), {"merge": kept}) is None
    with app.app_context(), database_of(app).unit_of_work(OPERATOR) as session:
        assert session.get_one(ContactPrivate, kept).email == "canary-first@example.org"
    database_of(app).dispose()


def test_a_value_that_was_moved_is_told_and_left(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "field_keys"
    file.write_text("k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    app = own_app(replace(settings, field_keys=parse_keys("Field key", file.read_text(), []), field_keys_file=file))
    _contacts(app, 2)
    with app.app_context(), database_of(app).unit_of_work(OPERATOR) as session:
        session.execute(
            text("UPDATE contact_private SET email_sealed = (SELECT max(email_sealed) FROM contact_private)")
        )
    run = app.test_cli_runner()
    run.invoke(args=["keys", "add", "k2"])
    rotated = run.invoke(args=["keys", "rotate", "k2"])
    assert rotated.exit_code == 1 and "1 values open with no key" in rotated.output
    assert "still sealed with k1" in run.invoke(args=["keys", "retire", "k1"]).output
    database_of(app).dispose()
