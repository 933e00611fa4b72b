from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tracker.core import tokens
from tracker.core.errors import NotConfigured
from tracker.core.tokens import digest_of, seal_of, use_secret

ID = UUID(int=7)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tokens, "_keys", None)
    use_secret("one secret")
    yield


def test_a_digest_takes_the_secret() -> None:
    mine = digest_of("token")
    assert mine == digest_of("token") != digest_of("tokens")
    assert mine != hashlib.sha256(b"token").digest()
    use_secret("another secret")
    assert mine != digest_of("token")


def test_a_seal_is_of_all_its_values_in_their_places() -> None:
    mine = seal_of("session", ID, "full", True, None)
    assert mine == seal_of("session", ID, "full", True, None)
    others = [
        seal_of("invitation", ID, "full", True, None),
        seal_of("session", ID, "full", False, None),
        seal_of("session", ID, "full", "True", None),
        seal_of("session", ID, "full", True, ""),
        seal_of("session", ID, "full", None, True),
        seal_of("session", ID, 'full", "x', True, None),
    ]
    assert mine not in others and len(set(others)) == len(others)


def test_a_moment_is_one_moment_in_every_zone() -> None:
    at = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    assert seal_of("session", at) == seal_of("session", at.astimezone(ZoneInfo("Europe/Vilnius")))


def test_without_a_secret_nothing_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_keys", None)
    with pytest.raises(NotConfigured):
        digest_of("token")
