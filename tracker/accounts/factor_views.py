"""How one signs in: one's codes, one's codes on paper. Every change asks for a fresh sign-in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import delete
from werkzeug.wrappers import Response

from tracker.access.entrance import SIGNED_IN, entrance
from tracker.accounts import enrolling, factors, fresh, recovery, resume, totp
from tracker.accounts.blueprint import blueprint
from tracker.accounts.current import the_person
from tracker.accounts.devices import device_in_words
from tracker.accounts.factors import Factors, factors_of
from tracker.accounts.forms import EnrolTotpForm
from tracker.accounts.happened import FactorsChanged
from tracker.accounts.models import TotpFactor
from tracker.accounts.passkeys import passkeys_of
from tracker.accounts.sessions import living_sessions
from tracker.accounts.sign_in import owes_passkey, safe_next, settings
from tracker.audit.services import record
from tracker.core.errors import Invalid
from tracker.core.events import announce
from tracker.core.web import actor, db


@blueprint.get("/preferences/signing-in")
@entrance(SIGNED_IN)
def ways_to_sign_in() -> str:
    person = the_person()
    return render_template(
        "accounts/ways.html",
        found=_found(),
        is_needed=settings().needs_second_factor,
        owes_passkey=owes_passkey(person),
        account=person,
        passkeys=passkeys_of(db(), person.person_id),
        sessions=living_sessions(db(), person.person_id),
        device_in_words=device_in_words,
    )


@blueprint.route("/preferences/signing-in/app", methods=["GET", "POST"])
@entrance(SIGNED_IN)
def set_up_totp() -> Any:
    if asked := fresh.ask_for_passkey(request.path):
        return asked
    person, form = the_person(), EnrolTotpForm()
    if not form.is_submitted():
        return _totp_page(form, enrolling.new_offer(person.person_id, person.email))
    secret = enrolling.secret_of(person.person_id, form.sealed.data)
    if form.validate_on_submit() and secret and totp.enrol(db(), person.person_id, secret, form.code.data):
        return added("totp", _("Your app is set up. From now on its codes are asked for when you sign in."))
    if not form.code.errors:
        form.code.errors = [_("This code is not right. Check the clock of your device, and enter the next code.")]
    return _totp_page(form, enrolling.same_offer(person.person_id, person.email, form.sealed.data)), 422


@blueprint.post("/preferences/signing-in/app/remove")
@entrance(SIGNED_IN)
def remove_totp() -> Response:
    home = url_for("accounts.ways_to_sign_in")
    if asked := fresh.ask_for_passkey(home):
        return asked
    found = _found()
    try:
        factors.refuse_last(found, is_needed=settings().needs_second_factor)
    except Invalid as invalid:
        flash(invalid.faults[0].message, "danger")
        return redirect(home, 303)
    db().execute(delete(TotpFactor).where(TotpFactor.person_id == the_person().person_id))
    return removed("totp", home)


@blueprint.post("/preferences/signing-in/codes")
@entrance(SIGNED_IN)
def renew_codes() -> Any:
    """New recovery codes in place of the old ones, shown this once."""
    home = url_for("accounts.ways_to_sign_in")
    if asked := fresh.ask_for_passkey(home):
        return asked
    announce(db(), FactorsChanged(the_person().person_id))
    return _codes_page(home)


@blueprint.route("/confirm", methods=["GET", "POST"])
@entrance(SIGNED_IN)
def confirm() -> Any:
    """Asks who is there, and leads back to what asked for it."""
    target = safe_next(request.values.get("next")) or "/"
    kept = request.form.get(resume.FIELD)
    if request.method == "GET":
        return fresh.ask_page(target, status=200)
    if not fresh.confirm(request.form):
        return fresh.ask_page(target, kept, is_wrong=True, status=422)
    return resume.offer_kept(kept, the_person().person_id) or redirect(target, 303)


@blueprint.app_template_global()
def ways_to_confirm() -> list[str]:
    """For `accounts/_confirm_fields.html`."""
    return fresh.ways_to_confirm()


def added(kind: str, words: str) -> Any:
    """Say so, and lead back; with the first factor come recovery codes."""
    factors.note(db(), actor(), the_person().person_id, "factor.added", factor=kind)
    flash(words, "success")
    home = url_for("accounts.ways_to_sign_in")
    return redirect(home, 303) if _found().codes_left else _codes_page(home)


def removed(kind: str, home: str) -> Response:
    """Say so, and lead back; with the last factor go the recovery codes."""
    person_id = the_person().person_id
    factors.note(db(), actor(), person_id, "factor.removed", factor=kind)
    if not _found().any:
        factors.forget_factors(db(), person_id)
    flash(_("It is removed."), "success")
    return redirect(home, 303)


def _codes_page(onward: str) -> str:
    codes = recovery.renew(db(), the_person().person_id, settings().secret_key)
    record(db(), actor(), "factor.codes_renewed", "person", the_person().person_id)
    return render_template("accounts/codes_once.html", codes=codes, narrow=False, onward=onward)


def _totp_page(form: EnrolTotpForm, offer: enrolling.TotpOffer) -> str:
    form.sealed.data = offer.sealed
    return render_template("accounts/totp.html", form=form, offer=offer)


def _found() -> Factors:
    return factors_of(db(), the_person().person_id)
