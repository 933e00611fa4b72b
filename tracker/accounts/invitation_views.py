"""The page behind a link: whoever holds it chooses a password, or makes a passkey. Opening it uses nothing up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import ANYONE, entrance
from tracker.accounts import factors, passkeys, recovery, showing
from tracker.accounts.arriving import arrive, begin, guess_here, remembered
from tracker.accounts.authentication import judge
from tracker.accounts.blueprint import blueprint
from tracker.accounts.devices import device_in_words
from tracker.accounts.factors import factors_of
from tracker.accounts.forms import ChoosePasswordForm
from tracker.accounts.half_way_views import go_half_way
from tracker.accounts.happened import WaysInReplaced
from tracker.accounts.invitations import read_link, use_up
from tracker.accounts.models import Invitation, Person, PersonPassword
from tracker.accounts.passwords import hash_password, why_refused
from tracker.accounts.sessions import end_sessions
from tracker.accounts.sign_in import settings, start_half_session
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import NOBODY
from tracker.core.events import announce
from tracker.core.languages import use_wishes
from tracker.core.web import database, db

LONGEST_KEY = 100


@blueprint.route("/invitation", methods=["GET", "POST"])
@entrance(ANYONE)
def invitation() -> Any:
    """Choose a password. The second factor follows, whatever the link was for: nothing goes round it."""
    link, person = _link()
    form = ChoosePasswordForm()
    if not form.validate_on_submit():
        return _page(form, link, person), 422 if form.is_submitted() else 200
    if refused := why_refused(form.password.data, person.email, person.name):
        form.password.errors = [refused]
        return _page(form, link, person), 422
    _use(link, person)
    _set_password(person, form.password.data)
    found = factors_of(db(), person.id)
    if found.any or settings().needs_second_factor:
        start_half_session(person)
        return go_half_way(found, None)
    return arrive(person, "password", None)


@blueprint.post("/invitation/passkey")
@entrance(ANYONE)
def invitation_passkey() -> Any:
    """Make a passkey that is all one needs. Not for a forgotten password: that would go round the second factor."""
    link, person = _link()
    shown, site = showing.shown_in_request("invitation"), showing.site()
    if link.purpose == "password" or shown is None or site is None:
        return _again()
    name = " ".join(request.form.get("name", "").split())[: factors.LONGEST_NAME]
    made = passkeys.make(db(), person.id, site, shown, name or _device(), sole=True)
    if made is None:
        return _again()
    _use(link, person, but=made.id)
    factors.note(db(), NOBODY, person.id, "factor.added", factor="passkey")
    codes = recovery.renew(db(), person.id, settings().secret_key)
    begin(person, "passkey")
    page = render_template("accounts/codes_once.html", codes=codes, narrow=True, onward="/")
    return remembered(make_response(page), person)


def _link() -> tuple[Invitation, Person]:
    key = request.values.get("key", "")
    if request.method == "POST":
        _count_guess(key)
    found = read_link(db(), key) if 0 < len(key) <= LONGEST_KEY and key.isascii() else None
    if found is None:
        abort(make_response(render_template("accounts/link_gone.html"), 404))
    use_wishes(found[1].language, found[1].time_zone)
    return found


def _count_guess(key: str) -> None:
    """A key that opens nothing is a guess: so many from one origin, and no more are looked at."""
    tried = guess_here(f"link {key[:LONGEST_KEY]}", "invitation")
    if judge(database(), tried, None, lambda session: read_link(session, key[:LONGEST_KEY]) is not None).throttled:
        abort(429)


def _use(link: Invitation, person: Person, *, but: UUID | None = None) -> None:
    """The link is used up, and every session ends that began with what it replaces."""
    if not use_up(db(), link):
        abort(make_response(render_template("accounts/link_gone.html"), 404))
    if link.purpose == "factors":
        factors.forget_factors(db(), person.id, but=but)
    end_sessions(db(), person.id)
    announce(db(), WaysInReplaced(person.id))
    record(db(), NOBODY, "invitation.used", "person", person.id, purpose=link.purpose)


def _set_password(person: Person, password: str) -> None:
    stored = db().get(PersonPassword, person.id)
    if stored is None:
        db().add(PersonPassword(person_id=person.id, password_hash=hash_password(password)))
    else:
        stored.password_hash, stored.changed_at = hash_password(password), clock.now()
    db().flush()


def _page(form: ChoosePasswordForm, link: Invitation, person: Person) -> str:
    form.key.data = request.values.get("key", "")
    making = None
    if link.purpose != "password":
        making = showing.making_form("invitation", person.id, person.email, person.name, sole=True)
    return render_template(
        "accounts/invitation.html", form=form, link=link, account=person, making=making, passkey_name=_device()
    )


def _again() -> Any:
    flash(_("That passkey was not accepted. Try again."), "danger")
    return redirect(url_for("accounts.invitation", key=request.form.get("key", "")), 303)


def _device() -> str:
    return device_in_words(request.user_agent.string)
