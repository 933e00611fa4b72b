"""A fresh sign-in: what takes much out of the house, or changes who gets in, asks who is there a moment ago.

What is asked is at least as strong as what the session began with, as far as the person has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts import resume, showing, totp
from tracker.accounts.arriving import guess_here, is_own_password
from tracker.accounts.authentication import judge
from tracker.accounts.current import the_person
from tracker.accounts.factors import Factors, factors_of
from tracker.accounts.sessions import confirm_session
from tracker.accounts.sign_in import fresh_within
from tracker.audit.services import record
from tracker.core.web import actor, database, db

FRESH = timedelta(minutes=15)
PASSKEY = "passkey"
STRENGTH = {"password": 0, "recovery_code": 1, "totp": 1, "passkey": 2}


def is_fresh() -> bool:
    """Whether the signed-in person showed in this session within the last quarter of an hour who they are."""
    return fresh_within(the_person(), FRESH)


def ways_to_confirm() -> list[str]:
    """What the person may show, strongest first: password, totp, passkey."""
    if "ways_to_confirm" not in g:
        person = the_person()
        asked = PASSKEY if request.values.get("by") == PASSKEY else person.method
        g.ways_to_confirm = _ways(factors_of(db(), person.person_id), asked)
    ways: list[str] = g.ways_to_confirm
    return ways


def confirm(form: Mapping[str, str]) -> bool:
    """Whether `form` holds what confirms who is there; if so, the session is fresh again. Guesses are slowed.

    With a passkey the session becomes one that sees sealed cases, as if it had begun with it.
    """
    way = next((one for one in ways_to_confirm() if form.get(FIELDS[one])), None)
    if way is None or not _CHECKS[way](form[FIELDS[way]]):
        return False
    person = the_person()
    confirm_session(db(), person.session_id, with_passkey=way == PASSKEY)
    record(db(), actor(), "sign_in.confirmed", "person", person.person_id, by=way)
    return True


def ask_first(target: str | None = None) -> AnyResponse | None:
    """To the page that asks who is there, when that was not shown lately; None: go on."""
    if is_fresh():
        return None
    return redirect(url_for("accounts.confirm", next=target or request.path), 303)


def ask_first_keeping(target: str | None = None) -> AnyResponse | None:
    """The page that asks who is there, which holds on to what was typed; None: go on.

    `target`: where to go where nothing was typed.
    """
    if is_fresh():
        return None
    kept = resume.keep_own()
    return ask_first(target) if target and not kept else ask_page(request.path, kept)


def ask_for_passkey(target: str) -> AnyResponse | None:
    """Ask whoever has a passkey to show it now, before they change what they sign in with; None: go on.

    A password and a code can be talked out of somebody, and so they change nothing here once there is a passkey.
    """
    person = the_person()
    if person.method == PASSKEY or not factors_of(db(), person.person_id).passkeys:
        return ask_first(target)
    return redirect(url_for("accounts.confirm", next=target, by=PASSKEY), 303)


def ask_page(target: str, kept: str | None = None, *, is_wrong: bool = False, status: int = 401) -> AnyResponse:
    """The page that asks who is there, and leads on to `target` or sends what was `kept`."""
    passkey = showing.request_form("confirm", the_person().person_id) if PASSKEY in ways_to_confirm() else None
    asked = {"target": target, "is_wrong": is_wrong, "passkey": passkey, "kept": kept, "kept_field": resume.FIELD}
    by = PASSKEY if request.values.get("by") == PASSKEY else None
    return make_response(render_template("accounts/confirm.html", by=by, **asked), status)


def _ways(found: Factors, method: str) -> list[str]:
    has = {"passkey": found.passkeys > 0, "totp": found.has_totp, "password": found.has_password}
    there = [way for way, is_there in has.items() if is_there]
    return [way for way in there if STRENGTH[way] >= STRENGTH[method]] or there[:1]


def _is_own_password(typed: str) -> bool:
    return is_own_password(the_person().email, typed)


def _is_own_code(typed: str) -> bool:
    person = the_person()
    tried = guess_here(person.email, "totp")
    answer = judge(database(), tried, person.person_id, lambda session: totp.use(session, person.person_id, typed))
    return answer.person_id is not None


def _is_own_passkey(_credential: str) -> bool:
    return showing.judged("confirm", the_person().person_id).person_id is not None


FIELDS = {"passkey": "credential", "totp": "code", "password": "password"}
"""The field of the form in which each way comes."""
_CHECKS: dict[str, Any] = {"passkey": _is_own_passkey, "totp": _is_own_code, "password": _is_own_password}
