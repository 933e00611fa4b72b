"""Codes on paper, for whoever lost their device: ten, each of which works once."""

from __future__ import annotations

import secrets
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tracker.accounts.models import RecoveryCode
from tracker.accounts.passwords import GENERATED_LETTERS
from tracker.accounts.throttle import keyed_hash
from tracker.core import clock

HOW_MANY = 10
GROUPS, GROUP_LENGTH = 4, 5
"""20 of 31 letters are about 99 bits."""


def renew(session: Session, person_id: UUID, secret: str) -> list[str]:
    """New codes in place of all older ones: to be shown once, for only their hashes stay."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [_new_code() for _number in range(HOW_MANY)]
    session.add_all(RecoveryCode(person_id=person_id, code_hash=_hash_of(secret, person_id, code)) for code in codes)
    session.flush()
    return codes


def use(session: Session, person_id: UUID, secret: str, typed: str) -> bool:
    """Whether this is a code that was not used before; from now on it is."""
    wanted = (
        RecoveryCode.person_id == person_id,
        RecoveryCode.code_hash == _hash_of(secret, person_id, typed),
        RecoveryCode.used_at.is_(None),
    )
    used = session.execute(update(RecoveryCode).where(*wanted).values(used_at=clock.now()))
    return used.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def _new_code() -> str:
    letters = ("".join(secrets.choice(GENERATED_LETTERS) for _l in range(GROUP_LENGTH)) for _g in range(GROUPS))
    return "-".join(letters)


def _hash_of(secret: str, person_id: UUID, typed: str) -> bytes:
    """However it is capitalised and parted."""
    letters = "".join(sign for sign in typed.casefold() if sign in GENERATED_LETTERS)
    return keyed_hash(secret, f"recovery:{person_id}:{letters}")
