"""Which public keys are taken, and which part of one is encrypted to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysequoia import ArmorKind, Cert, PyDecryptor, armor, decrypt, encrypt
from pysequoia.packet import PacketPile, Tag

from tests.factories.openpgp import make_secret, public, revoked
from tracker.openpgp.certs import LONGEST, Refused, WhyNot, read_given, read_kept, usable

NOW = datetime.now(UTC)
SECRET = make_secret()
PUBLIC = public(SECRET)


def why_not(content: bytes, now: datetime = NOW) -> WhyNot:
    with pytest.raises(Refused) as refused:
        read_given(content, now)
    return refused.value.why


@pytest.mark.parametrize("content", [PUBLIC, armor(PUBLIC, ArmorKind.PublicKey).encode()])
def test_a_key_is_read_as_bytes_and_as_text(content: bytes) -> None:
    key = read_given(content, NOW)
    assert key.fingerprint == SECRET.extract_certificate().fingerprint
    assert key.user_ids == ("Olga Officer <olga@example.org>",)
    assert key.expires_at is not None and key.expires_at - NOW < timedelta(days=366)


def test_a_key_without_an_end_never_expires() -> None:
    key = read_given(public(make_secret(days=None)), NOW)
    assert key.expires_at is None
    assert usable(key.content, NOW + timedelta(days=36500)) is not None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", WhyNot.NOT_A_KEY),
        (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc", WhyNot.NOT_A_KEY),
        (b"\x00" * 2000, WhyNot.NOT_A_KEY),
        (PUBLIC[:200], WhyNot.NOT_A_KEY),
        (encrypt(b"x", recipients=[SECRET.extract_certificate()]), WhyNot.NOT_A_KEY),
        (bytes(SECRET), WhyNot.SECRET),
        (str(SECRET).encode(), WhyNot.SECRET),
        (str(SECRET).encode()[:300], WhyNot.SECRET),
        (PUBLIC + public(make_secret("Other <other@example.org>")), WhyNot.SEVERAL),
        (revoked(make_secret()), WhyNot.REVOKED),
        (PUBLIC + b"\x00" * LONGEST, WhyNot.TOO_LARGE),
    ],
)
def test_what_is_no_usable_public_key_is_refused_with_its_reason(content: bytes, why: WhyNot) -> None:
    assert why_not(content) is why


def test_an_expired_key_is_refused_and_not_encrypted_to() -> None:
    later = NOW + timedelta(days=366)
    assert why_not(PUBLIC, later) is WhyNot.EXPIRED
    assert usable(PUBLIC, NOW) is not None and usable(PUBLIC, later) is None


def test_a_revoked_key_is_not_encrypted_to() -> None:
    assert usable(revoked(SECRET), NOW) is None


def without_encryption() -> bytes:
    """A key whose part for encryption is missing."""
    packets = list(PacketPile.from_bytes(PUBLIC))
    last = max(number for number, packet in enumerate(packets) if packet.tag == Tag.PublicSubkey)
    return bytes(Cert.from_packets(packets[:last]))


def test_a_key_for_signing_only_is_refused() -> None:
    assert why_not(without_encryption()) is WhyNot.CANT_ENCRYPT


def test_only_parts_that_have_not_ended_are_encrypted_to() -> None:
    cert = usable(PUBLIC, NOW)
    assert cert is not None
    subkeys = [packet for packet in PacketPile.from_bytes(bytes(cert)) if packet.tag == Tag.PublicSubkey]
    assert len(subkeys) == 1  # the one for signing has gone
    decryptor: PyDecryptor = SECRET.decryptor()
    assert decrypt(encrypt(b"a word", recipients=[cert]), decryptor=decryptor).bytes == b"a word"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(PUBLIC) - 1), st.integers(0, 255), st.integers(0, len(PUBLIC)))
def test_a_spoilt_key_is_taken_or_refused_and_never_an_error(place: int, octet: int, end: int) -> None:
    spoilt = (PUBLIC[:place] + bytes([octet]) + PUBLIC[place + 1 :])[:end]
    try:
        read_given(spoilt, NOW)
    except Refused:
        pass
    read_kept(spoilt)
    usable(spoilt, NOW)
