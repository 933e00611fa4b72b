"""A session that ran out under a form: sign in again in place, and send what was typed (product/interface.md, 11).

What was typed waits in the page itself, signed, for the same person only; it is sent on by their own click.
A page of another site can't use this: its requests carry no cookie of an ended session (SameSite=Lax).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Response, current_app, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from tracker.accounts.cookies import cookie_name, read_value, sign_value
from tracker.accounts.current import signed_in
from tracker.accounts.forms import SignInForm
from tracker.accounts.sessions import person_of_ended_session
from tracker.core.web import db

SECONDS = 8 * 60 * 60
"""How long what was typed waits for its owner."""
LONGEST = 512 * 1024
"""Characters; more than any form of ours holds."""
NEVER_KEPT = ("csrf_token",)
FIELD = "kept"


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that could not be sent: for whom, where to, and its fields in order."""

    person_id: UUID
    target: str
    fields: list[tuple[str, str]]


def sign_in_again() -> Response:
    """The page that asks for the password and holds on to the form."""
    form = SignInForm(MultiDict(), next=_page_of_form())
    page = render_template("accounts/sign_in_again.html", form=form, kept=_keep(), kept_field=FIELD, passkey=None)
    return make_response(page, 401)


def keep_own() -> str | None:
    """The form of this request, signed, for the signed-in person; None when it is none to keep."""
    person, fields = signed_in(), _fields()
    return _signed(person.person_id, fields) if person is not None and fields else None


def offer_kept(text: str | None, person_id: UUID) -> Response | None:
    """A page that sends on what was kept for this person; None when there is nothing genuine."""
    kept = read_kept(text)
    if kept is None or kept.person_id != person_id:
        return None
    return make_response(render_template("accounts/send_again.html", kept=kept))


def offer_stale_form() -> Response | None:
    """A form of a session before this one, sent from our own page by who is signed in again: offer to send it anew.

    None when the browser does not vouch that the request came from this site; then it is refused.
    """
    person = signed_in()
    fields = _fields()
    if person is None or not fields or request.headers.get("Sec-Fetch-Site") != "same-origin":
        return None
    kept = Kept(person.person_id, _target(), fields)
    return make_response(render_template("accounts/send_again.html", kept=kept), 400)


def read_kept(text: str | None) -> Kept | None:
    """What `sign_in_again` signed; None when there is nothing genuine."""
    found = read_value("kept", text, SECONDS)
    if found is None:
        return None
    return Kept(UUID(found["person"]), found["target"], [(name, value) for name, value in found["fields"]])


def _keep() -> str | None:
    """The form, signed; None when nobody's session ended here, or the form is none to keep."""
    token = request.cookies.get(cookie_name("session"))
    person_id = person_of_ended_session(db(), token) if token else None
    fields = _fields()
    if person_id is None or not fields:
        return None
    return _signed(person_id, fields)


def _signed(person_id: UUID, fields: list[tuple[str, str]]) -> str:
    return sign_value("kept", {"person": str(person_id), "target": _target(), "fields": fields})


def _fields() -> list[tuple[str, str]]:
    """What was typed, without passwords and tokens; nothing when it is too long or has files."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NEVER_KEPT and "password" not in name.lower()
    ]
    too_long = sum(len(name) + len(value) for name, value in fields) > LONGEST
    return [] if too_long or request.files else fields


def _target() -> str:
    return request.full_path.rstrip("?")


def _page_of_form() -> str:
    """Where to go when there is nothing to send: the page that the form stood on, when it is ours."""
    referrer = request.referrer or ""
    own = request.host_url
    return "/" + referrer.removeprefix(own) if referrer.startswith(own) else current_app.config.get("HOME", "/")
