"""Between the password and the session: the second factor is shown, replaced by a code on paper, or set up."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import ANYONE, entrance
from tracker.accounts import enrolling, recovery, showing, totp
from tracker.accounts.arriving import arrive, begin, guess_here, remembered
from tracker.accounts.authentication import Answer, judge
from tracker.accounts.blueprint import blueprint
from tracker.accounts.current import HalfSignedIn, half_signed_in, signed_in
from tracker.accounts.devices import device_in_words
from tracker.accounts.factors import Factors, factors_of, note
from tracker.accounts.forms import CodeForm, EnrolTotpForm, RecoveryForm
from tracker.accounts.happened import RecoveryCodeUsed
from tracker.accounts.models import Person, SignInSession
from tracker.accounts.queries import person_with_roles
from tracker.accounts.resume import FIELD
from tracker.accounts.sessions import end_sessions, seal
from tracker.accounts.sign_in import end_half_session, safe_next, settings
from tracker.audit.services import record
from tracker.core.actor import NOBODY
from tracker.core.events import announce
from tracker.core.web import database, db

RECOVERED = "recovery_code"
TOO_MANY_STATUS = 429


@blueprint.route("/sign-in/second", methods=["GET", "POST"])
@entrance(ANYONE)
def second_step() -> Any:
    half = half_signed_in()
    found = _found(half)
    if half is None or found is None:
        return elsewhere()
    if not found.any or half.method == RECOVERED:
        return redirect(url_for("accounts.enrol"), 303)
    form = CodeForm()
    if not form.validate_on_submit():
        return _second_page(form, found), 422 if form.is_submitted() else 200
    answer = judge(
        database(),
        guess_here(half.email, "totp"),
        half.person_id,
        lambda session: totp.use(session, half.person_id, form.code.data),
    )
    if answer.person_id is None:
        form.code.errors = [_refusal(answer, _("This code is not right, or was used already. Wait for the next one."))]
        return _second_page(form, found), TOO_MANY_STATUS if answer.throttled else 422
    return arrive(_person(half.person_id), "totp", form.next.data)


@blueprint.route("/sign-in/recovery", methods=["GET", "POST"])
@entrance(ANYONE)
def recover() -> Any:
    """A code on paper instead of the factor that was lost; then a new factor is set up, before anything else."""
    half = half_signed_in()
    found = _found(half)
    if half is None or found is None:
        return elsewhere()
    form = RecoveryForm()
    if not form.validate_on_submit():
        return _recovery_page(form), 422 if form.is_submitted() else 200
    secret = settings().secret_key
    answer = judge(
        database(),
        guess_here(half.email, "recovery"),
        half.person_id,
        lambda session: recovery.use(session, half.person_id, secret, form.code.data),
    )
    if answer.person_id is None:
        form.code.errors = [_refusal(answer, _("This is none of your recovery codes, or it was used already."))]
        return _recovery_page(form), TOO_MANY_STATUS if answer.throttled else 422
    _recovered(half)
    return redirect(_address("accounts.enrol", form.next.data), 303)


@blueprint.get("/sign-in/enrol")
@entrance(ANYONE)
def enrol() -> Any:
    """Set up a second factor where none is, or in place of what was lost."""
    half = enrolling_here()
    if half is None:
        return elsewhere()
    offer = enrolling.new_offer(half.person_id, half.email)
    return _enrol_page(EnrolTotpForm(formdata=None), offer)


@blueprint.post("/sign-in/enrol/totp")
@entrance(ANYONE)
def enrol_totp() -> Any:
    half = enrolling_here()
    if half is None:
        return elsewhere()
    form = EnrolTotpForm()
    secret = enrolling.secret_of(half.person_id, form.sealed.data)
    if not form.validate_on_submit() or secret is None or not totp.enrol(db(), half.person_id, secret, form.code.data):
        if not form.code.errors:
            form.code.errors = [_("This code is not right. Check the clock of your device, and enter the next code.")]
        return _enrol_page(form, enrolling.same_offer(half.person_id, half.email, form.sealed.data)), 422
    return show_codes(half, "totp", form.next.data)


@blueprint.post("/sign-in/leave")
@entrance(ANYONE)
def leave_half_way() -> Response:
    """Forget the password that was given."""
    end_half_session()
    return redirect(url_for("accounts.sign_in"), 303)


def show_codes(half: HalfSignedIn, method: str, target: str | None) -> Response:
    """After the first factor: sign in with it, and show new recovery codes, this once."""
    note(db(), NOBODY, half.person_id, "factor.added", factor=method)
    codes = recovery.renew(db(), half.person_id, settings().secret_key)
    person = _person(half.person_id)
    begin(person, method)
    page = render_template("accounts/codes_once.html", codes=codes, narrow=True, onward=safe_next(target) or "/")
    return remembered(make_response(page), person)


def go_half_way(found: Factors, target: str | None) -> Any:
    """To the page that asks for the second factor, or lets them set one up."""
    if found.any and request.form.get(FIELD):  # what was typed before the session ran out travels in the page
        return _second_page(CodeForm(formdata=None, data={"next": safe_next(target)}), found)
    endpoint = "accounts.second_step" if found.any else "accounts.enrol"
    return redirect(_address(endpoint, target), 303)


def _second_page(form: CodeForm, found: Factors) -> str:
    _keep_target(form)
    half, kept = half_signed_in(), request.form.get(FIELD)
    passkey = showing.request_form("second", half.person_id) if half is not None and found.passkeys else None
    return render_template("accounts/second.html", form=form, found=found, kept=kept, kept_field=FIELD, passkey=passkey)


def _recovery_page(form: RecoveryForm) -> str:
    _keep_target(form)
    return render_template("accounts/recover.html", form=form)


def _enrol_page(form: EnrolTotpForm, offer: enrolling.TotpOffer) -> str:
    _keep_target(form)
    form.sealed.data = offer.sealed
    half = half_signed_in()
    if half is None:
        abort(404)
    sole = not factors_of(db(), half.person_id).has_password
    making = showing.making_form("enrol", half.person_id, half.email, half.name, sole=sole)
    return render_template(
        "accounts/enrol.html",
        form=form,
        offer=offer,
        has_recovered=half.method == RECOVERED,
        making=making,
        passkey_name=device_in_words(request.user_agent.string),
    )


def _keep_target(form: Any) -> None:
    form.next.data = safe_next(form.next.data or request.args.get("next")) or ""


def _address(endpoint: str, target: str | None) -> str:
    wanted = safe_next(target)
    return url_for(endpoint, next=wanted) if wanted and wanted != "/" else url_for(endpoint)


def _found(half: HalfSignedIn | None) -> Factors | None:
    return None if half is None else factors_of(db(), half.person_id)


def enrolling_here() -> HalfSignedIn | None:
    """Who may set up a factor half way in: nobody's second factor is gone round by adding another one."""
    half = half_signed_in()
    found = _found(half)
    if half is None or found is None:
        return None
    return half if half.method == RECOVERED or not found.any else None


def elsewhere() -> Response:
    """Where somebody belongs who is not where this page is for."""
    if half_signed_in() is not None:
        return redirect(url_for("accounts.second_step"), 303)
    return redirect("/" if signed_in() is not None else url_for("accounts.sign_in"), 303)


def _recovered(half: HalfSignedIn) -> None:
    """The lost device may be in strange hands: every other session ends, and the person hears of it."""
    end_sessions(db(), half.person_id, but=half.session_id)
    row = db().get(SignInSession, half.session_id) or abort(404)
    row.method = RECOVERED
    seal(row)
    record(db(), NOBODY, "sign_in.recovered", "person", half.person_id)
    db().flush()
    announce(db(), RecoveryCodeUsed(half.person_id))


def _refusal(answer: Answer, words: str) -> str:
    too_many = _("There were too many attempts. Wait a quarter of an hour, then try again.")
    return too_many if answer.throttled else words


def _person(person_id: UUID) -> Person:
    return cast(Person, person_with_roles(db(), person_id))
