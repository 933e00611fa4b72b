"""The upgrade seals what people sign in with, once; taken back, it is there as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tracker.core import encryption
from tracker.core.encryption import FieldNotReadable, KeyRing, current_ring, use_ring
from tracker.core.errors import NotConfigured
from tracker.core.migrate import current, downgrade, upgrade

BEFORE, AFTER = "0021", "0022"
PERSON, PASSKEY = UUID(int=1), UUID(int=2)
HASH, KEY = "$argon2id$of$somebody", b"\x00\xa5\x01cose"
PEOPLE = """
    INSERT INTO people (id, email, name, active, language, time_zone, theme, must_change_password, created_at, version)
    VALUES (%s, 'a@example.org', 'A', true, 'en', 'UTC', 'auto', false, now(), 1)
    """
PASSKEYS = """
    INSERT INTO passkeys (id, person_id, credential_id, public_key, sign_count, transports, aaguid, is_backed_up, name,
                          created_at)
    VALUES (%s, %s, 'x', %s, 0, '[]', '', false, 'Laptop', now())
    """
LINKS = """
    INSERT INTO invitations (id, person_id, purpose, token_hash, made_at, expires_at)
    VALUES (%s, %s, 'invite', 'x', now(), now() + interval '1 day')
    """


@pytest.fixture
def url(cluster: Any, worker_name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database before the seal, with somebody who has a password, a passkey and an open link."""
    monkeypatch.setattr(encryption, "_kept", None)
    use_ring(KeyRing("k1", {"k1": b"1" * 32}))
    name = f"sealing_{worker_name}"
    address = cluster.empty(name)
    upgrade(address, BEFORE)
    with _connection(address) as connection:
        connection.execute(PEOPLE, [PERSON])
        connection.execute("INSERT INTO person_passwords VALUES (%s, %s, now())", [PERSON, HASH])
        connection.execute(PASSKEYS, [PASSKEY, PERSON, KEY])
        connection.execute(LINKS, [UUID(int=3), PERSON])
    yield address
    cluster.drop(name)


def _connection(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def _row(url: str, statement: str) -> tuple[Any, ...]:
    with _connection(url) as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return tuple(row)


def test_what_was_there_is_sealed_for_its_person_and_comes_back(url: str) -> None:
    upgrade(url, AFTER)
    [hashed] = _row(url, "SELECT hash_sealed FROM person_passwords")
    [key] = _row(url, "SELECT public_key_sealed FROM passkeys")
    assert current_ring().open(hashed, f"person_passwords.hash_sealed:{PERSON}") == HASH
    with pytest.raises(FieldNotReadable):
        current_ring().open(hashed, f"person_passwords.hash_sealed:{UUID(int=9)}")
    assert current_ring().open(key, f"passkeys.public_key_sealed:{PERSON}:{PASSKEY}")
    assert _row(url, "SELECT withdrawn_at IS NOT NULL, seal FROM invitations") == (True, b"")
    downgrade(url, BEFORE)
    assert _row(url, "SELECT password_hash FROM person_passwords") == (HASH,)
    assert _row(url, "SELECT public_key FROM passkeys") == (KEY,)


def test_a_wrong_key_seals_nothing(url: str) -> None:
    right = current_ring()
    word = right.seal("the tracker's field key", "field_key_checks.check_sealed:k1")
    with _connection(url) as connection:
        connection.execute("INSERT INTO field_key_checks VALUES ('k1', %s, now(), NULL)", [word])
    use_ring(KeyRing("k1", {"k1": b"2" * 32}))
    with pytest.raises(NotConfigured, match="not the one"):
        upgrade(url, AFTER)
    assert current(url) == BEFORE
    assert _row(url, "SELECT password_hash FROM person_passwords") == (HASH,)
