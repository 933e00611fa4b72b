"""Secret notes on a page of their own, so that no other page, list or search ever loads them."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.access.entrance import CASE_READERS, entrance
from tracker.cases.queries import get_case_by_id
from tracker.core.page_forms import PageForm
from tracker.core.web import actor, db
from tracker.notes import services
from tracker.notes.services import Noted
from tracker.pages.blueprint import blueprint

Answer = Response | str | tuple[str, int]


class NoteForm(PageForm):
    note = TextAreaField(
        _l("Secret note"),
        [InputRequired(_l("Write the note.")), Length(max=services.LONGEST)],
        description=_l("Encrypted. It is not found by search, and stands in no list, export or mail."),
    )


@blueprint.get("/notes/<kind>/<uuid:object_id>")
@entrance(CASE_READERS)
def secret_notes(kind: str, object_id: UUID) -> Answer:
    return _page(services.noted(db(), actor(), kind, object_id), NoteForm())


@blueprint.post("/notes/<kind>/<uuid:object_id>")
@entrance(CASE_READERS)
def add_secret_note(kind: str, object_id: UUID) -> Answer:
    about = services.noted(db(), actor(), kind, object_id)
    form = NoteForm()
    if not form.validate_on_submit():
        return _page(about, form), 422
    services.add_note(db(), actor(), about, form.note.data or "")
    flash(_("The note is kept, encrypted."), "success")
    return redirect(_address(about), 303)


@blueprint.post("/notes/<uuid:note_id>/remove")
@entrance(CASE_READERS)
def remove_secret_note(note_id: UUID) -> Answer:
    about = services.remove_note(db(), actor(), note_id)
    flash(_("The note is gone."), "success")
    return redirect(_address(about), 303)


def _page(about: Noted, form: NoteForm) -> str:
    notes = services.notes_on(db(), about)
    return render_template("notes/page.html", about=about, notes=notes, form=form, back=_place_of(about), me=actor())


def _address(about: Noted) -> str:
    return url_for("pages.secret_notes", kind=about.kind, object_id=about.id)


def _place_of(about: Noted) -> str:
    match about.kind:
        case "case":
            return url_for("pages.case_page", reference=get_case_by_id(db(), actor(), about.id).reference)
        case "follow_up":
            return url_for("followups.follow_up_page", follow_up_id=about.id)
        case "engagement":
            return url_for("engagements.engagement_page", engagement_id=about.id)
        case _:
            return url_for("contacts.contact_page", contact_id=about.id)
