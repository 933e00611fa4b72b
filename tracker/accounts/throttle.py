"""Slowing guesses down, for known and unknown accounts alike, without locking their owners out (ASVS 6.3.1, 6.3.8).

Three counts of the last quarter of an hour: guesses at one account from one origin, all guesses from one origin, all
guesses at one account; for each purpose (password, code, recovery code, passkey, link) apart. A browser from which
somebody signed in before is an origin of its own, for that account: its owner is held to the first count only, so a
stranger's guesses never shut them out there.

A guess is counted before it is judged, so a thousand at once are no more than a thousand in a row.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, delete, func, select, text
from sqlalchemy.orm import Session

from tracker.accounts.models import SignInAttempt
from tracker.core import clock

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
    if _too_many(session, tried):
        return None
    attempt = SignInAttempt(account_hash=tried.account, origin_hash=tried.origin, purpose=tried.purpose)
    session.add(attempt)
    session.flush()
    return attempt.id


def forget_guess(session: Session, attempt_id: UUID) -> None:
    """Take back the count of a guess that was right."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id == attempt_id))


def _too_many(session: Session, tried: Guess) -> bool:
    since = and_(SignInAttempt.at > clock.now() - WINDOW, SignInAttempt.purpose == tried.purpose)
    account, origin = SignInAttempt.account_hash == tried.account, SignInAttempt.origin_hash == tried.origin
    both, of_origin, of_account = session.execute(
        select(
            select(func.count()).where(account, origin, since).scalar_subquery(),
            select(func.count()).where(origin, since).scalar_subquery(),
            select(func.count()).where(account, since).scalar_subquery(),
        )
    ).one()
    if both >= MOST_OF_ACCOUNT_AND_ORIGIN:
        return True
    return not tried.from_known_browser and (of_origin >= MOST_OF_ORIGIN or of_account >= MOST_OF_ACCOUNT)


def _lock_keys(tried: Guess) -> set[int]:
    return {int.from_bytes(value[:8], "big", signed=True) for value in (tried.account, tried.origin)}


def keyed_hash(secret: str, value: str) -> bytes:
    """What tells nothing about `value` to whoever has the table but not the secret."""
    return hmac.new(secret.encode(), value.encode(), hashlib.sha256).digest()
