from __future__ import annotations

import os
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.engine.default import DefaultDialect

from tracker.core.encryption import EncryptedText, FieldNotReadable, KeyRing, SealedBytes, use_ring
from tracker.core.errors import NotConfigured

OLD, NEW = os.urandom(32), os.urandom(32)


class Card:
    __tablename__ = "cards"
    email = EncryptedText("email_sealed")
    phone = EncryptedText("phone_sealed")

    def __init__(self) -> None:
        self.id: UUID = uuid4()
        self.email_sealed: Any = None
        self.phone_sealed: Any = None

    def encryption_identity(self):
        return self.id


@pytest.fixture(autouse=True)
def _ring():
    use_ring(KeyRing("old", {"old": OLD}))


def test_a_field_reads_as_it_was_written_and_is_not_plain_in_its_column():
    card = Card()
    card.email = "мэйл@example.org"
    assert card.email == "мэйл@example.org"
    assert b"example" not in card.email_sealed


def test_a_ciphertext_copied_to_another_row_or_column_does_not_open():
    card, other = Card(), Card()
    card.email = "a@example.org"
    other.email_sealed = card.email_sealed
    card.phone_sealed = card.email_sealed
    for read in (lambda: other.email, lambda: card.phone):
        with pytest.raises(FieldNotReadable):
            read()


def test_an_altered_ciphertext_does_not_open():
    card = Card()
    card.email = "a@example.org"
    for position in range(len(card.email_sealed)):
        altered = bytearray(card.email_sealed)
        altered[position] ^= 1
        other = Card()
        other.id, other.email_sealed = card.id, bytes(altered)
        with pytest.raises(FieldNotReadable):
            _ = other.email


def test_after_a_key_is_added_old_fields_open_and_new_ones_use_it():
    card = Card()
    card.email = "a@example.org"
    use_ring(KeyRing("new", {"new": NEW, "old": OLD}))
    assert card.email == "a@example.org"
    card.email = "b@example.org"
    use_ring(KeyRing("new", {"new": NEW}))
    assert card.email == "b@example.org"


def test_a_key_that_is_not_here_says_so():
    card = Card()
    card.email = "a@example.org"
    use_ring(KeyRing("new", {"new": NEW}))
    with pytest.raises(FieldNotReadable, match="key that is not here"):
        _ = card.email


def test_an_empty_text_is_stored_as_nothing():
    card = Card()
    card.email = "a@example.org"
    card.email = ""
    assert card.email_sealed is None and card.email is None


@pytest.mark.parametrize("plain", [b"a@example.org", "a@example.org"])
def test_the_column_refuses_plain_text(plain: Any):
    with pytest.raises(TypeError):
        SealedBytes().process_bind_param(plain, DefaultDialect())


@pytest.mark.parametrize("keys", [{}, {"k": b"short"}, {"other": OLD}])
def test_a_ring_without_a_whole_current_key_is_refused(keys):
    with pytest.raises(NotConfigured):
        KeyRing("k", keys)
