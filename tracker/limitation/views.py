"""The charges of a case and their limitation: seen, entered, corrected, looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.cases.belongings import subjects_on_case
from tracker.cases.forms.fields import show_refusal
from tracker.cases.forms.strike import StrikeForm
from tracker.cases.views.answers import Answer, Opened, open_for, page
from tracker.core.errors import Conflict, Invalid
from tracker.core.form_values import version_sent
from tracker.core.web import actor, db
from tracker.followups.today import today_here
from tracker.limitation import list_views, services
from tracker.limitation.blueprint import blueprint
from tracker.limitation.forms import ActForm, ChargeForm, form_of
from tracker.limitation.lines import ChargeLine, lines_of, names_in_history
from tracker.limitation.models import Charge
from tracker.limitation.queries import accused_of, charges_on, get_charge
from tracker.limitation.rules import provision_for
from tracker.limitation.words import (
    ACT_WORDS,
    CERTAINTIES_HERE,
    CHANGE_WORDS,
    CRIME_WORDS,
    FIELD_WORDS,
    field_value,
)

__all__ = ["blueprint", "list_views"]


@blueprint.get("/cases/<reference>/charges")
@entrance(CASE_READERS)
def charges(reference: str) -> Answer:
    opened = open_for(reference)
    lines = lines_of(opened.case, charges_on(db(), actor(), opened.case))
    return page(
        "limitation/charges.html",
        opened,
        lines=[line for line in lines if line.charge.voided_at is None],
        struck_out=[line for line in lines if line.charge.voided_at is not None],
        may_edit=opened.may(Action.EDIT_FACTS),
        may_follow=opened.may(Action.CREATE_FOLLOW_UP),
        **_words(lines),
    )


@blueprint.get("/cases/<reference>/charges/new")
@entrance(CASE_READERS)
def new_charge(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    return _form_page(opened, _new_form(opened))


@blueprint.post("/cases/<reference>/charges/new")
@entrance(CASE_READERS)
def add_charge(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    form = _new_form(opened)
    if form.validate():
        try:
            services.enter_charge(db(), actor(), opened.case.id, form.to_facts(), form.accused_ids)
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            return _back(opened, _("Saved."))
    return _form_page(opened, form, 422)


@blueprint.get("/cases/<reference>/charges/<uuid:charge_id>")
@entrance(CASE_READERS)
def charge_page(reference: str, charge_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    charge = get_charge(db(), actor(), opened.case, charge_id)
    form = _form_of(opened, charge)
    offered = provision_for(charge.jurisdiction, charge.crime) if "take" in request.args else None
    if offered is not None:
        form.take_over(offered)
    return _charge_page(opened, charge, form=form)


@blueprint.post("/cases/<reference>/charges/<uuid:charge_id>")
@entrance(CASE_READERS)
def correct_charge(reference: str, charge_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    charge = get_charge(db(), actor(), opened.case, charge_id)
    form = _new_form(opened)
    if form.validate():
        said, version = form.reason.data, version_sent(request.form.get("version"))
        try:
            services.correct_charge(
                db(), actor(), opened.case.id, charge.id, form.to_facts(), said, version, form.accused_ids
            )
        except Invalid as problem:
            show_refusal(form, problem)
        except Conflict as problem:
            return _charge_page(opened, charge, 409, form=form, conflict=problem.message)
        else:
            return _back(opened, _("Saved."), charge.id)
    return _charge_page(opened, charge, 422, form=form)


@blueprint.post("/cases/<reference>/charges/<uuid:charge_id>/checked")
@entrance(CASE_READERS)
def confirm_charge(reference: str, charge_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    try:
        services.confirm_limitation(
            db(), actor(), opened.case.id, charge_id, None, version_sent(request.form.get("version"))
        )
    except Conflict as problem:
        flash(problem.message, "warning")
        return _back(opened, None, charge_id)
    return _back(opened, _("Noted: somebody looked, and it stands."), charge_id)


@blueprint.post("/cases/<reference>/charges/<uuid:charge_id>/strike-out")
@entrance(CASE_READERS)
def strike_out_charge(reference: str, charge_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    charge = get_charge(db(), actor(), opened.case, charge_id)
    striking = StrikeForm()
    if striking.validate():
        try:
            said = striking.void_reason.data or ""
            services.strike_out_charge(
                db(), actor(), opened.case.id, charge.id, said, version_sent(request.form.get("version"))
            )
        except Invalid as problem:
            show_refusal(striking, problem)
        except Conflict as problem:
            return _charge_page(opened, charge, 409, striking=striking, conflict=problem.message)
        else:
            return _back(opened, _("Struck out; it stands below the others."))
    return _charge_page(opened, charge, 422, striking=striking)


@blueprint.post("/cases/<reference>/charges/<uuid:charge_id>/acts")
@entrance(CASE_READERS)
def add_act(reference: str, charge_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    charge = get_charge(db(), actor(), opened.case, charge_id)
    acting = ActForm()
    if acting.validate():
        try:
            services.record_act(db(), actor(), opened.case.id, charge.id, acting.to_facts())
        except Invalid as problem:
            show_refusal(acting, problem)
        else:
            return _back(opened, _("Recorded. The date has not moved: look whether it still stands."), charge.id)
    return _charge_page(opened, charge, 422, acting=acting)


@blueprint.post("/cases/<reference>/charges/<uuid:charge_id>/acts/<uuid:act_id>/strike-out")
@entrance(CASE_READERS)
def strike_out_act(reference: str, charge_id: UUID, act_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    why = _("Recorded by mistake")
    services.strike_out_act(db(), actor(), opened.case.id, charge_id, act_id, why)
    return _back(opened, _("Struck out."), charge_id)


@blueprint.post("/cases/<reference>/charges/<uuid:charge_id>/follow")
@entrance(CASE_READERS)
def follow_charge(reference: str, charge_id: UUID) -> Answer:
    """For whoever presses the button; they may give it to somebody else afterwards."""
    opened = open_for(reference, Action.CREATE_FOLLOW_UP)
    try:
        services.follow_charge(db(), actor(), opened.case, charge_id, actor().person_id)
    except Conflict as problem:
        flash(problem.message, "warning")
        return _back(opened, None, charge_id)
    return _back(opened, _("Follow-up made."), charge_id)


def _new_form(opened: Opened) -> ChargeForm:
    form = ChargeForm()
    form.offer(subjects_on_case(db(), opened.case))
    return form


def _form_of(opened: Opened, charge: Charge) -> ChargeForm:
    named = accused_of(db(), [charge.id]).get(charge.id, ())
    return form_of(charge, named, subjects_on_case(db(), opened.case))


def _form_page(opened: Opened, form: ChargeForm, status: int = 200) -> Answer:
    return page("limitation/new.html", opened, status, form=form)


def _charge_page(
    opened: Opened,
    charge: Charge,
    status: int = 200,
    *,
    form: ChargeForm | None = None,
    acting: ActForm | None = None,
    striking: StrikeForm | None = None,
    conflict: str | None = None,
) -> Answer:
    """The forms of a charge; the one that was sent shows what is wrong with it, the others what stands."""
    lines = lines_of(opened.case, [charge])
    return page(
        "limitation/charge.html",
        opened,
        status,
        line=lines[0],
        form=form or _form_of(opened, charge),
        acting=acting or ActForm(formdata=None),
        striking=striking or StrikeForm(formdata=None),
        conflict=conflict,
        **_words(lines),
    )


def _back(opened: Opened, message: str | None, charge_id: UUID | None = None) -> Response:
    if message:
        flash(message, "success")
    anchor = f"charge-{charge_id}" if charge_id else None
    return redirect(url_for(".charges", reference=opened.case.reference, _anchor=anchor), 303)


def _words(lines: Sequence[ChargeLine]) -> dict[str, Any]:
    names = names_in_history(lines)
    return {
        "today": today_here(),
        "crimes": CRIME_WORDS,
        "act_words": ACT_WORDS,
        "certainties": CERTAINTIES_HERE,
        "change_words": CHANGE_WORDS,
        "field_words": FIELD_WORDS,
        "field_value": lambda name, value: field_value(name, value, names),
    }
