"""Mistaken cases: removing one, merging one into another, and the history of a merged one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.cases.forms.fields import show_refusal
from tracker.cases.forms.removing import MergeForm, RemoveForm
from tracker.cases.models import CaseContact, CaseSubject, Comment
from tracker.cases.removed import merged_cases, merged_history
from tracker.cases.services.removing import Merger, merge_cases, plan_merger, remove_case
from tracker.cases.views.answers import Answer, Opened, open_for, page
from tracker.cases.views.blueprint import blueprint
from tracker.core.errors import Conflict, Invalid, NotVisible
from tracker.core.web import actor, db
from tracker.pathways.store import definitions


@blueprint.get("/cases/<reference>/remove")
@entrance(CASE_READERS)
def confirm_removal(reference: str) -> Answer:
    opened = open_for(reference, Action.DELETE_CASE)
    return page("cases/remove.html", opened, form=RemoveForm(data={"version": opened.case.version}))


@blueprint.post("/cases/<reference>/remove")
@entrance(CASE_READERS)
def remove(reference: str) -> Answer:
    opened = open_for(reference, Action.DELETE_CASE)
    form = RemoveForm()
    if not form.validate():
        return page("cases/remove.html", opened, 422, form=form)
    said = (form.reason.data or "", form.typed.data or "", form.expected_version)
    try:
        remove_case(db(), actor(), opened.case.id, *said)
    except Invalid as problem:
        show_refusal(form, problem)
        return page("cases/remove.html", opened, 422, form=form)
    except Conflict as problem:
        return _overtaken("cases/remove.html", opened, form, problem)
    flash(_("%(reference)s is removed.", reference=opened.case.reference), "success")
    return redirect(url_for("cases.list_cases"), 303)


@blueprint.get("/cases/<reference>/merge")
@entrance(CASE_READERS)
def choose_merger(reference: str) -> Answer:
    opened = open_for(reference, Action.MERGE)
    return page("cases/merge.html", opened, form=MergeForm(data={"version": opened.case.version}), merger=None)


@blueprint.post("/cases/<reference>/merge")
@entrance(CASE_READERS)
def merge(reference: str) -> Answer:
    """First a look at what would move where; then, with the reference typed, the merger itself."""
    opened = open_for(reference, Action.MERGE)
    form = MergeForm()
    if not form.validate():
        return page("cases/merge.html", opened, 422, form=form, merger=None)
    try:
        merger = plan_merger(db(), actor(), opened.case, form.kept.data or "")
        if merger.faults:
            raise Invalid(*merger.faults)
        if request.form.get("step") != "confirm":
            return page("cases/merge.html", opened, form=form, **_preview(merger))
    except Invalid as problem:
        show_refusal(form, problem)
        return page("cases/merge.html", opened, 422, form=form, merger=None)
    said = (form.kept.data or "", form.reason.data or "", form.typed.data or "", form.expected_version)
    try:
        kept = merge_cases(db(), actor(), opened.case.id, *said)
    except Invalid as problem:
        show_refusal(form, problem)
        return page("cases/merge.html", opened, 422, form=form, **_preview(merger))
    except Conflict as problem:
        return _overtaken("cases/merge.html", opened, form, problem, merger=None)
    flash(_("Merged. Its history is read here, under “Merged cases”."), "success")
    return redirect(url_for("pages.case_page", reference=kept.reference), 303)


@blueprint.get("/cases/<reference>/merged")
@entrance(CASE_READERS)
def merged(reference: str) -> Answer:
    """The histories of cases that were merged into this one, as they stood."""
    opened = open_for(reference)
    found = merged_cases(db(), opened.case.id)
    return page("cases/merged.html", opened, merged=[(one, _history(opened, one.id)) for one in found])


def _history(opened: Opened, gone_id: UUID) -> list[tuple[Any, str]]:
    """Entries, the newest first, each with the words of its status."""
    known = definitions().get(opened.case.pathway).by_key
    events = reversed(merged_history(db(), opened.case.id, gone_id))
    labels = {key: row.label for key, row in known.items()}
    return [(event, labels.get(event.status or "", event.status or "")) for event in events]


def _preview(merger: Merger) -> dict[str, Any]:
    """How much the reader sees that would move, by kind."""
    counts = {
        _("Comments"): _count(Comment.id, Comment.case_id, merger),
        _("Subjects"): _count(CaseSubject.id, CaseSubject.case_id, merger),
        _("Contacts"): _count(CaseContact.id, CaseContact.case_id, merger),
    }
    return {"merger": merger, "counts": counts}


def _count(thing: Any, of_case: Any, merger: Merger) -> int:
    return db().scalar(select(func.count(thing)).where(of_case == merger.gone.id)) or 0


def _overtaken(template: str, opened: Opened, form: RemoveForm, problem: Conflict, **context: Any) -> Answer:
    try:
        fresh = open_for(opened.case.reference)
    except NotVisible:
        return redirect(url_for("cases.list_cases"), 303)
    form.form_errors.append(problem.message)
    form.version.data = str(fresh.case.version)
    return page(template, fresh, 409, form=form, **context)
