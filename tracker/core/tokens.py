"""Secret tokens (a session's cookie, the key of a link): what stands for them in the database, and their row's seal.

Both take a key made of SECRET_KEY. So whoever has a login of the database and no more can write rows, but none that
lets anybody in: neither a new one nor one turned to somebody else (ADR 22).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tracker.core.errors import NotConfigured


@dataclass(frozen=True, slots=True)
class _Keys:
    digests: bytes
    seals: bytes


_keys: _Keys | None = None


def use_secret(secret: str) -> None:
    """Set the secret of this process; called once by `create_app` and the worker."""
    global _keys
    _keys = _Keys(_derived(secret, b"tracker tokens: digests"), _derived(secret, b"tracker tokens: seals"))


def digest_of(token: str) -> bytes:
    """What stands in the table for `token`. A fast hash will do: a token has 256 random bits."""
    return hmac.digest(_current().digests, hashlib.sha256(token.encode()).digest(), "sha256")


def seal_of(kind: str, *values: object) -> bytes:
    """What only this installation can have written beside `values` in a row of this `kind`."""
    text = json.dumps([kind, *map(_written, values)])
    return hmac.digest(_current().seals, text.encode(), "sha256")


def _written(value: object) -> str | bool | None:
    """One way of writing for one value, whether it comes from a form, Python or PostgreSQL."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, bool) else str(value)


def _current() -> _Keys:
    if _keys is None:
        raise NotConfigured("No SECRET_KEY is loaded.")
    return _keys


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=purpose).derive(secret.encode())
