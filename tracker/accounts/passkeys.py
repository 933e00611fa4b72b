"""Passkeys (WebAuthn): the private half never leaves the device, and the device answers this site's address alone.

The challenge is the signed text that stands in the form (`challenges.py`), byte for byte.

The library comes with its first use: it takes a third of a second and 24 MB, and most processes never see a passkey.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Passkey
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import NOBODY
from tracker.core.ids import new_id

MOST_PER_PERSON = 20
LONGEST_CREDENTIAL = 16 * 1024
"""Characters of JSON; a browser sends two or three thousand."""
TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal", "cable"})


@dataclass(frozen=True, slots=True)
class Site:
    """Whom devices answer: the host as `rp_id`, the whole `origin`. Both come from BASE_URL, never from a request."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a browser sent: the device's answer as JSON, and the challenge that it answers."""

    credential: str
    challenge: bytes


def site_of(base_url: str) -> Site | None:
    """None where the host is a number: browsers know passkeys of names only."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return Site(host, f"{parts.scheme}://{parts.netloc}")
    return None


def passkeys_of(session: Session, person_id: UUID) -> Sequence[Passkey]:
    """Oldest first."""
    wanted = select(Passkey).where(Passkey.person_id == person_id)
    return session.scalars(wanted.order_by(Passkey.created_at, Passkey.id)).all()


def options_to_make(site: Site, person_id: UUID, email: str, name: str, known: Sequence[Passkey], *, sole: bool) -> str:
    """What the browser is told when one is made, as JSON; the script puts the challenge in. `sole`: no password."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    verification = UserVerificationRequirement.REQUIRED if sole else UserVerificationRequirement.PREFERRED
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Accountability tracker",
        user_id=person_id.bytes,
        user_name=email,
        user_display_name=name,
        challenge=b"-",
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=verification
        ),
    )
    return options_to_json(options)


def allowed(known: Sequence[Passkey]) -> str:
    """Which devices the browser may ask, as JSON."""
    return json.dumps([{"id": _in_base64(key.credential_id), "transports": list(key.transports)} for key in known])


def make(session: Session, person_id: UUID, site: Site, shown: Shown, name: str, *, sole: bool) -> Passkey | None:
    """Keep a new passkey; None when the answer is not genuine, of another site, or there are enough already."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    sent = _read(shown.credential)
    if sent is None or len(passkeys_of(session, person_id)) >= MOST_PER_PERSON:
        return None
    try:
        found = verify_registration_response(
            credential=sent,
            expected_challenge=shown.challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=sole,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    if owner_of(session, found.credential_id) is not None:
        return None
    key = Passkey(
        id=new_id(),
        person_id=person_id,
        credential_id=found.credential_id,
        public_key_text=base64.b64encode(found.credential_public_key).decode(),
        sign_count=found.sign_count,
        transports=_transports(sent),
        aaguid=found.aaguid,
        is_backed_up=found.credential_backed_up,
        name=name,
    )
    session.add(key)
    session.flush()
    return key


def credential_id_of(credential: str) -> bytes | None:
    """Which passkey the answer says it is."""
    sent = _read(credential)
    try:
        return base64.urlsafe_b64decode(str((sent or {})["id"]) + "===") or None
    except (KeyError, ValueError):
        return None


def owner_of(session: Session, credential_id: bytes) -> UUID | None:
    """Whose passkey this is; asked before anybody is known."""
    return session.scalar(select(func.app_owner_of_passkey(credential_id)))


def show(session: Session, person_id: UUID, site: Site, shown: Shown, *, sole: bool) -> bool:
    """Whether the answer comes from a passkey of this person; `sole`: nothing else is asked, so the device must know
    its owner. A counter that went backwards is noted: there may be a copy of the key.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    sent, wanted = _read(shown.credential), credential_id_of(shown.credential)
    mine = select(Passkey).where(Passkey.person_id == person_id, Passkey.credential_id == wanted)
    key = session.scalar(mine) if wanted is not None else None
    public_key = key.genuine_key if key is not None else None
    if sent is None or key is None or public_key is None or not _handle_is(sent, person_id):
        return False
    try:
        found = verify_authentication_response(
            credential=sent,
            expected_challenge=shown.challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # what a smaller count means is decided below
            require_user_verification=sole,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return False
    if key.sign_count and found.new_sign_count <= key.sign_count:
        key.regressed_at = clock.now()
        record(session, NOBODY, "factor.regressed", "person", person_id, passkey=str(key.id))
    key.sign_count, key.last_used_at = found.new_sign_count, clock.now()
    key.is_backed_up = found.credential_backed_up
    return True


def _in_base64(value: bytes) -> str:
    """As browsers write it: for addresses, and without padding."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _read(credential: str) -> dict[str, Any] | None:
    if len(credential) > LONGEST_CREDENTIAL:
        return None
    try:
        sent = json.loads(credential)
    except ValueError:
        return None
    return sent if isinstance(sent, dict) and isinstance(sent.get("response"), dict) else None


def _handle_is(sent: dict[str, Any], person_id: UUID) -> bool:
    """A device that names an owner must name this one."""
    handle = sent["response"].get("userHandle")
    return not handle or handle == _in_base64(person_id.bytes)


def _transports(sent: dict[str, Any]) -> list[str]:
    told = sent["response"].get("transports")
    return (
        sorted(TRANSPORTS.intersection(one for one in told if isinstance(one, str))) if isinstance(told, list) else []
    )
