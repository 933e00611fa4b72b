"""Opening a case: first where it belongs, then what it says."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import CASE_WORKERS, entrance
from tracker.access.policy import Action, decide, require
from tracker.cases import services
from tracker.cases.forms.case import NewCaseForm, new_case_form
from tracker.cases.forms.fields import show_refusal
from tracker.cases.models import Dossier
from tracker.cases.queries import visible_dossiers
from tracker.cases.views.answers import Answer, back_to
from tracker.cases.views.blueprint import blueprint
from tracker.core.errors import Invalid, NotLawful
from tracker.core.web import actor, db
from tracker.pathways.conditions import default_level
from tracker.pathways.demands import demands
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions


@blueprint.get("/cases/new")
@entrance(CASE_WORKERS)
def new_case() -> Answer:
    require(decide(actor(), Action.OPEN_CASE))
    chosen = _chosen()
    if chosen is None:
        return render_template("cases/new_choose.html", definitions=definitions().all())
    definition, status = chosen
    return _form_page(definition, status, _form(definition, status))


@blueprint.post("/cases/new")
@entrance(CASE_WORKERS)
def open_case() -> Answer:
    chosen = _chosen()
    if chosen is None:
        return render_template("cases/new_choose.html", definitions=definitions().all()), 422
    definition, status = chosen
    form = _form(definition, status)
    if not form.validate():
        return _form_page(definition, status, form), 422
    try:
        case = services.open_case(db(), actor(), form.to_case(definition, status))
    except (Invalid, NotLawful) as problem:
        show_refusal(form, problem)
        return _form_page(definition, status, form), 422
    if definition.status(status).follow_ups:
        flash(_("The case is open. You lead it."), "success")
        return redirect(url_for("pages.standard_follow_ups", reference=case.reference), 303)
    return back_to(case, _("The case is open. You lead it."))


def _chosen() -> tuple[Definition, str] | None:
    """The pathway and the status with which the case begins: `begin=pathway:status`."""
    pathway, _colon, status = request.values.get("begin", "").partition(":")
    known = {definition.key: definition for definition in definitions().all()}
    definition = known.get(pathway)
    if definition is None or status not in definition.initial:
        return None
    return definition, status


def _form(definition: Definition, status: str) -> NewCaseForm:
    form = new_case_form(definition, demands(definition, status, "forward"), default_level(definition, status))
    form.offer_dossiers(db().scalars(visible_dossiers(actor()).order_by(Dossier.title).limit(200)).all())
    return form


def _form_page(definition: Definition, status: str, form: NewCaseForm) -> str:
    return render_template(
        "cases/new.html",
        form=form,
        definition=definition,
        status=definition.status(status),
        demanded=demands(definition, status, "forward"),
    )
