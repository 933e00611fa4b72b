"""The papers of a case: seen, added to, taken out."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from config import Settings
from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action, require
from tracker.accounts.form_faults import show_faults
from tracker.approvals.models import Kind
from tracker.approvals.policy import Standing, may_ask
from tracker.approvals.queries import asked_to_destroy
from tracker.cases.views.answers import Answer, Opened, open_for
from tracker.core.errors import Invalid
from tracker.core.uploads import allow_file
from tracker.core.web import actor, db
from tracker.documents import services
from tracker.documents.forms import DestroyForm, PaperForm
from tracker.documents.models import DocumentRecord
from tracker.documents.queries import case_of_file, documents_on_case
from tracker.files.kinds import LARGEST, Unfit, WhyNot
from tracker.files.serving import as_attachment
from tracker.files.store import files_of
from tracker.files.words import WORDS

blueprint = Blueprint("documents", __name__)
MOST_PAPERS = 1000


@blueprint.record
def _allow_files(state: BlueprintSetupState) -> None:
    allow_file(state.app, "documents.add", LARGEST)


@blueprint.get("/cases/<reference>/papers")
@entrance(CASE_READERS)
def papers(reference: str) -> str:
    return _page(open_for(reference), PaperForm())


@blueprint.post("/cases/<reference>/papers")
@entrance(CASE_READERS)
def add(reference: str) -> Answer:
    opened = open_for(reference, Action.UPLOAD)
    form = PaperForm()
    form.offer(_papers_of(opened))
    if form.validate() and _add(opened, form):
        return redirect(url_for(".papers", reference=reference), 303)
    return _page(opened, form), 422


@blueprint.get("/papers/files/<uuid:file_id>")
@entrance(CASE_READERS)
def download(file_id: UUID) -> Response:
    file, content = services.give_file(db(), actor(), file_id)
    return as_attachment(content, file.name or "file")


@blueprint.get("/papers/files/<uuid:file_id>/destroy")
@entrance(CASE_READERS)
def destroy(file_id: UUID) -> str:
    return _destroy_page(file_id, DestroyForm())


@blueprint.post("/papers/files/<uuid:file_id>/destroy")
@entrance(CASE_READERS)
def ask_to_destroy(file_id: UUID) -> Answer:
    _file, case, _level, _membership = case_of_file(db(), actor(), file_id)
    form = DestroyForm()
    if not form.validate():
        return _destroy_page(file_id, form), 422
    try:
        services.ask_to_destroy(db(), actor(), file_id, form.reason.data or "")
    except Invalid as invalid:
        show_faults(form, invalid)
        return _destroy_page(file_id, form), 422
    flash(_("Asked. A second person has to agree within three days."), "success")
    return redirect(url_for(".papers", reference=case.reference), 303)


def _destroy_page(file_id: UUID, form: DestroyForm) -> str:
    file, case, level, membership = case_of_file(db(), actor(), file_id)
    require(may_ask(actor(), Kind.DESTROY, level, Standing(membership)))
    return render_template("documents/destroy.html", file=file, case=case, form=form)


def _add(opened: Opened, form: PaperForm) -> bool:
    """All of it or nothing: a refused file leaves no paper behind."""
    attempt = db().begin_nested()
    try:
        paper = _paper(opened, form)
        waits = _file(opened, form, paper)
    except Invalid as invalid:
        attempt.rollback()
        show_faults(form, invalid)
        return False
    except Unfit as unfit:
        attempt.rollback()
        form.file.errors = [str(WORDS[unfit.why])]
        return False
    attempt.commit()
    flash(_("Kept; it can be opened once the scanner has looked at it.") if waits else _("Kept."), "success")
    return True


def _paper(opened: Opened, form: PaperForm) -> UUID:
    if form.document.data:
        return UUID(form.document.data)
    title, day = form.title.data or "", form.dated_on.data or None
    return services.add_paper(db(), actor(), opened.case.id, title, day).id


def _file(opened: Opened, form: PaperForm, paper: UUID) -> bool:
    """Whether the file stays in quarantine for now."""
    given = form.file.data
    if not given:
        if form.document.data:
            raise Unfit(WhyNot.EMPTY)
        return False
    settings = cast(Settings, current_app.extensions["tracker.settings"])
    kept = services.add_file(
        db(),
        actor(),
        opened.case.id,
        paper,
        given.filename or "",
        given.read(LARGEST + 1),
        clean=bool(form.clean.data),
        scanner=settings.clamav_socket,
    )
    return kept.state == "waiting"


def _papers_of(opened: Opened) -> list[DocumentRecord]:
    return list(documents_on_case(db(), actor(), opened.case.id, MOST_PAPERS))


def _page(opened: Opened, form: PaperForm) -> str:
    documents = _papers_of(opened)
    form.offer(documents)
    by_paper: dict[UUID | None, list[Any]] = {}
    for file in files_of(db(), [one.id for one in documents]):
        by_paper.setdefault(file.document_id, []).append(file)
    return render_template(
        "documents/papers.html",
        case=opened.case,
        form=form,
        documents=documents,
        files=by_paper,
        may_upload=bool(opened.may(Action.UPLOAD)),
        may_destroy=bool(opened.may(Action.DESTROY)),
        may_lower=bool(opened.may(Action.LOWER_LEVEL)),
        asked=asked_to_destroy(db(), actor()) if by_paper else set(),
        most=LARGEST // 1024 // 1024,
    )
