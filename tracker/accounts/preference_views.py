"""One's own account: language, time zone, colours, password, other browsers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import SIGNED_IN, entrance
from tracker.accounts import own_account
from tracker.accounts.arriving import is_own_password
from tracker.accounts.blueprint import blueprint
from tracker.accounts.current import the_person
from tracker.accounts.factors import factors_of
from tracker.accounts.form_faults import show_faults
from tracker.accounts.forms import ChangePasswordForm, PreferencesForm
from tracker.accounts.sessions import count_sessions
from tracker.accounts.sign_in import safe_next
from tracker.core.errors import Invalid
from tracker.core.languages import use_wishes
from tracker.core.web import actor, db


@blueprint.route("/preferences", methods=["GET", "POST"])
@entrance(SIGNED_IN)
def preferences() -> Any:
    person = the_person()
    form = PreferencesForm(obj=person)
    if form.validate_on_submit():
        own_account.set_wishes(db(), actor(), language=form.language.data, time_zone=form.time_zone.data)
        own_account.set_shortcuts(db(), actor(), bool(form.keyboard_shortcuts.data))
        use_wishes(form.language.data, form.time_zone.data)
        flash(_("Your preferences are saved."), "success")
        return redirect(url_for("accounts.preferences"), 303)
    page = render_template(
        "accounts/preferences.html",
        form=form,
        account=person,
        sessions=count_sessions(db(), person.person_id),
        has_no_second_factor=not factors_of(db(), person.person_id).any,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/preferences/theme")
@entrance(SIGNED_IN)
def set_theme() -> Response:
    own_account.set_theme(db(), actor(), request.form.get("theme", ""))
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        return Response(status=204)
    return redirect(_page_before(), 303)


@blueprint.route("/preferences/password", methods=["GET", "POST"])
@entrance(SIGNED_IN)
def change_password() -> Any:
    person = the_person()
    form = ChangePasswordForm()
    if form.validate_on_submit():
        right = is_own_password(person.email, form.old_password.data)
        try:
            own_account.change_password(
                db(), actor(), form.new_password.data, staying=person.session_id, old_was_right=right
            )
        except Invalid as invalid:
            show_faults(form, invalid)
        else:
            flash(_("Your password is changed. Other browsers were signed out."), "success")
            return redirect(url_for("accounts.preferences"), 303)
    page = render_template("accounts/change_password.html", form=form, account=person)
    return page, 422 if form.errors else 200


@blueprint.post("/preferences/sessions/end")
@entrance(SIGNED_IN)
def end_other_sessions() -> Response:
    own_account.end_other_sessions(db(), actor(), the_person().session_id)
    flash(_("You are signed out everywhere but here."), "success")
    return redirect(url_for("accounts.preferences"), 303)


@blueprint.post("/preferences/sessions/<uuid:session_id>/end")
@entrance(SIGNED_IN)
def end_one_session(session_id: UUID) -> Response:
    own_account.end_own_session(db(), actor(), session_id)
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("accounts.ways_to_sign_in") + "#sessions", 303)


def _page_before() -> str:
    own = request.host_url
    referrer = request.referrer or ""
    return (safe_next("/" + referrer.removeprefix(own)) if referrer.startswith(own) else None) or "/"
