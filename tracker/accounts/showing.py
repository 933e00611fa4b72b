"""A passkey in a request: what its form holds, and who shows it."""

from __future__ import annotations

from uuid import UUID

from flask import request

from tracker.accounts import passkeys, throttle
from tracker.accounts.authentication import Answer, judge
from tracker.accounts.challenges import burnt, new_challenge
from tracker.accounts.passkeys import Shown, Site
from tracker.accounts.sign_in import settings
from tracker.core.web import database, db


def site() -> Site | None:
    """Where passkeys work; None: nowhere, for BASE_URL names a number."""
    return passkeys.site_of(settings().base_url)


def is_here() -> bool:
    """Whether the browser is at the address that passkeys are made for."""
    found = site()
    return found is not None and request.host_url.rstrip("/") == found.origin


def request_form(purpose: str, person_id: UUID | None = None) -> dict[str, str] | None:
    """What `accounts/_passkey_get.html` needs; None where passkeys don't work."""
    found = site()
    if found is None:
        return None
    known = passkeys.passkeys_of(db(), person_id) if person_id is not None else []
    return {
        "challenge": new_challenge(purpose),
        "rp": found.rp_id,
        "allow": passkeys.allowed(known),
        "verify": "required" if person_id is None else "preferred",
        "origin": found.origin,
    }


def making_form(purpose: str, person_id: UUID, email: str, name: str, *, sole: bool) -> dict[str, str] | None:
    """What `accounts/_passkey_make.html` needs; None where passkeys don't work."""
    found = site()
    if found is None:
        return None
    known = passkeys.passkeys_of(db(), person_id)
    options = passkeys.options_to_make(found, person_id, email, name, known, sole=sole)
    return {"challenge": new_challenge(purpose), "options": options, "origin": found.origin}


def shown_in_request(purpose: str) -> Shown | None:
    """The device's answer in this form, whose challenge is worth nothing from here on."""
    challenge = burnt(request.form.get("challenge"), purpose)
    credential = request.form.get("credential", "")
    return Shown(credential, challenge) if challenge is not None and credential else None


def judged(purpose: str, person_id: UUID | None) -> Answer:
    """Judge the passkey of this request; with nobody named it says itself whose it is, and nothing else is asked."""
    shown, found = shown_in_request(purpose), site()
    credential_id = passkeys.credential_id_of(request.form.get("credential", "")) or b""
    sole = person_id is None
    owner = passkeys.owner_of(db(), credential_id) if sole else person_id
    tried = throttle.guess(
        settings().secret_key, f"passkey:{credential_id.hex()}", request.remote_addr or "", None, "passkey"
    )
    return judge(
        database(),
        tried,
        owner,
        lambda session: (
            owner is not None
            and shown is not None
            and found is not None
            and passkeys.show(session, owner, found, shown, sole=sole)
        ),
    )
