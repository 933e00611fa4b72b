"""Before every view: who is it, and may they enter at all? Deny by default.

One statement finds session, person and roles; with the one that begins as nobody that is two per request.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode, urlsplit
from zoneinfo import available_timezones

from flask import Flask, Response, abort, current_app, g, make_response, redirect, request, session, url_for
from flask_login import LoginManager
from structlog.contextvars import bind_contextvars, clear_contextvars
from werkzeug.wrappers import Response as AnyResponse

from config import Settings
from tracker.access.entrance import ANYONE, CASE_READERS, entrance_of, may_enter
from tracker.accounts.cookies import ServerSessions, adopt, cookie_name, drop_cookie, set_cookie
from tracker.accounts.current import HalfSignedIn, SignedIn, half_signed_in, signed_in, the_person
from tracker.accounts.models import Person
from tracker.accounts.resume import sign_in_again
from tracker.accounts.sessions import (
    LAST_SEEN_STEP,
    Begin,
    BegunSession,
    begin_session,
    end_session,
    find_half_signed_in,
    find_signed_in,
    keep_session,
)
from tracker.core import clock
from tracker.core.actor import NOBODY, person_actor
from tracker.core.languages import use_wishes
from tracker.core.web import act_as, acts_as, db

OPEN_ENDPOINTS = frozenset({"static", "health.healthz", "health.readyz", "feeds.calendar_of_token"})
"""What stands outside the sessions: no cookie is looked at."""
ASKED_BY_ITSELF = frozenset({"reminders.news"})
"""What an open page asks without anybody's hand: that keeps no session alive."""
HALF_WAY = frozenset(
    {
        *("accounts.second_step", "accounts.recover", "accounts.enrol", "accounts.enrol_totp"),
        *("accounts.second_step_passkey", "accounts.enrol_passkey"),
        *("accounts.session_state", "accounts.leave_half_way"),
    }
)
"""Where somebody is recognised who gave the password and owes the second factor."""
WHILE_FACTOR_IS_OWED = frozenset(
    {
        *("accounts.ways_to_sign_in", "accounts.make_passkey", "accounts.set_up_totp", "accounts.confirm"),
        *("accounts.change_password", "accounts.sign_out", "accounts.set_theme"),
    }
)
"""What an administrator may do who did not sign in with a passkey, where a second factor is required."""
WHILE_PASSWORD_IS_NEW = frozenset({"accounts.change_password", "accounts.sign_out", "accounts.set_theme"})
"""What somebody may do before they have replaced a password that somebody else knows."""


def init_app(app: Flask) -> None:
    """Recognise people, and keep out who has no business in a view."""
    app.session_interface = ServerSessions()
    app.before_request(_name_request)
    app.before_request(_recognise)
    app.before_request(_guard)
    app.after_request(_keep_session)
    app.after_request(_set_cookies)
    login_manager = LoginManager()
    login_manager.session_protection = None  # sessions are ours: the token is the protection
    login_manager.request_loader(lambda _request: signed_in())
    login_manager.init_app(app)


def start_session(person: Person, method: str = "password") -> None:
    """Sign `person` in, who showed `method`: a new session, its cookie with this answer, nothing of what was before."""
    is_assured = method == "passkey" or not settings().needs_second_factor
    half = half_signed_in()
    _end_former()
    db().flush()  # what was done until now was not yet done by them
    act_as(person_actor(person.id, person.role_keys, is_assured=is_assured))
    if half is not None:
        end_session(db(), half.session_id)
    data = {"csrf_token": secrets.token_hex(20)}  # made now, so that the first GET has nothing to write
    how = Begin(request.user_agent.string, method=method, is_assured=is_assured, time_zone=_zone_of_browser())
    g.begun_session = begin_session(db(), person, how, data)
    g.pop("csrf_token", None)  # of the session before
    session.clear()
    session.update(data)


def start_half_session(person: Person, method: str = "password") -> None:
    """Remember that `person` gave the password: until the second factor is shown, they stay nobody."""
    _end_former()
    db().flush()
    act_as(NOBODY)
    begun = begin_session(
        db(), person, Begin(request.user_agent.string, method=method, stage="partial", is_assured=False), {}
    )
    g.half_token = begun.token
    g.half_signed_in = HalfSignedIn(
        begun.id, person.id, method, person.name, person.email, person.language, person.time_zone
    )


def end_half_session() -> None:
    """Forget a password that was given: the cookie goes with this answer."""
    half = half_signed_in()
    if half is not None:
        end_session(db(), half.session_id)
    g.session_cookie_goes = True


def _end_former() -> None:
    """End the session that this browser has, and forget what stood in it."""
    former = signed_in()
    if former is None:
        return
    end_session(db(), former.session_id)
    g.signed_in = None
    g.pop("csrf_token", None)
    session.clear()


