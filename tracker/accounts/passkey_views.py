"""Passkeys over HTTP: signing in with one, showing one as the second factor, making, naming and removing one's own."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import ANYONE, SIGNED_IN, entrance
from tracker.accounts import factors, fresh, passkeys, showing
from tracker.accounts.arriving import arrive
from tracker.accounts.authentication import Answer
from tracker.accounts.blueprint import blueprint
from tracker.accounts.current import half_signed_in, the_person
from tracker.accounts.devices import device_in_words
from tracker.accounts.factor_views import added, removed
from tracker.accounts.factors import factors_of
from tracker.accounts.half_way_views import elsewhere, enrolling_here, show_codes
from tracker.accounts.models import Passkey, Person
from tracker.accounts.queries import person_signing_in, person_with_roles
from tracker.accounts.sign_in import safe_next, settings
from tracker.core.errors import Invalid
from tracker.core.web import db


@blueprint.post("/sign-in/passkey")
@entrance(ANYONE)
def sign_in_with_passkey() -> Any:
    """Nothing typed: the device says who it is, and knows its owner."""
    answer = showing.judged("sign-in", None)
    if answer.person_id is None:
        return _refused(answer, url_for("accounts.sign_in"))
    person = cast(Person, person_signing_in(db(), answer.person_id))
    return arrive(person, "passkey", request.form.get("next"))


@blueprint.post("/sign-in/second/passkey")
@entrance(ANYONE)
def second_step_passkey() -> Any:
    half = half_signed_in()
    if half is None or half.method != "password":
        return elsewhere()
    answer = showing.judged("second", half.person_id)
    if answer.person_id is None:
        return _refused(answer, url_for("accounts.second_step"))
    return arrive(cast(Person, person_with_roles(db(), half.person_id)), "passkey", request.form.get("next"))


@blueprint.post("/sign-in/enrol/passkey")
@entrance(ANYONE)
def enrol_passkey() -> Any:
    half = enrolling_here()
    if half is None:
        return elsewhere()
    if _made("enrol", half.person_id) is None:
        return _refused(Answer(), url_for("accounts.enrol"))
    return show_codes(half, "passkey", request.form.get("next"))


@blueprint.route("/preferences/signing-in/passkey", methods=["GET", "POST"])
@entrance(SIGNED_IN)
def make_passkey() -> Any:
    if asked := fresh.ask_for_passkey(request.path):
        return asked
    person = the_person()
    if request.method == "POST":
        if _made("own", person.person_id) is None:
            return _refused(Answer(), url_for("accounts.make_passkey"))
        return added("passkey", _("Your passkey is set up. You can sign in with it from now on."))
    has_password = factors_of(db(), person.person_id).has_password
    making = showing.making_form("own", person.person_id, person.email, person.name, sole=not has_password)
    name = device_in_words(request.user_agent.string)
    return render_template("accounts/passkey.html", making=making, passkey_name=name)


@blueprint.post("/preferences/signing-in/passkeys/<uuid:passkey_id>/name")
@entrance(SIGNED_IN)
def name_passkey(passkey_id: UUID) -> Any:
    home = url_for("accounts.ways_to_sign_in")
    if asked := fresh.ask_first(home):
        return asked
    key = _own(passkey_id)
    name = _name_of_form()
    if name:
        key.name = name
        flash(_("The name is saved."), "success")
    return redirect(home, 303)


@blueprint.post("/preferences/signing-in/passkeys/<uuid:passkey_id>/remove")
@entrance(SIGNED_IN)
def remove_passkey(passkey_id: UUID) -> Any:
    home = url_for("accounts.ways_to_sign_in")
    if asked := fresh.ask_for_passkey(home):
        return asked
    key = _own(passkey_id)
    person = the_person()
    found = factors_of(db(), person.person_id)
    try:
        factors.refuse_last(found, is_needed=settings().needs_second_factor)
        if found.passkeys == 1 and "administrator" in person.roles:
            factors.refuse_last_passkey(is_needed=settings().needs_second_factor)
    except Invalid as invalid:
        flash(invalid.faults[0].message, "danger")
        return redirect(home, 303)
    db().delete(key)
    db().flush()
    return removed("passkey", home)


def _made(purpose: str, person_id: UUID) -> Passkey | None:
    shown, site = showing.shown_in_request(purpose), showing.site()
    if shown is None or site is None:
        return None
    sole = not factors_of(db(), person_id).has_password
    name = _name_of_form() or device_in_words(request.user_agent.string)
    return passkeys.make(db(), person_id, site, shown, name, sole=sole)


def _name_of_form() -> str:
    name = " ".join(request.form.get("name", "").split())
    return name[: factors.LONGEST_NAME] if name.isprintable() else ""


def _own(passkey_id: UUID) -> Passkey:
    key = db().get(Passkey, passkey_id)
    return key if key is not None and key.person_id == the_person().person_id else abort(404)


def _refused(answer: Answer, home: str) -> Any:
    """Back to the page that asked, with a new challenge; to whom the passkey belongs is not said."""
    too_many = _("There were too many attempts. Wait a quarter of an hour, then try again.")
    flash(too_many if answer.throttled else _("That passkey was not accepted. Try again."), "danger")
    target = safe_next(request.form.get("next"))
    return redirect(f"{home}?next={target}" if target and target != "/" else home, 303)
