"""Subjects and contacts of a case."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template, request
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.cases import services
from tracker.cases.belongings import contacts_on_case, known_contacts, known_subjects
from tracker.cases.forms.fields import show_refusal, uuid_of
from tracker.cases.forms.people import ContactOnCaseForm, SubjectForm
from tracker.cases.models import CaseSubject
from tracker.cases.services.subjects import subject_on_case
from tracker.cases.subjects import subject_page_of, subjects_hidden
from tracker.cases.views.answers import Answer, Opened, back_to, open_for, page
from tracker.cases.views.blueprint import blueprint
from tracker.core.errors import Conflict, Fault, Invalid
from tracker.core.languages import words_of_key
from tracker.core.web import actor, db
from tracker.pathways.store import definitions
from tracker.pathways.vocabulary import CONTACT_ROLES


@blueprint.get("/subjects")
@entrance(CASE_READERS)
def list_subjects() -> Answer:
    """People and entities whom cases are about, found by any spelling."""
    said = request.args.get("q", "").strip()[:200].replace("\x00", "")
    page = subject_page_of(db(), actor(), said, request.args.get("cursor"))
    hidden = subjects_hidden(db(), actor()) if said and not page.rows else 0
    return render_template("cases/subjects.html", page=page, said=said, hidden=hidden)


@blueprint.get("/cases/<reference>/subjects/new")
@entrance(CASE_READERS)
def new_subject(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    return page("cases/subject_form.html", opened, form=_subject_form(), on_case=None)


@blueprint.post("/cases/<reference>/subjects/new")
@entrance(CASE_READERS)
def add_subject(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    form = _subject_form()
    if form.validate():
        try:
            services.add_subject(db(), actor(), opened.case.id, form.to_subject())
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            return back_to(opened.case, _("Saved."), anchor="subjects")
    return page("cases/subject_form.html", opened, 422, form=form, on_case=None)


@blueprint.get("/cases/<reference>/subjects/<uuid:on_case_id>")
@entrance(CASE_READERS)
def edit_subject(reference: str, on_case_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    on_case = subject_on_case(db(), opened.case, on_case_id)
    return page("cases/subject_form.html", opened, form=_subject_form(on_case), on_case=on_case)


@blueprint.post("/cases/<reference>/subjects/<uuid:on_case_id>")
@entrance(CASE_READERS)
def save_subject(reference: str, on_case_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    on_case = subject_on_case(db(), opened.case, on_case_id)
    form = _subject_form(on_case)
    if not form.validate():
        return page("cases/subject_form.html", opened, 422, form=form, on_case=on_case)
    services.edit_subject_on_case(db(), actor(), opened.case.id, on_case.id, form.to_subject())
    return back_to(opened.case, _("Saved."), anchor="subjects")


@blueprint.post("/cases/<reference>/subjects/<uuid:on_case_id>/remove")
@entrance(CASE_READERS)
def remove_subject(reference: str, on_case_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    try:
        services.remove_subject(db(), actor(), opened.case.id, on_case_id)
    except Conflict as problem:
        flash(problem.message, "warning")
        return back_to(opened.case, anchor="subjects")
    return back_to(opened.case, _("Taken off this case."), anchor="subjects")


@blueprint.get("/cases/<reference>/contacts")
@entrance(CASE_READERS)
def case_contacts(reference: str) -> Answer:
    opened = open_for(reference)
    return _contacts_page(opened, _contact_form(opened))


@blueprint.post("/cases/<reference>/contacts")
@entrance(CASE_READERS)
def add_contact(reference: str) -> Answer:
    opened = open_for(reference, Action.RECORD_CONTACT)
    form = _contact_form(opened)
    contact_id = uuid_of(form.contact.data)
    if form.validate():
        try:
            if contact_id is None:
                raise Invalid(Fault("contact", _("Choose a contact.")))
            services.add_contact(db(), actor(), opened.case.id, contact_id, form.role.data or "")
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            return back_to(opened.case, _("Saved."), anchor="people")
    return _contacts_page(opened, form, 422)


@blueprint.post("/cases/<reference>/contacts/<uuid:on_case_id>/remove")
@entrance(CASE_READERS)
def remove_contact(reference: str, on_case_id: UUID) -> Answer:
    opened = open_for(reference, Action.RECORD_CONTACT)
    services.remove_contact(db(), actor(), opened.case.id, on_case_id)
    return back_to(opened.case, _("Taken off this case."), anchor="people")


def _subject_form(on_case: CaseSubject | None = None) -> SubjectForm:
    if on_case is None:
        form = SubjectForm()
        known = known_subjects(db(), actor())
        form.subject.choices = [("", _("somebody new")), *((str(one.id), one.name) for one in known)]
        return form
    counts = on_case.counts if isinstance(on_case.counts, list) else [on_case.counts or ""]
    data = {"role": on_case.role, "counts": "\n".join(str(count) for count in counts), "outcome": on_case.outcome}
    form = SubjectForm(data={**data, "kind": on_case.subject.kind})
    form.subject.choices = []
    return form


def _contact_form(opened: Opened) -> ContactOnCaseForm:
    form = ContactOnCaseForm()
    known = known_contacts(db(), actor())
    form.contact.choices = [("", _("Choose a contact")), *((str(one.id), name) for one, name in known)]
    usual = definitions().get(opened.case.pathway).contact_roles
    rest = [role for role in CONTACT_ROLES if role not in usual]
    form.role.choices = [(role, words_of_key(role)) for role in (*usual, *rest)]
    return form


def _contacts_page(opened: Opened, form: ContactOnCaseForm, status: int = 200) -> Answer:
    lines = contacts_on_case(db(), opened.case)
    may_record = opened.may(Action.RECORD_CONTACT)
    return page("cases/contacts.html", opened, status, form=form, lines=lines, may_record=may_record)
