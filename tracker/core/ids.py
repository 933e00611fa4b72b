"""Identifiers: UUIDv7 for rows, short random references for people."""

from __future__ import annotations

import secrets
from uuid import UUID

from uuid6 import uuid7

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L, U: a reference is read out on the telephone."""


def new_id() -> UUID:
    """A UUIDv7: sorted by time of making, no numbering that shows a gap."""
    return UUID(bytes=uuid7().bytes)


def random_code(length: int = 4) -> str:
    """A random code of `length` letters and digits that can't be mistaken for one another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_reference(prefix: str, attempt: int = 0) -> str:
    """A reference such as `ICC-K7QX`; each second failed attempt makes it one character longer."""
    return f"{prefix}-{random_code(4 + attempt // 2)}"
