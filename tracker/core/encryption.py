"""Encrypted fields: AES-256-GCM, the key's id in the envelope, row and column bound as associated data.

The envelope is `v1 | key id length | key id | nonce (12) | ciphertext and tag`. A ciphertext that is copied to
another row or column does not open there. Keys live outside the database (`TRACKER_FIELD_KEYS`); the first of the ring
encrypts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from tracker.core.errors import NotConfigured, TrackerError

VERSION = 1
NONCE_BYTES = 12


class FieldNotReadable(TrackerError):
    """The field was encrypted with a key that is not in the ring, or was moved or altered."""


@dataclass(frozen=True)
class KeyRing:
    """Keys by id (32 bytes each); `current` encrypts, all decrypt."""

    current: str
    keys: Mapping[str, bytes]

    def __post_init__(self) -> None:
        if self.current not in self.keys or any(len(key) != 32 for key in self.keys.values()):
            raise NotConfigured("The field keys must be 32 bytes each and hold the current key.")

    def seal(self, plain: str, bound_to: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        name = self.current.encode()
        body = AESGCM(self.keys[self.current]).encrypt(nonce, plain.encode(), bound_to.encode())
        return bytes([VERSION, len(name)]) + name + nonce + body

    def open(self, envelope: bytes, bound_to: str) -> str:
        """The text, or FieldNotReadable."""
        length = envelope[1] if len(envelope) > 2 and envelope[0] == VERSION else -1
        key = self.keys.get(envelope[2 : 2 + length].decode(errors="replace")) if length >= 0 else None
        if key is None:
            raise FieldNotReadable("This field was encrypted with a key that is not here.")
        start = 2 + length
        try:
            plain = AESGCM(key).decrypt(
                envelope[start : start + NONCE_BYTES], envelope[start + NONCE_BYTES :], bound_to.encode()
            )
        except InvalidTag as error:
            raise FieldNotReadable("This field does not open: it was moved or altered.") from error
        return plain.decode()


_ring: KeyRing | None = None


def use_ring(ring: KeyRing) -> None:
    """Set the process's key ring; called once by `create_app` and the worker."""
    global _ring
    _ring = ring


def current_ring() -> KeyRing:
    if _ring is None:
        raise NotConfigured("No field keys are loaded.")
    return _ring


class SealedBytes(TypeDecorator[bytes]):
    """A column that takes only envelopes: plain text never reaches the database by mistake."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: object, _dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, bytes) or value[:1] != bytes([VERSION]):
            raise TypeError("an encrypted column takes an envelope, not plain text")
        return value


class EncryptedText:
    """The readable face of a SealedBytes column: `email = EncryptedText("email_sealed")`.

    The row's id must be set before the field is, since it is bound into the ciphertext.
    """

    def __init__(self, column: str) -> None:
        self.column = column

    def _bound_to(self, row: Any) -> str:
        identity = row.encryption_identity()
        if identity is None:
            raise TypeError("set the row's id before its encrypted fields")
        return f"{row.__tablename__}.{self.column}:{identity}"

    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return self
        envelope = getattr(row, self.column)
        return None if envelope is None else current_ring().open(envelope, self._bound_to(row))

    def __set__(self, row: Any, plain: str | None) -> None:
        envelope = None if not plain else current_ring().seal(plain, self._bound_to(row))
        setattr(row, self.column, envelope)
