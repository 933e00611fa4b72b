"""What is not whole, not ours to open or not empty is refused in a sentence, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from pysequoia import Tsk

from config import Settings
from tests.factories.person import make_person
from tests.integration.backup.conftest import Key, age_key, openpgp_key
from tests.integration.backup.test_round_trip import create
from tests.support.settings import on_database
from tracker import create_app
from tracker.backup import snapshot
from tracker.backup.faults import BackupFault
from tracker.backup.recipients import read_recipients
from tracker.backup.restoring import restore_backup, verify_backup
from tracker.backup.sealing import sealed_file
from tracker.core.actor import OPERATOR


@pytest.fixture
def backup(app: Flask, database: Any, key: Key, tmp_path: Path) -> Path:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        make_person(session, "legal_officer", name="A canary of this test")
    return create(app, key, tmp_path)


def reason(path: Path, identity: Path) -> str:
    with pytest.raises(BackupFault) as caught:
        verify_backup(path, identity)
    return str(caught.value)


@pytest.mark.own_app
def test_another_key_opens_nothing_and_the_file_holds_nothing_readable(backup: Path, key: Key, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = age_key(folder) if key.recipient.startswith("age1") else openpgp_key(folder)
    assert "sealed to another key" in reason(backup, other.identity)
    assert b"canary" not in backup.read_bytes()


@pytest.mark.own_app
def test_what_was_cut_short_or_altered_is_no_backup(backup: Path, key: Key, tmp_path: Path, empty_url: str) -> None:
    whole = backup.read_bytes()
    for name, content in {
        "short": whole[: len(whole) // 2],
        "nearly": whole[:-40],
        "altered": whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :],
        "empty": b"",
        "longer": whole + b"more",
    }.items():
        (tmp_path / name).write_bytes(content)
        assert reason(tmp_path / name, key.identity), name
        with pytest.raises(BackupFault):
            restore_backup(tmp_path / name, key.identity, empty_url, 21_600)
        with psycopg.connect(empty_url.replace("+psycopg", "")) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            people = connection.execute("SELECT count(*) FROM people").fetchone() if ("people",) in tables else (0,)
        assert people == (0,), name


@pytest.mark.own_app
def test_a_database_with_somebodys_work_in_it_is_left_alone(
    app: Flask, settings: Settings, backup: Path, key: Key
) -> None:
    said = app.test_cli_runner().invoke(args=["backup", "restore", str(backup), "--identity", str(key.identity)])
    assert said.exit_code == 1
    assert "not empty" in said.output


@pytest.mark.own_app
def test_a_backup_that_fails_leaves_no_file(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    def breaks(*_: Any) -> None:
        raise psycopg.OperationalError("the server closed the connection")

    monkeypatch.setattr(snapshot, "_copy", breaks)
    with pytest.raises(BackupFault, match="could not be read whole"):
        snapshot.take_backup(settings.database_url or "", folder / "a", read_recipients((age_key(tmp_path).recipient,)))
    assert list(folder.iterdir()) == []


def test_a_database_that_is_empty_is_no_backup(tmp_path: Path, empty_url: str) -> None:
    with pytest.raises(BackupFault, match="nothing to back up"):
        snapshot.take_backup(empty_url, tmp_path / "a", read_recipients((age_key(tmp_path).recipient,)))
    assert not (tmp_path / "a").exists()


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    key = age_key(tmp_path)
    with sealed_file(tmp_path / "a", read_recipients((key.recipient,))) as stream:
        stream.write(b"not a backup at all")
    assert "no backup" in reason(tmp_path / "a", key.identity)


def test_no_file_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    recipients = read_recipients((age_key(tmp_path).recipient,))
    with pytest.raises(BackupFault, match="there already"), sealed_file(tmp_path / "a", recipients):
        pass
    assert (tmp_path / "a").read_text() == "mine"


def test_recipients_are_public_keys_that_can_be_used(tmp_path: Path) -> None:
    age, pgp = age_key(tmp_path), openpgp_key(tmp_path)
    (tmp_path / "text").write_text("hello")
    for given, why in {
        (): "needs a --recipient",
        ("age1nonsense",): "no age recipient",
        (str(tmp_path / "nowhere"),): "can't be read",
        (str(tmp_path / "text"),): "no OpenPGP certificate",
        (str(age.identity),): "secret key",
        (age.recipient, pgp.recipient): "one standard",
        (age.identity.read_text(),): "an age identity",
    }.items():
        with pytest.raises(BackupFault, match=why) as caught:
            read_recipients(given)
        assert "AGE-SECRET-KEY-1" not in str(caught.value), "what a command says stands in logs"
    secret = Tsk.generate("somebody")
    (tmp_path / "with_secret.asc").write_text(str(secret))
    with pytest.raises(BackupFault, match="secret key"):
        read_recipients((str(tmp_path / "with_secret.asc"),))


@pytest.mark.own_app
def test_a_backup_of_a_newer_version_is_not_guessed_at(
    app: Flask, settings: Settings, backup: Path, key: Key, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.backup.restoring.known_revisions", lambda: frozenset({"0001"}))
    other = create_app(on_database(settings, empty_url))
    said = other.test_cli_runner().invoke(args=["backup", "restore", str(backup), "--identity", str(key.identity)])
    assert "does not know" in said.output
    other.extensions["tracker.database"].dispose()
