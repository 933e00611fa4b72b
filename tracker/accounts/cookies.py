"""The cookies: which session, what a stranger's form needs, which browser is known.

Of the session only the token travels. Strangers have no row in the database: what their forms need stands in a signed
cookie of their own, so nobody can fill a table without signing in.
"""

from __future__ import annotations

import secrets
from typing import Any, cast

from flask import Flask, Request, Response, current_app, g
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger
from werkzeug.wrappers import Response as AnyResponse

from config import Settings
from tracker.accounts.current import SignedIn, signed_in
from tracker.accounts.sessions import keep_session
from tracker.core.logs import place_of
from tracker.core.web import database

VISITOR_SECONDS = 2 * 60 * 60
"""How long a sign-in form stays good."""
BROWSER_SECONDS = 180 * 24 * 60 * 60
"""How long a browser stays known to the throttle."""
log = get_logger(__name__)


class ServerSessions(SessionInterface):
    """Flask's `session`: of a signed-in person in the database, of a stranger in a signed cookie."""

    def open_session(self, _app: Flask, request: Request) -> SessionMixin:
        """What the visitor's cookie holds; `adopt` replaces it once somebody is recognised."""
        return SecureCookieSession(
            _unsigned("visitor", request.cookies.get(cookie_name("visitor")), VISITOR_SECONDS) or {}
        )

    def save_session(self, _app: Flask, session: SessionMixin | None, response: Response) -> None:
        over = g.get("session_is_kept") or g.get("session_is_over") or "begun_session" in g
        if session is None or not session.modified or over:
            return
        if (person := signed_in()) is not None:
            self._save_apart(person, dict(session), response)
        else:
            set_cookie(response, "visitor", _serializer("visitor").dumps(dict(session)), VISITOR_SECONDS)

    @staticmethod
    def _save_apart(person: SignedIn, data: dict[str, Any], response: Response) -> None:
        """In a unit of work of its own: that of the request was undone, or is over."""
        try:
            with database().unit_of_work(person.actor) as work:
                keep_session(work, person.session_id, data=data, seen_at=None)
        except SQLAlchemyError as error:
            log.warning("session.not_kept", status=response.status_code, **place_of(error))


def adopt(session: SessionMixin, data: dict[str, Any]) -> None:
    """Let Flask's `session` hold the data of the recognised person's session."""
    session.clear()
    session.update(data)
    session.modified = False


def cookie_name(purpose: str) -> str:
    """`__Host-` in production; elsewhere with the port, since copies on one host share their cookies."""
    settings = _settings()
    return f"__Host-{purpose}" if settings.is_production else f"{purpose}-{settings.port}"


def set_cookie(response: AnyResponse, purpose: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie that no script reads; without `seconds` it ends with the browser."""
    response.set_cookie(
        cookie_name(purpose),
        value,
        max_age=seconds,
        secure=_settings().is_production,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def drop_cookie(response: AnyResponse, purpose: str) -> None:
    response.delete_cookie(
        cookie_name(purpose), secure=_settings().is_production, httponly=True, samesite="Lax", path="/"
    )


def known_browser(request: Request, person_key: str) -> str | None:
    """The id of this browser, when the account `person_key` has signed in from it before."""
    found = _unsigned("browser", request.cookies.get(cookie_name("browser")), BROWSER_SECONDS) or {}
    return cast("str | None", found.get(person_key))


def remember_browser(request: Request, response: AnyResponse, person_key: str) -> None:
    """Let the throttle tell this browser from a stranger's, for this account."""
    found = _unsigned("browser", request.cookies.get(cookie_name("browser")), BROWSER_SECONDS) or {}
    kept = dict(list(found.items())[-4:]) | {person_key: found.get(person_key) or secrets.token_urlsafe(12)}
    set_cookie(response, "browser", _serializer("browser").dumps(kept), BROWSER_SECONDS)


def sign_value(purpose: str, value: dict[str, Any]) -> str:
    """A text that only this installation can have made, for a hidden field."""
    return str(_serializer(purpose).dumps(value))


def read_value(purpose: str, text: str | None, seconds: int) -> dict[str, Any] | None:
    """What was signed, when it is genuine and younger than `seconds`."""
    return _unsigned(purpose, text, seconds)


def _unsigned(purpose: str, text: str | None, seconds: int) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        found = _serializer(purpose).loads(text, max_age=seconds)
    except BadSignature:
        return None
    return found if isinstance(found, dict) else None


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_settings().secret_key, salt=f"tracker.{purpose}")


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["tracker.settings"])
