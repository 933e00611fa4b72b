"""Codes that change every half minute (RFC 6238). Each works once, whoever sends it how often, and at once."""

from __future__ import annotations

import hmac
from uuid import UUID

import pyotp
from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.accounts.models import TotpFactor
from tracker.core import clock

STEP_S = 30
WINDOW = 1
"""Steps before and after now that count too: clocks differ, and typing takes a while."""
DIGITS = 6


def new_secret() -> str:
    """Fresh, in base32: 160 bits."""
    return pyotp.random_base32()


def address_for_device(secret: str, email: str, issuer: str) -> str:
    """What the QR code says (otpauth://…)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def digits_of(typed: str) -> str:
    """What was typed as plain digits: without spaces, whatever script's digits they are; else the empty text."""
    text = "".join(typed.split()).replace("-", "")
    if len(text) != DIGITS or not all(sign.isdecimal() for sign in text):
        return ""
    return "".join(str(int(sign)) for sign in text)


def step_of(secret: str, typed: str) -> int | None:
    """Which half minute the code belongs to, when it is right now or nearly; else None."""
    code, now = digits_of(typed), int(clock.now().timestamp()) // STEP_S
    if not code:
        return None
    device = pyotp.TOTP(secret)
    steps = [now + shift for shift in range(-WINDOW, WINDOW + 1)]
    found = [step for step in steps if hmac.compare_digest(device.generate_otp(step), code)]
    return max(found, default=None)


def enrol(session: Session, person_id: UUID, secret: str, typed: str) -> bool:
    """Keep the secret, in place of an older one, when the code shows that the device has it."""
    step = step_of(secret, typed)
    if step is None:
        return False
    factor = session.get(TotpFactor, person_id)
    if factor is None:
        factor = TotpFactor(person_id=person_id)
        session.add(factor)
    factor.secret, factor.last_step, factor.confirmed_at = secret, step, clock.now()
    session.flush()
    return True


def use(session: Session, person_id: UUID, typed: str) -> bool:
    """Whether the code is right, and was not used before. Of two at once PostgreSQL lets one through."""
    factor = session.get(TotpFactor, person_id)
    step = step_of(factor.secret or "", typed) if factor is not None else None
    if step is None:
        return False
    mine = TotpFactor.person_id == person_id
    used = session.execute(update(TotpFactor).where(mine, TotpFactor.last_step < step).values(last_step=step))
    return used.rowcount == 1  # type: ignore[attr-defined, no-any-return]
