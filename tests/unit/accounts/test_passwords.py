from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from tracker.accounts import passwords
from tracker.accounts.common_passwords import looks_common
from tracker.accounts.passwords import (
    generate_password,
    hash_password,
    needs_rehash,
    verify_password,
    why_refused,
)

pytestmark = pytest.mark.dear_passwords
GOOD = "seven herons read the river maps"


def test_the_hash_is_argon2id_with_the_stated_parameters() -> None:
    kind, version, parameters = hash_password(GOOD).split("$")[1:4]
    assert (kind, version, parameters) == ("argon2id", "v=19", "m=65536,t=3,p=4")


def test_only_the_password_itself_opens_its_hash() -> None:
    stored = hash_password(GOOD)
    assert verify_password(stored, GOOD)
    assert not verify_password(stored, GOOD + "x")


def test_no_stored_hash_means_no_password_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    monkeypatch.setattr(passwords, "HASHER", _Spy(judged))
    assert not verify_password(None, GOOD)
    assert judged, "an unknown account must cost the same work as a known one"


def test_one_text_typed_on_two_keyboards_is_one_password() -> None:
    stored = hash_password("caf\u00e9 with a long walk home")
    assert verify_password(stored, "cafe\u0301 with a long walk home")


def test_a_hash_made_with_weaker_parameters_is_to_be_renewed() -> None:
    assert needs_rehash("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng")
    assert not needs_rehash(hash_password(GOOD))


@pytest.mark.parametrize("length", [0, 1, 14])
def test_fewer_than_fifteen_characters_are_refused(length: int) -> None:
    assert why_refused("kq7Rw2mZx9Lp4Tv"[:length]) is not None


def test_fifteen_characters_suffice() -> None:
    assert why_refused("kq7Rw2mZx9Lp4Tv") is None


def test_a_password_that_would_only_cost_time_is_refused() -> None:
    assert why_refused("kq7 Rw2 mZx 9Lp" * 20) is not None


@pytest.mark.parametrize(
    "common",
    [
        "password12345678",
        "Password!Password!",
        "p@ssw0rdp@ssw0rd",
        "letmeinletmein2026",
        "qwertyuiop123456",
        "123456789012345",
        "aaaaaaaaaaaaaaaaaa",
        "abababababababab",
        "abcdefghijklmnop",
        "1qaz2wsx3edc4rfv",
        "CorrectHorseBatteryStaple",
        "accountability-tracker-2026",
    ],
)
def test_what_is_guessed_first_is_refused(common: str) -> None:
    assert looks_common(common)


@pytest.mark.parametrize("own", ["anna.nowak@example.org", "Anna-Nowak-Anna-2026", "nowaknowaknowak"])
def test_a_password_made_of_its_owners_name_is_refused(own: str) -> None:
    assert looks_common(own, ("Anna Nowak", "anna.nowak@example.org"))


@pytest.mark.parametrize("good", [GOOD, "Tadpole-Ferry-Lantern-9", "мой дом стоит у озера", "kq7Rw2mZx9Lp4Tv"])
def test_a_sentence_of_ones_own_is_taken(good: str) -> None:
    assert not looks_common(good, ("Anna Nowak", "anna.nowak@example.org"))


def test_generated_passwords_differ_and_are_accepted() -> None:
    made = {generate_password() for _ in range(50)}
    assert len(made) == 50
    assert all(why_refused(password) is None for password in made)


class _Spy:
    def __init__(self, judged: list[str]) -> None:
        self._judged = judged

    def hash(self, password: str) -> str:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)

    def verify(self, stored: str, password: str) -> bool:
        self._judged.append(stored)
        return PasswordHasher().verify(stored, password)
