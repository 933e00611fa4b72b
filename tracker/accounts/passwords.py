"""Passwords: how they are kept, and which ones are refused. Nothing here asks the network.

OWASP ASVS 5.0: 11.4.2 (argon2id), 6.2.1 (length), 6.2.4 (common ones).
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from tracker.accounts.common_passwords import looks_common

SHORTEST = 15
"""Characters."""
LONGEST = 256
"""Characters; a longer text only costs time to hash."""

HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, hash_len=32, salt_len=16, type=Type.ID)
"""RFC 9106, second recommended option: 3 passes over 64 MiB (memory_cost is in KiB) in 4 lanes."""

GENERATED_GROUPS, GENERATED_GROUP_LENGTH = 5, 5
GENERATED_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No l, 1, i, o, 0: people type these from a sheet of paper. 25 of 31 letters are about 124 bits."""


def hash_password(password: str) -> str:
    """The PHC string to store."""
    return HASHER.hash(_normalised(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind `stored`. Costs the same when there is nothing stored."""
    try:
        HASHER.verify(stored or _hash_of_nothing(), _normalised(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether `stored` was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


def generate_password() -> str:
    """A fresh password for reading out or typing once, about 124 bits."""
    groups = (
        "".join(secrets.choice(GENERATED_LETTERS) for _letter in range(GENERATED_GROUP_LENGTH))
        for _group in range(GENERATED_GROUPS)
    )
    return "-".join(groups)


def why_refused(password: str, *about: str) -> str | None:
    """Why `password` can't be taken, in words for its owner; None when it can.

    `about`: the person's name and e-mail address, of which it must not be made.
    """
    text = _normalised(password)
    reason: str | None = None
    if len(text) < SHORTEST:
        hint = _("A sentence that only you would write is easy to remember.")
        reason = _("Use %(number)s characters or more.", number=SHORTEST) + " " + hint
    elif len(text) > LONGEST:
        reason = _("Use %(number)s characters or fewer.", number=LONGEST)
    elif looks_common(text, about):
        reason = _("This password is among the first that somebody would guess. Choose another one.")
    return reason


def _normalised(password: str) -> str:
    """One form for one text, however the keyboard composed it."""
    return unicodedata.normalize("NFC", password)


@cache
def _hash_of_nothing() -> str:
    return HASHER.hash(secrets.token_urlsafe(32))
