"""Taking a dossier file in on a page: give it, see what is in it, say yes."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.wrappers import Response

from config import Settings
from tracker.access.entrance import CASE_WORKERS, entrance
from tracker.core.errors import Conflict
from tracker.core.page_forms import PageForm
from tracker.core.uploads import allow_file
from tracker.core.web import actor, db
from tracker.files.kinds import LARGEST, Unfit
from tracker.files.words import WORDS
from tracker.interchange import given
from tracker.interchange.known import KINDS

blueprint = Blueprint("imports", __name__)

LOOK_AGAIN_S = 5
STATE_WORDS = {
    "asked": (_l("Being looked at"), "info"),
    "checked": (_l("Can be imported"), "warning"),
    "imported": (_l("Imported"), "success"),
    "refused": (_l("Refused"), "danger"),
}
KIND_WORDS = {
    "dossiers": _l("Dossiers"),
    "organisations": _l("Organisations"),
    "subjects": _l("Subjects"),
    "contacts": _l("Contacts"),
    "cases": _l("Cases"),
    "events": _l("Entries"),
    "follow_ups": _l("Follow-ups"),
    "engagements": _l("Engagements"),
    "commitments": _l("Commitments"),
    "documents": _l("Papers"),
}


class ImportForm(PageForm):
    file = FileField(_l("Dossier file"))


@blueprint.record
def _allow_files(state: BlueprintSetupState) -> None:
    allow_file(state.app, "imports.give", LARGEST)


@blueprint.get("/imports")
@entrance(CASE_WORKERS)
def imports() -> str:
    return _list_page(ImportForm())


@blueprint.post("/imports")
@entrance(CASE_WORKERS)
def give() -> Any:
    form = ImportForm()
    file = form.file.data
    if not form.validate() or not file:
        form.file.errors = form.file.errors or [_("Choose a file.")]
        return _list_page(form), 422
    settings = cast(Settings, current_app.extensions["tracker.settings"])
    attempt = db().begin_nested()
    try:
        kept = given.give_dossier(db(), actor(), file.filename or "", file.read(LARGEST + 1), settings.clamav_socket)
    except Unfit as unfit:
        attempt.rollback()
        form.file.errors = [str(WORDS[unfit.why])]
        return _list_page(form), 422
    attempt.commit()
    return redirect(url_for(".import_page", import_id=kept.id), 303)


@blueprint.get("/imports/<uuid:import_id>")
@entrance(CASE_WORKERS)
def import_page(import_id: UUID) -> Response:
    kept, file = given.get_import(db(), actor(), import_id)
    page = render_template(
        "imports/import.html",
        kept=kept,
        file=file,
        name=given.name_of(kept, file),
        result=given.result_of(kept),
        kinds=[(kind, KIND_WORDS[kind]) for kind in KINDS],
        states=STATE_WORDS,
    )
    answer = make_response(page)
    if kept.state == "asked":
        answer.headers["Refresh"] = str(LOOK_AGAIN_S)
    return answer


@blueprint.post("/imports/<uuid:import_id>")
@entrance(CASE_WORKERS)
def carry_out(import_id: UUID) -> Response:
    try:
        given.ask_for_import(db(), actor(), import_id)
    except Conflict as problem:
        flash(problem.message, "warning")
    return redirect(url_for(".import_page", import_id=import_id), 303)


def _list_page(form: ImportForm) -> str:
    return render_template(
        "imports/list.html",
        form=form,
        rows=[(kept, given.name_of(kept, file)) for kept, file in given.imports_of(db(), actor())],
        states=STATE_WORDS,
        most=LARGEST // 1024 // 1024,
    )
