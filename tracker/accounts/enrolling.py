"""Setting up codes on a device: what the page shows before anything is kept."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from uuid import UUID

import segno
from markupsafe import Markup

from tracker.accounts import totp
from tracker.core.encryption import FieldNotReadable, current_ring

ISSUER = "Accountability tracker"


@dataclass(frozen=True, slots=True)
class TotpOffer:
    """A secret that is not kept yet. `sealed` travels in the form; `spoken` is what is typed where nothing scans."""

    sealed: str
    spoken: str
    qr: Markup


def new_offer(person_id: UUID, email: str) -> TotpOffer:
    return _offer(person_id, email, totp.new_secret())


def same_offer(person_id: UUID, email: str, sealed: str | None) -> TotpOffer:
    """The offer that the form holds; a new one when it holds none of ours."""
    return _offer(person_id, email, secret_of(person_id, sealed) or totp.new_secret())


def secret_of(person_id: UUID, sealed: str | None) -> str | None:
    """The secret that was offered to this person; None when the form holds none of ours."""
    try:
        return current_ring().open(base64.urlsafe_b64decode(sealed or ""), _bound_to(person_id))
    except (FieldNotReadable, binascii.Error, ValueError):
        return None


def _offer(person_id: UUID, email: str, secret: str) -> TotpOffer:
    sealed = base64.urlsafe_b64encode(current_ring().seal(secret, _bound_to(person_id))).decode()
    picture = segno.make(totp.address_for_device(secret, email, ISSUER), error="m")
    svg = picture.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=False)
    spoken = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return TotpOffer(sealed, spoken, Markup(svg))  # noqa: S704  made by the library, of letters and digits


def _bound_to(person_id: UUID) -> str:
    return f"totp_offer:{person_id}"
