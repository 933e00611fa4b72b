"""What a device signs: a text that only this installation can have made, for this browser, for one purpose, once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import session as browser
from flask_wtf.csrf import generate_csrf
from sqlalchemy.dialects.postgresql import insert

from tracker.accounts.cookies import read_value, sign_value
from tracker.accounts.models import UsedChallenge
from tracker.core import clock
from tracker.core.actor import NOBODY
from tracker.core.web import database

SECONDS = 10 * 60
LONGEST = 400


def new_challenge(purpose: str) -> str:
    """For a hidden field; nothing is stored until it is answered."""
    generate_csrf()  # the browser has a secret of its own from here on
    return sign_value("challenge", {"n": secrets.token_urlsafe(24), "p": purpose, "b": _browser()})


def burnt(text: str | None, purpose: str) -> bytes | None:
    """The challenge, when it is one of ours for this browser and purpose, and was not answered before."""
    found = read_value("challenge", text, SECONDS) if text and len(text) <= LONGEST else None
    if text is None or found is None or (found.get("p"), found.get("b")) != (purpose, _browser()):
        return None
    row = {
        "challenge_hash": hashlib.sha256(text.encode()).digest(),
        "until": clock.now() + timedelta(seconds=SECONDS),
    }
    with database().unit_of_work(NOBODY) as work:
        first = insert(UsedChallenge).values(row).on_conflict_do_nothing().returning(UsedChallenge.challenge_hash)
        return text.encode() if work.scalar(first) is not None else None


def _browser() -> str:
    return hashlib.sha256(str(browser.get("csrf_token", "")).encode()).hexdigest()[:24]
