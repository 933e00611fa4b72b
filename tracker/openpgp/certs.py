"""Reading public keys that people give, and which part of one may be encrypted to at a given moment.

The library encrypts to keys that have expired or were revoked, too: what may be used is decided here, and it gets a
certificate of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from pysequoia import Cert, encrypt
from pysequoia.packet import Packet, PacketPile, SignatureType, Tag

LONGEST = 64 * 1024
"""Bytes. A key with many signatures of others is some ten; what is flooded with them is larger."""
UNREADABLE = (RuntimeError, ValueError, TypeError)
"""What the library raises for anything that it can't read or use."""
_SECRET = (Tag.SecretKey, Tag.SecretSubkey)
_SUBKEYS = (Tag.PublicSubkey,)


class WhyNot(StrEnum):
    """Why a key can't be taken."""

    TOO_LARGE = "too_large"
    SECRET = "secret"  # noqa: S105  the reason, no secret
    NOT_A_KEY = "not_a_key"
    SEVERAL = "several"
    REVOKED = "revoked"
    EXPIRED = "expired"
    CANT_ENCRYPT = "cant_encrypt"


class Refused(Exception):
    """The key can't be taken; `why` is for words."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Key:
    """A readable public key. `expires_at`: when nothing can be encrypted to it any more; None: never."""

    content: bytes
    fingerprint: str
    user_ids: tuple[str, ...]
    expires_at: datetime | None
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """The primary key or a subkey, with what is signed about it."""

    packet: Packet
    others: list[Packet]

    @property
    def latest_binding(self) -> Packet | None:
        kinds = (SignatureType.SubkeyBinding, SignatureType.DirectKey, SignatureType.PositiveCertification)
        signed = [one for one in self.others if one.tag == Tag.Signature and one.signature_type in kinds]
        return max(signed, key=_made_at, default=None)

    @property
    def encrypts(self) -> bool:
        """Whether it is meant for encryption and was not revoked."""
        revoked = (SignatureType.SubkeyRevocation, SignatureType.KeyRevocation)
        if any(one.tag == Tag.Signature and one.signature_type in revoked for one in self.others):
            return False
        flags = self.latest_binding.key_flags if self.latest_binding is not None else None
        return flags is not None and (flags.transport_encryption or flags.storage_encryption)

    @property
    def ends_at(self) -> datetime | None:
        binding = self.latest_binding
        if binding is None or not binding.key_validity_period or self.packet.key_created is None:
            return None
        return self.packet.key_created + binding.key_validity_period


def read_given(content: bytes, now: datetime) -> Key:
    """The one public key in what a person gave, armoured or binary. Raises Refused."""
    if len(content) > LONGEST:
        raise Refused(WhyNot.TOO_LARGE)
    _refuse_secret(content)
    try:
        certs = Cert.split_bytes(content)
    except UNREADABLE as error:
        raise Refused(WhyNot.NOT_A_KEY) from error
    if len(certs) != 1:
        raise Refused(WhyNot.SEVERAL if certs else WhyNot.NOT_A_KEY)
    key = read_kept(bytes(certs[0]))
    if key is None:
        raise Refused(WhyNot.NOT_A_KEY)
    if key.is_revoked:
        raise Refused(WhyNot.REVOKED)
    if key.expires_at is not None and key.expires_at <= now:
        raise Refused(WhyNot.EXPIRED)
    if usable(key.content, now) is None:
        raise Refused(WhyNot.CANT_ENCRYPT)
    return key


@lru_cache(maxsize=256)
def read_kept(content: bytes) -> Key | None:
    """What a kept certificate says; None for one that can't be read."""
    try:
        cert = Cert.from_bytes(content)
        ends = [_earlier(cert.expiration, part.ends_at) for part in _parts(content) if part.encrypts]
        user_ids = tuple(str(one) for one in cert.user_ids)
        latest = cert.expiration if not ends or None in ends else max(end for end in ends if end is not None)
        return Key(content, cert.fingerprint, user_ids, latest, cert.is_revoked)
    except UNREADABLE:
        return None


def usable(content: bytes, now: datetime) -> Cert | None:
    """The certificate with only those parts that may be encrypted to at `now`; None where there is no such part."""
    key = read_kept(content)
    if key is None or key.is_revoked or (key.expires_at is not None and key.expires_at <= now):
        return None
    try:
        parts = list(_parts(content))
        alive = tuple(
            number
            for number, part in enumerate(parts)
            if part.encrypts and ((ends := part.ends_at) is None or ends > now)
        )
        return _with_parts(content, alive) if alive else None
    except UNREADABLE:
        return None


@lru_cache(maxsize=256)
def _with_parts(content: bytes, numbers: tuple[int, ...]) -> Cert:
    """The primary key with these subkeys only. Raises what UNREADABLE names where nothing can be encrypted to it."""
    parts = list(_parts(content))
    kept = [parts[0], *(parts[number] for number in numbers if number)]
    cert = Cert.from_packets([packet for part in kept for packet in (part.packet, *part.others)])
    encrypt(b"", recipients=[cert])
    return cert


def _parts(content: bytes) -> Iterator[_Part]:
    """The primary key with its names, then the subkeys."""
    part: _Part | None = None
    for packet in PacketPile.from_bytes(content):
        if packet.tag == Tag.PublicKey or packet.tag in _SUBKEYS:
            if part is not None:
                yield part
            part = _Part(packet, [])
        elif part is not None:
            part.others.append(packet)
    if part is not None:
        yield part


def _refuse_secret(content: bytes) -> None:
    if b"PRIVATE KEY BLOCK" in content:
        raise Refused(WhyNot.SECRET)
    try:
        tags = [packet.tag for packet in PacketPile.from_bytes(content)]
    except UNREADABLE as error:
        raise Refused(WhyNot.NOT_A_KEY) from error
    if any(tag in _SECRET for tag in tags):
        raise Refused(WhyNot.SECRET)


def _made_at(signature: Packet) -> float:
    return signature.signature_created.timestamp() if signature.signature_created is not None else 0.0


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((day for day in (one, other) if day is not None), default=None)
