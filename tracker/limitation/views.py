"""The charges of a case and their limitation: seen, entered, corrected, looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.cases.forms.fields import show_refusal
from tracker.cases.forms.strike import StrikeForm
from tracker.cases.queries import history_of
from tracker.cases.views.answers import Answer, Opened, open_for, page
from tracker.cases.wording import entry_label
from tracker.clocks.words import in_words
from tracker.core.errors import Conflict, Invalid
from tracker.core.form_values import version_sent
from tracker.core.web import actor, db
from tracker.followups.today import today_here
from tracker.limitation import services
from tracker.limitation.forms import ActForm, ChargeForm, form_of
from tracker.limitation.models import Charge, LimitationAct
from tracker.limitation.queries import (
    ChangeLine,
    WorkOnCharge,
    acts_on,
    changes_of,
    charges_on,
    get_charge,
    work_on_charges,
)
from tracker.limitation.rules import Acted, Provision, counted, provision_for, to_recheck
from tracker.limitation.words import (
    ACT_WORDS,
    CERTAINTIES_HERE,
    CHANGE_WORDS,
    CRIME_WORDS,
    FIELD_WORDS,
    field_value,
    jurisdiction_words,
    limitation_words,
    period_words,
)
from tracker.pathways.store import definitions

blueprint = Blueprint("limitation", __name__)


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A charge on the page, with all that hangs on it. `recheck`: why somebody has to look at its limitation again."""

    charge: Charge
    jurisdiction: str
    limitation: str
    period: str
    steps: Sequence[str]
    acts: Sequence[LimitationAct]
    recheck: Sequence[str]
    changes: Sequence[ChangeLine]
    work: Sequence[WorkOnCharge]
    offered: Provision | None


@blueprint.get("/cases/<reference>/charges")
@entrance(CASE_READERS)
def charges(reference: str) -> Answer:
    opened = open_for(reference)
    lines = _lines(opened, charges_on(db(), actor(), opened.case))
    return page(
        "limitation/charges.html",
        opened,
        lines=[line for line in lines if line.charge.voided_at is None],
        struck_out=[line for line in lines if line.charge.voided_at is not None],
        may_edit=opened.may(Action.EDIT_FACTS),
        may_follow=opened.may(Action.CREATE_FOLLOW_UP),
        **_words(),
    )


@blueprint.get("/cases/<reference>/charges/new")
@entrance(CASE_READERS)
def new_charge(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    return _form_page(opened, _new_form())


@blueprint.post("/cases/<reference>/charges/new")
@entrance(CASE_READERS)
def add_charge(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    form = _new_form()
    if form.validate():
        try:
            services.enter_charge(db(), actor(), opened.case.id, form.to_facts())
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
    form = form_of(charge)
    offered = provision_for(charge.jurisdiction, charge.crime) if "take" in request.args else None
    if offered is not None:
        form.take_over(offered)
    return _charge_page(opened, charge, form=form)


@blueprint.post("/cases/<reference>/charges/<uuid:charge_id>")
@entrance(CASE_READERS)
def correct_charge(reference: str, charge_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    charge = get_charge(db(), actor(), opened.case, charge_id)
    form = ChargeForm()
    form.offer()
    if form.validate():
        said, version = form.reason.data, version_sent(request.form.get("version"))
        try:
            services.correct_charge(db(), actor(), opened.case.id, charge.id, form.to_facts(), said, version)
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


def _new_form() -> ChargeForm:
    form = ChargeForm()
    form.offer()
    return form


def _form_page(opened: Opened, form: ChargeForm, status: int = 200) -> Answer:
    return page("limitation/new.html", opened, status, form=form, **_words())


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
    return page(
        "limitation/charge.html",
        opened,
        status,
        line=_lines(opened, [charge])[0],
        form=form or form_of(charge),
        acting=acting or ActForm(formdata=None),
        striking=striking or StrikeForm(formdata=None),
        conflict=conflict,
        **_words(),
    )


def _lines(opened: Opened, found: Sequence[Charge]) -> list[ChargeLine]:
    acts, changes = acts_on(db(), found), changes_of(db(), found)
    work = work_on_charges(db(), actor(), opened.case)
    pauses = _pauses(opened)
    return [
        _line(charge, acts.get(charge.id, ()), pauses, changes.get(charge.id, ()), work.get(charge.id, ()))
        for charge in found
    ]


def _line(
    charge: Charge,
    acts: Sequence[LimitationAct],
    pauses: Mapping[UUID, tuple[Acted, str]],
    changes: Sequence[ChangeLine],
    work: Sequence[WorkOnCharge],
) -> ChargeLine:
    standing = {act.id: act for act in acts if act.voided_at is None}
    asked = to_recheck(
        charge.limitation,
        charge.checked_at,
        (Acted(act.id, act.entered_at) for act in standing.values()),
        (one for one, _label in pauses.values()),
    )
    why = [
        f"{ACT_WORDS[standing[one].kind]}: {standing[one].act}" if one in standing else pauses[one][1] for one in asked
    ]
    found = None
    if charge.counted_from and charge.period_amount and charge.period_unit:
        found = counted(charge.counted_from, charge.period_amount, charge.period_unit)
    return ChargeLine(
        charge,
        jurisdiction_words(charge.jurisdiction),
        limitation_words(charge),
        period_words(charge),
        in_words(found) if found is not None else (),
        acts,
        why,
        changes,
        work,
        provision_for(charge.jurisdiction, charge.crime) if charge.limitation == "unknown" else None,
    )


def _pauses(opened: Opened) -> dict[UUID, tuple[Acted, str]]:
    """The entries that paused the case, as far as the reader sees them, with what to call them."""
    paused = {status.key for status in definitions().get(opened.case.pathway).statuses if status.phase == "paused"}
    return {
        event.id: (Acted(event.id, event.entered_at), entry_label(event))
        for event in history_of(db(), actor(), opened.case)
        if event.voided_at is None and event.status in paused
    }


def _back(opened: Opened, message: str | None, charge_id: UUID | None = None) -> Response:
    if message:
        flash(message, "success")
    anchor = f"charge-{charge_id}" if charge_id else None
    return redirect(url_for(".charges", reference=opened.case.reference, _anchor=anchor), 303)


def _words() -> dict[str, Any]:
    return {
        "today": today_here(),
        "crimes": CRIME_WORDS,
        "act_words": ACT_WORDS,
        "certainties": CERTAINTIES_HERE,
        "change_words": CHANGE_WORDS,
        "field_words": FIELD_WORDS,
        "field_value": field_value,
    }
