"""A file's content in encrypted pieces: AES-256-GCM with a key of the file's own; each bound to its place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracker.core.encryption import NONCE_BYTES, FieldNotReadable

PIECE = 1024 * 1024


def new_key() -> str:
    """A key, as hexadecimal digits."""
    return AESGCM.generate_key(256).hex()


def sealed_pieces(content: bytes, key: str, file_id: UUID) -> Iterator[bytes]:
    """The pieces, in order."""
    cipher, count = AESGCM(bytes.fromhex(key)), _count(len(content))
    for number in range(count):
        nonce = os.urandom(NONCE_BYTES)
        plain = content[number * PIECE : (number + 1) * PIECE]
        yield nonce + cipher.encrypt(nonce, plain, _bound_to(file_id, number, count))


def opened(pieces: Iterable[bytes], key: str, file_id: UUID, size: int) -> bytes:
    """The content. Raises FieldNotReadable where a piece is missing, moved or altered."""
    cipher, count = AESGCM(bytes.fromhex(key)), _count(size)
    plain = []
    try:
        for number, piece in enumerate(pieces):
            bound = _bound_to(file_id, number, count)
            plain.append(cipher.decrypt(piece[:NONCE_BYTES], piece[NONCE_BYTES:], bound))
    except InvalidTag as error:
        raise FieldNotReadable("This file does not open: a piece was moved or altered.") from error
    content = b"".join(plain)
    if len(content) != size:
        raise FieldNotReadable("This file does not open: a piece is missing.")
    return content


def _count(size: int) -> int:
    return -(-size // PIECE)


def _bound_to(file_id: UUID, number: int, count: int) -> bytes:
    return f"file_pieces.content:{file_id}:{number}:{count}".encode()
