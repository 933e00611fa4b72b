"""Encrypted fields: AES-256-GCM, the key's id in the envelope, row and column bound as associated data.

The envelope is `v1 | key id length | key id | nonce (12) | ciphertext and tag`. A ciphertext that is copied to
another row or column does not open there. Keys live outside the database (`TRACKER_FIELD_KEYS`); the first of the ring
encrypts. Keys in a file are read again when the file changes, so that they are added and changed while processes run.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from configuration.own_secrets import parse_keys
from tracker.core.errors import NotConfigured, TrackerError

VERSION = 1
NONCE_BYTES = 12
LOOK_AGAIN_AFTER_S = 1.0

log = logging.getLogger(__name__)


class FieldNotReadable(TrackerError):
    """The field was encrypted with a key that is not in the ring, or was moved or altered."""


class KeyNotHere(FieldNotReadable):
    """No key of the ring has the name that the envelope says."""


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

    @property
    def name(self) -> str:
        """Short, the same for the same keys in the same order; tells nothing of them."""
        return hashlib.sha256(" ".join((self.current, *sorted(self.keys))).encode()).hexdigest()[:8]

    def open(self, envelope: bytes, bound_to: str) -> str:
        """The text, or FieldNotReadable."""
        key_id = key_id_of(envelope)
        if key_id not in self.keys:
            raise KeyNotHere("This field was encrypted with a key that is not here.")
        key, start = self.keys[key_id], 2 + envelope[1]
        try:
            plain = AESGCM(key).decrypt(
                envelope[start : start + NONCE_BYTES], envelope[start + NONCE_BYTES :], bound_to.encode()
            )
        except InvalidTag as error:
            raise FieldNotReadable("This field does not open: it was moved or altered.") from error
        return plain.decode()


def key_id_of(envelope: bytes) -> str:
    """Which key it was sealed with; empty for what is no envelope."""
    if len(envelope) <= 2 or envelope[0] != VERSION:
        return ""
    return envelope[2 : 2 + envelope[1]].decode(errors="replace")


class KeptRing:
    """The ring of a process: given once, or read from a file, again whenever that changes.

    A file that can't be read or holds no keys changes nothing: half-written keys must not stop a running house.
    """

    def __init__(self, ring: KeyRing, file: Path | None = None) -> None:
        self._ring = ring
        self._file = file
        self._state = self._state_of_file()
        self._looked_at = time.monotonic()

    def ring(self) -> KeyRing:
        """The keys that hold now; the file is looked at once a second."""
        if self._file is not None and time.monotonic() - self._looked_at > LOOK_AGAIN_AFTER_S:
            self.look_again()
        return self._ring

    def look_again(self) -> bool:
        """Read the file if it changed; whether it did."""
        self._looked_at = time.monotonic()
        state = self._state_of_file()
        if self._file is None or state is None or state == self._state:
            return False
        try:
            self._ring, self._state = ring_of(self._file.read_text(encoding="utf-8")), state
        except (OSError, UnicodeDecodeError, NotConfigured) as error:
            log.error("the file of field keys can't be used: %s", type(error).__name__)
            return False
        return True

    def _state_of_file(self) -> tuple[int, ...] | None:
        try:
            found = None if self._file is None else self._file.stat()
        except OSError:
            return None
        return None if found is None else (found.st_mtime_ns, found.st_size, found.st_ino)


def ring_of(text: str) -> KeyRing:
    """The keys as TRACKER_FIELD_KEYS writes them. Raises NotConfigured."""
    faults: list[str] = []
    keys = parse_keys("Field key", text, faults)
    if faults or not keys:
        raise NotConfigured(" ".join(faults) or "There is no field key.")
    return KeyRing(keys[0].id, {key.id: key.secret for key in keys})


_kept: KeptRing | None = None


def use_ring(ring: KeyRing, file: Path | None = None) -> None:
    """Set the process's key ring; called once by `create_app` and the worker. `file`: where it was read."""
    global _kept
    _kept = KeptRing(ring, file)


def current_ring() -> KeyRing:
    """The keys of this process. Raises NotConfigured."""
    if _kept is None:
        raise NotConfigured("No field keys are loaded.")
    return _kept.ring()


def ring_name() -> str:
    """The name of the ring that this process works with; empty without one."""
    return "" if _kept is None else _kept.ring().name


def look_at_keys_again() -> bool:
    """Read the file of keys now, if it changed; whether it did."""
    return _kept is not None and _kept.look_again()


def open_sealed(envelope: bytes, bound_to: str) -> str:
    """The text. A key that is not here may have been added a moment ago. Raises FieldNotReadable."""
    try:
        return current_ring().open(envelope, bound_to)
    except KeyNotHere:
        if not look_at_keys_again():
            raise
        return current_ring().open(envelope, bound_to)


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
        return None if envelope is None else open_sealed(envelope, self._bound_to(row))

    def __set__(self, row: Any, plain: str | None) -> None:
        envelope = None if not plain else current_ring().seal(plain, self._bound_to(row))
        setattr(row, self.column, envelope)
