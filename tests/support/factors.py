"""Second factors of test people."""

from __future__ import annotations

import pyotp
from sqlalchemy.orm import Session

from tracker.accounts import recovery
from tracker.accounts.models import Person, TotpFactor
from tracker.core import clock

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(session: Session, person: Person) -> None:
    """Codes from an app that knows SECRET; the operator does it."""
    factor = TotpFactor(person_id=person.id, last_step=0)
    factor.secret = SECRET
    session.add(factor)
    session.flush()


def give_codes(session: Session, person: Person, secret_key: str) -> list[str]:
    return recovery.renew(session, person.id, secret_key)


def code(shift: int = 0) -> str:
    """What the app shows now, or `shift` half minutes from now."""
    return pyotp.TOTP(SECRET).generate_otp(int(clock.now().timestamp()) // 30 + shift)
