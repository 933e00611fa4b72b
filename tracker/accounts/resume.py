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
    page = render_template("accounts/sign_in_again.html", form=form, kept=_keep(), kept_field=FIELD)
    return make_response(page, 401)


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
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NEVER_KEPT and "password" not in name.lower()
    ]
    too_long = sum(len(name) + len(value) for name, value in fields) > LONGEST
    if person_id is None or not fields or too_long or request.files:
        return None
    return sign_value("kept", {"person": str(person_id), "target": request.full_path.rstrip("?"), "fields": fields})


def _page_of_form() -> str:
    """Where to go when there is nothing to send: the page that the form stood on, when it is ours."""
    referrer = request.referrer or ""
    own = request.host_url
    return "/" + referrer.removeprefix(own) if referrer.startswith(own) else current_app.config.get("HOME", "/")
