"""The last steps of every way in: who guesses from where, the session begins, and on to where somebody wanted to go."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from tracker.accounts import throttle
from tracker.accounts.authentication import authenticate
from tracker.accounts.cookies import known_browser, remember_browser
from tracker.accounts.models import Person
from tracker.accounts.resume import FIELD, read_kept
from tracker.accounts.sessions import purge_challenges
from tracker.accounts.sign_in import safe_next, settings, start_session
from tracker.audit.services import record
from tracker.core.web import actor, database, db


def guess_here(email: str, purpose: str = "password") -> throttle.Guess:
    """A guess at this account, from the browser of this request."""
    secret, address = settings().secret_key, request.remote_addr or ""
    stranger = throttle.guess(secret, email, address, None, purpose)
    return throttle.guess(secret, email, address, known_browser(request, _browser_key(stranger)), purpose)


def is_own_password(email: str, password: str) -> bool:
    """Whether the signed-in person knows their password; counted and slowed down like a sign-in."""
    return authenticate(database(), guess_here(email), email, password).person_id is not None


def arrive(person: Person, method: str, target: str | None) -> Response:
    """Sign `person` in, who showed `method`, and lead them on."""
    begin(person, method)
    return remembered(_go_on(person, target), person)


def begin(person: Person, method: str) -> None:
    """Sign `person` in, who showed `method`; the caller answers, through `remembered`."""
    start_session(person, method)
    record(db(), actor(), "sign_in.succeeded", "person", person.id, by=method)
    purge_challenges(db())


def remembered(response: Response, person: Person) -> Response:
    """The answer, from which on the throttle knows this browser as one of `person`'s."""
    remember_browser(request, response, _browser_key(guess_here(person.email)))
    return response


def _go_on(person: Person, target: str | None) -> Response:
    kept = read_kept(request.form.get(FIELD))
    if kept is not None and kept.person_id == person.id and safe_next(kept.target):
        return make_response(render_template("accounts/send_again.html", kept=kept))
    return redirect(safe_next(target) or "/", 303)


def _browser_key(tried: throttle.Guess) -> str:
    """Under which name a browser remembers an account: no address can be read from it."""
    return tried.account.hex()[:16]
