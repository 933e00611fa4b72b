"""Editing the facts of a case."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.cases import services
from tracker.cases.forms.case import CaseFactsForm, case_facts_form
from tracker.cases.forms.fields import show_refusal
from tracker.cases.models import Dossier
from tracker.cases.queries import visible_dossiers
from tracker.cases.views.answers import Answer, Opened, back_to, open_for, page
from tracker.cases.views.blueprint import blueprint
from tracker.core.differences import Difference, differences
from tracker.core.errors import Conflict, Invalid, NotLawful
from tracker.core.merging import merge
from tracker.core.web import actor, db
from tracker.pathways.store import definitions


@blueprint.get("/cases/<reference>/edit")
@entrance(CASE_READERS)
def edit_case(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    return page("cases/edit.html", opened, form=_form(opened), conflict=[])


@blueprint.post("/cases/<reference>/edit")
@entrance(CASE_READERS)
def save_case(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    form = _form(opened)
    if not form.validate():
        return page("cases/edit.html", opened, 422, form=form, conflict=[])
    try:
        services.edit_facts(db(), actor(), opened.case.id, form.to_facts(), form.expected_version)
    except Conflict as problem:
        db().expire(opened.case)  # read before the other one had saved: what is compared is what stands now
        opened = open_for(reference)
        form = _form(opened)
        form.validate()
        form.version.data = str(problem.current_version or "")
        merge(form, request.form.get("before"))
        return page("cases/edit.html", opened, 409, form=form, conflict=_differing(opened, form))
    except (Invalid, NotLawful) as problem:
        show_refusal(form, problem)
        return page("cases/edit.html", opened, 422, form=form, conflict=[])
    return back_to(opened.case, _("Saved."))


def _form(opened: Opened) -> CaseFactsForm:
    form = case_facts_form(definitions().get(opened.case.pathway), opened.case)
    form.offer_dossiers(db().scalars(visible_dossiers(actor()).order_by(Dossier.title).limit(200)).all())
    return form


def _differing(opened: Opened, form: CaseFactsForm) -> list[Difference]:
    """Fields that stand in the database otherwise than they were typed."""
    case, said = opened.case, form.to_facts()
    rows = [
        (form.title.label.text, case.title, said.title),
        (form.case_summary.label.text, case.summary, said.summary),
        (form.countries.label.text, ", ".join(case.countries), ", ".join(said.countries)),
    ]
    rows += [
        (detail.label, _words(case.details.get(detail.key)), _words(said.details.get(detail.key)))
        for detail in form.details
    ]
    return differences(rows)


def _words(value: object) -> str:
    return "" if value is None else str(value)
