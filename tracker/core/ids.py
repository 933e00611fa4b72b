"""Identifiers: UUIDv7 for rows, short random references for people. Chance comes from here, so tests can seed it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random
from uuid import UUID

from uuid6 import uuid7

from tracker.core import clock

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L, U: a reference is read out on the telephone."""


class _Foreseen(Random):
    """Chance that repeats itself; `last`: the last id that was drawn of it."""

    last = 0


_seeded: ContextVar[_Foreseen | None] = ContextVar("seeded_chance", default=None)


def new_id() -> UUID:
    """A UUIDv7: sorted by time of making, no numbering that shows a gap."""
    chance = _seeded.get()
    return UUID(bytes=uuid7().bytes) if chance is None else _seeded_id(chance)


def random_id() -> UUID:
    """A UUIDv4, which says nothing, not even when it was made: for tokens and ids of messages."""
    return UUID(int=random_below(1 << 128), version=4)


def random_below(limit: int) -> int:
    """A number from 0 to `limit` - 1 that nobody can guess."""
    chance = _seeded.get()
    return secrets.randbelow(limit) if chance is None else chance.randrange(limit)


def random_code(length: int = 4) -> str:
    """A random code of `length` letters and digits that can't be mistaken for one another."""
    return "".join(ALPHABET[random_below(len(ALPHABET))] for _ in range(length))


def new_reference(prefix: str, attempt: int = 0) -> str:
    """A reference such as `ICC-K7QX`; each second failed attempt makes it one character longer."""
    return f"{prefix}-{random_code(4 + attempt // 2)}"


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw the same ids and codes as any other block with this seed and clock: for comparing two copies."""
    token = _seeded.set(_Foreseen(seed))
    try:
        yield
    finally:
        _seeded.reset(token)


def _seeded_id(chance: _Foreseen) -> UUID:
    """As `uuid7`: milliseconds first, and within one of them the later above the earlier, as they were made."""
    milliseconds = int(clock.now().timestamp() * 1000)
    first = milliseconds << 80 | 7 << 76 | chance.getrandbits(12) << 64 | 0b10 << 62 | chance.getrandbits(62)
    chance.last = chance.last + 1 + chance.getrandbits(32) if chance.last >> 80 == milliseconds else first
    return UUID(int=chance.last)
