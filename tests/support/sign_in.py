"""Signed-in test clients, without the cost of a password."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.cookies import cookie_name
from tracker.accounts.models import Person, SignInSession
from tracker.accounts.sessions import Begin, begin_session, seal
from tracker.core.actor import OPERATOR
from tracker.core.web import database


def sign_in(client: FlaskClient, person: Person, *, is_assured: bool = True) -> FlaskClient:
    """Let `client` act as `person` (who must be committed), and send a valid CSRF token with every request.

    `is_assured`: as with a passkey; without, what is sealed is not there.
    """
    app: Flask = client.application
    raw = secrets.token_hex(20)
    with app.app_context(), database().unit_of_work(OPERATOR) as session:
        how = Begin("test", method="passkey" if is_assured else "totp", is_assured=is_assured)
        begun = begin_session(session, person, how, {"csrf_token": raw})
        name = cookie_name("session")
    client.set_cookie(name, begun.token)
    signed = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(raw)
    client.environ_base["HTTP_X_CSRFTOKEN"] = str(signed)
    return client


def make_stale(session: Session, person: Person | None = None) -> None:
    """Everybody (or `person`) last showed an hour ago who they are; the operator does it."""
    wanted = select(SignInSession)
    for row in session.scalars(wanted if person is None else wanted.where(SignInSession.person_id == person.id)):
        row.signed_in_at = row.created_at - timedelta(hours=1)
        seal(row)


def sign_in_half(client: FlaskClient, person: Person) -> FlaskClient:
    """Let `client` be where `person` gave the password and owes the second factor."""
    app: Flask = client.application
    with app.app_context(), database().unit_of_work(OPERATOR) as session:
        begun = begin_session(session, person, Begin("test", stage="partial", is_assured=False), {})
        name = cookie_name("session")
    client.set_cookie(name, begun.token)
    return client
