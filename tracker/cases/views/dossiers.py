"""Dossiers: the list, one of them with its cases, making and editing one."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, CASE_WORKERS, entrance
from tracker.access.policy import Action, decide, require
from tracker.cases import services
from tracker.cases.forms.case import DossierForm
from tracker.cases.forms.fields import show_refusal
from tracker.cases.models import Case, Dossier
from tracker.cases.queries import visible_cases, visible_dossiers
from tracker.cases.services.dossiers import visible_dossier
from tracker.cases.views.answers import Answer
from tracker.cases.views.blueprint import blueprint
from tracker.core.differences import Difference, differences
from tracker.core.errors import Conflict, Invalid
from tracker.core.merging import merge
from tracker.core.web import actor, db
from tracker.pathways.store import definitions

_SHOWN = 500


@blueprint.get("/dossiers")
@entrance(CASE_READERS)
def list_dossiers() -> Answer:
    found = db().scalars(visible_dossiers(actor()).order_by(Dossier.title, Dossier.id).limit(_SHOWN)).all()
    return render_template(
        "cases/dossiers.html",
        dossiers=found,
        with_text=_reads_text(),
        may_make=decide(actor(), Action.OPEN_CASE),
    )


@blueprint.get("/dossiers/new")
@entrance(CASE_WORKERS)
def new_dossier() -> Answer:
    require(decide(actor(), Action.OPEN_CASE))
    return render_template("cases/dossier_form.html", form=DossierForm(), dossier=None, conflict=[])


@blueprint.post("/dossiers/new")
@entrance(CASE_WORKERS)
def make_dossier() -> Answer:
    form = DossierForm()
    if form.validate():
        try:
            dossier = services.make_dossier(db(), actor(), form.title.data or "", form.summary.data or "")
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            flash(_("The dossier is made. Put cases in it from their own pages."), "success")
            return redirect(url_for(".dossier_page", dossier_id=dossier.id), 303)
    return render_template("cases/dossier_form.html", form=form, dossier=None, conflict=[]), 422


@blueprint.get("/dossiers/<uuid:dossier_id>")
@entrance(CASE_READERS)
def dossier_page(dossier_id: UUID) -> Answer:
    dossier = visible_dossier(db(), actor(), dossier_id)
    cases = visible_cases(actor()).where(Case.dossier_id == dossier.id).order_by(Case.title, Case.id).limit(_SHOWN)
    return render_template(
        "cases/dossier.html",
        dossier=dossier,
        with_text=_reads_text(),
        cases=db().scalars(cases).all(),
        definitions={definition.key: definition for definition in definitions().all()},
        may_edit=decide(actor(), Action.OPEN_CASE),
    )


@blueprint.get("/dossiers/<uuid:dossier_id>/edit")
@entrance(CASE_WORKERS)
def edit_dossier(dossier_id: UUID) -> Answer:
    require(decide(actor(), Action.OPEN_CASE))
    dossier = visible_dossier(db(), actor(), dossier_id)
    return render_template("cases/dossier_form.html", form=_form(dossier), dossier=dossier, conflict=[])


@blueprint.post("/dossiers/<uuid:dossier_id>/edit")
@entrance(CASE_WORKERS)
def save_dossier(dossier_id: UUID) -> Answer:
    dossier = visible_dossier(db(), actor(), dossier_id)
    form = _form(dossier)
    if form.validate():
        said = (form.title.data or "", form.summary.data or "", form.expected_version)
        try:
            services.edit_dossier(db(), actor(), dossier.id, *said)
        except Conflict as problem:
            form.version.data = str(problem.current_version or "")
            merge(form, request.form.get("before"))
            found = _differing(dossier, form)
            return render_template("cases/dossier_form.html", form=form, dossier=dossier, conflict=found), 409
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".dossier_page", dossier_id=dossier.id), 303)
    return render_template("cases/dossier_form.html", form=form, dossier=dossier, conflict=[]), 422


def _reads_text() -> bool:
    """What a dossier is about tells of all its cases: of those, too, that counsel of one of them may not know."""
    return actor().is_staff


def _form(dossier: Dossier) -> DossierForm:
    return DossierForm(data={"title": dossier.title, "summary": dossier.summary, "version": dossier.version})


def _differing(dossier: Dossier, form: DossierForm) -> list[Difference]:
    return differences(
        [
            (form.title.label.text, dossier.title, form.title.data),
            (form.summary.label.text, dossier.summary, form.summary.data),
        ]
    )
