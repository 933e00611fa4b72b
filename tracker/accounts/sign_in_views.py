"""Signing in and out, and the first administrator of an empty installation."""

from __future__ import annotations

from typing import Any, cast

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import ANYONE, SIGNED_IN, entrance
from tracker.accounts import showing
from tracker.accounts.arriving import arrive, guess_here
from tracker.accounts.authentication import Answer, authenticate
from tracker.accounts.blueprint import blueprint
from tracker.accounts.current import signed_in
from tracker.accounts.factors import factors_of
from tracker.accounts.form_faults import show_faults
from tracker.accounts.forms import FirstRunForm, SignInForm
from tracker.accounts.half_way_views import go_half_way
from tracker.accounts.models import Person
from tracker.accounts.queries import anybody_exists, person_signing_in
from tracker.accounts.resume import FIELD
from tracker.accounts.services import AccountDetails, create_first_administrator
from tracker.accounts.sign_in import finish_session, safe_next, settings, start_half_session
from tracker.audit.services import record
from tracker.core.errors import Invalid
from tracker.core.web import actor, database, db


@blueprint.get("/sign-in")
@entrance(ANYONE)
def sign_in() -> Any:
    target = safe_next(request.args.get("next"))
    if signed_in() is not None:
        return redirect(target or "/", 303)
    if not anybody_exists(db()):
        return redirect(url_for("accounts.first_run"), 303)
    return _sign_in_page(SignInForm(next=target or ""))


@blueprint.post("/sign-in")
@entrance(ANYONE)
def sign_in_now() -> Any:
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form), 422
    tried = guess_here(form.email.data)
    answer = authenticate(database(), tried, form.email.data, form.password.data)
    if answer.person_id is None:
        return _refused(form, answer)
    person = cast(Person, person_signing_in(db(), answer.person_id))
    found = factors_of(db(), person.id)
    if found.any or settings().needs_second_factor:
        start_half_session(person)
        return go_half_way(found, form.next.data)
    return arrive(person, "password", form.next.data)


@blueprint.post("/sign-out")
@entrance(SIGNED_IN)
def sign_out() -> Response:
    finish_session()
    record(db(), actor(), "sign_in.ended", "person", actor().person_id)
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.route("/first-run", methods=["GET", "POST"])
@entrance(ANYONE)
def first_run() -> Any:
    """Makes the administrator of an empty installation; afterwards there is no such page."""
    if anybody_exists(db()):
        abort(404)
    form = FirstRunForm()
    if form.validate_on_submit():
        details = AccountDetails(form.email.data, form.name.data)
        try:
            person = create_first_administrator(db(), actor(), details, form.password.data)
        except Invalid as invalid:
            show_faults(form, invalid)
        else:
            if settings().needs_second_factor:
                start_half_session(person)
                return redirect(url_for("accounts.enrol"), 303)
            return arrive(person, "password", None)
    return render_template("accounts/first_run.html", form=form), 422 if form.is_submitted() else 200


def _refused(form: SignInForm, answer: Answer) -> Any:
    form.form_errors = [
        _("There were too many attempts. Wait a quarter of an hour, then try again.")
        if answer.throttled
        else _("The address and the password do not belong together. Check both and try again.")
    ]
    return _sign_in_page(form), 429 if answer.throttled else 422


def _sign_in_page(form: SignInForm) -> str:
    kept = request.form.get(FIELD)
    template = "accounts/sign_in_again.html" if kept else "accounts/sign_in.html"
    passkey = showing.request_form("sign-in")
    return render_template(template, form=form, kept=kept, kept_field=FIELD, passkey=passkey)