def _zone_of_browser() -> str | None:
    """What the script of the sign-in page said, when there is such a zone."""
    zone = request.form.get("browser_zone", "")
    return zone if zone in available_timezones() else None


def settings() -> Settings:
    """The settings of this application."""
    return cast(Settings, current_app.extensions["tracker.settings"])


def finish_session() -> None:
    """Sign out: the session is revoked, and its cookie goes with this answer."""
    person = the_person()
    end_session(db(), person.session_id)
    g.session_is_over = True
    session.clear()


def safe_next(target: str | None) -> str | None:
    """`target` when it is a path of this site, else None: nobody is sent elsewhere."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\") or "\\" in target:
        return None
    if not target.isprintable():
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def fresh_within(person: SignedIn, limit: timedelta) -> bool:
    """Whether the person showed in this session within `limit` who they are."""
    return clock.now() - person.signed_in_at <= limit


def _name_request() -> None:
    clear_contextvars()
    g.request_id = secrets.token_hex(8)
    bind_contextvars(request_id=g.request_id)


def _recognise() -> None:
    token = request.cookies.get(cookie_name("session"))
    if not token or request.endpoint in OPEN_ENDPOINTS:
        return
    person = find_signed_in(db(), token, needs_factor=settings().needs_second_factor)
    if person is None:
        _recognise_half(token)
        return
    g.signed_in = person
    adopt(session, person.data)
    acts_as(person.actor)
    use_wishes(person.language, person.time_zone)
    bind_contextvars(person_id=str(person.person_id))


def _recognise_half(token: str) -> None:
    half = find_half_signed_in(db(), token) if request.endpoint in HALF_WAY else None
    if half is not None:
        g.half_signed_in = half
        use_wishes(half.language, half.time_zone)


def _guard() -> AnyResponse | None:
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None  # no such page: the router says so
    who = entrance_of(current_app.view_functions[request.endpoint])
    person = signed_in()
    if who is None:
        abort(404)
    if person is None:
        return None if who == ANYONE else _ask_to_sign_in()
    if not may_enter(who, person.roles):
        abort(403 if _sees_the_area(who, person) else 404)
    if person.must_change_password and request.endpoint not in WHILE_PASSWORD_IS_NEW and who != ANYONE:
        return redirect(url_for("accounts.change_password"), 303)
    if owes_passkey(person) and request.endpoint not in WHILE_FACTOR_IS_OWED and who != ANYONE:
        return redirect(url_for("accounts.ways_to_sign_in"), 303)
    return None


def owes_passkey(person: SignedIn) -> bool:
    """Whether they have to sign in with a passkey first: administrators, where a second factor is required."""
    return "administrator" in person.roles and not person.is_assured and settings().needs_second_factor


def _sees_the_area(who: str | frozenset[str], person: SignedIn) -> bool:
    """Whoever works on cases knows that there are pages for others who do; nobody else learns of them."""
    return isinstance(who, frozenset) and who <= CASE_READERS and not CASE_READERS.isdisjoint(person.roles)


def _ask_to_sign_in() -> AnyResponse:
    if request.headers.get("HX-Request"):
        answer = make_response("", 401)
        if request.method == "GET":  # what was typed would be lost: only a read goes elsewhere
            answer.headers["HX-Redirect"] = _sign_in_address(_path_of_page())
        return answer
    if request.is_json:
        return make_response("", 401)  # the script asks for the password in place
    if request.method in ("GET", "HEAD"):
        return redirect(_sign_in_address(request.full_path.rstrip("?")), 303)
    return sign_in_again()


def _path_of_page() -> str:
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _sign_in_address(target: str) -> str:
    address = url_for("accounts.sign_in")
    return address if target in ("", "/") else f"{address}?{urlencode({'next': target})}"


def _keep_session(response: Response) -> Response:
    """Write what changed of the session, with the request's own unit of work."""
    person = signed_in()
    over = g.get("session_is_over") or "begun_session" in g
    if person is None or response.status_code >= 400 or "db_session" not in g or over:
        return response
    is_old = clock.now() - person.last_seen_at >= LAST_SEEN_STEP and request.endpoint not in ASKED_BY_ITSELF
    seen_at = clock.now() if is_old else None
    data: dict[str, Any] | None = dict(session) if session.modified else None
    keep_session(db(), person.session_id, data=data, seen_at=seen_at)
    g.session_is_kept = True
    return response


def _set_cookies(response: Response) -> Response:
    begun: BegunSession | None = g.get("begun_session")
    if begun is not None:
        set_cookie(response, "session", begun.token)
        drop_cookie(response, "visitor")
    elif "half_token" in g:
        set_cookie(response, "session", g.half_token)
    elif g.get("session_is_over") or g.get("session_cookie_goes"):
        drop_cookie(response, "session")
    return response
