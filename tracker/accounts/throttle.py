"""Slowing guesses down, for known and unknown accounts alike, without locking their owners out (ASVS 6.3.1, 6.3.8).

Three counts of the last quarter of an hour: guesses at one account from one origin, all guesses from one origin, all
guesses at one account; for each purpose (password, code, recovery code, passkey, link) apart. A browser from which
somebody signed in before is an origin of its own, for that account: its owner is held to the first count only, so a
stranger's guesses never shut them out there.

A guess is counted before it is judged, so a thousand at once are no more than a thousand in a row. The counts lie
behind functions of the database: the web can neither read nor clear them.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.ids import new_id

WINDOW = timedelta(minutes=15)
MOST_OF_ACCOUNT_AND_ORIGIN = 5
MOST_OF_ORIGIN = 10
MOST_OF_ACCOUNT = 10

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


@dataclass(frozen=True, slots=True)
class Guess:
    """Who is tried from where, as keyed hashes: the table tells neither address."""

    account: bytes
    origin: bytes
    from_known_browser: bool
    purpose: str = "password"


def guess(secret: str, email: str, network_address: str, known_browser: str | None, purpose: str = "password") -> Guess:
    """`known_browser`: the id of a browser that this account signed in from before; None for a stranger's."""
    origin = f"browser:{known_browser}" if known_browser else f"network:{network_address}"
    return Guess(
        keyed_hash(secret, f"account:{email.strip().casefold()}"),
        keyed_hash(secret, origin),
        known_browser is not None,
        purpose,
    )


def count_guess(session: Session, tried: Guess) -> UUID | None:
    """Count `tried` and say under which id; None when there were too many, and it must not be judged.

    The caller commits at once, so that the count stands whatever happens next.
    """
    for key in sorted(_lock_keys(tried)):  # in one order, so that two guesses never wait for each other
        session.execute(_LOCK, {"key": key})
    attempt_id = new_id()
    window_s = int(WINDOW.total_seconds())
    most = (MOST_OF_ACCOUNT_AND_ORIGIN, MOST_OF_ORIGIN, MOST_OF_ACCOUNT)
    said = (tried.account, tried.origin, tried.purpose, clock.now(), window_s, *most, tried.from_known_browser)
    return attempt_id if session.scalar(select(func.app_count_guess(attempt_id, *said))) else None


def forget_guess(session: Session, attempt_id: UUID) -> None:
    """Take back the count of a guess that was right, and was made a moment ago."""
    session.execute(select(func.app_forget_guess(attempt_id, clock.now())))


def _lock_keys(tried: Guess) -> set[int]:
    return {int.from_bytes(value[:8], "big", signed=True) for value in (tried.account, tried.origin)}


def keyed_hash(secret: str, value: str) -> bytes:
    """What tells nothing about `value` to whoever has the table but not the secret."""
    return hmac.new(secret.encode(), value.encode(), hashlib.sha256).digest()
