"""When institutions sit, and taking their dates in from a file."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.file import FileField
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, SIGNED_IN, entrance
from tracker.accounts.current import today_here
from tracker.core.page_forms import PageForm
from tracker.core.uploads import allow_file
from tracker.core.web import actor, db
from tracker.files.examiner import examined
from tracker.files.kinds import TEXT, Unfit, WhyNot
from tracker.files.words import WORDS
from tracker.followups.timeline_sittings import hanging_on
from tracker.sittings import case_views
from tracker.sittings.blueprint import blueprint
from tracker.sittings.models import INSTITUTIONS
from tracker.sittings.policy import KEEPERS, may_keep
from tracker.sittings.queries import list_sittings
from tracker.sittings.reading import LARGEST, SHIPPED, read_sittings
from tracker.sittings.services import new_days, plan, take
from tracker.sittings.words import CERTAINTY_WORDS, INSTITUTION_WORDS

__all__ = ["blueprint", "case_views"]


class SittingsForm(PageForm):
    file = FileField(_l("File with sittings, as YAML or JSON"))


@blueprint.record
def _allow_files(state: BlueprintSetupState) -> None:
    allow_file(state.app, "sittings.preview", LARGEST)
    allow_file(state.app, "sittings.take_in", 2 * LARGEST)


@blueprint.get("/sittings")
@entrance(SIGNED_IN)
def sittings() -> str:
    wanted = request.args.get("institution", "")
    institution = wanted if wanted in INSTITUTIONS else None
    coming, over = list_sittings(db(), today_here(), institution)
    return render_template(
        "sittings/list.html",
        coming=coming,
        over=over,
        institution=institution,
        institutions=INSTITUTION_WORDS,
        certainties=CERTAINTY_WORDS,
        may_keep=bool(may_keep(actor())),
        has_work=not CASE_READERS.isdisjoint(actor().roles),
    )


@blueprint.get("/sittings/import")
@entrance(KEEPERS)
def choose_file() -> str:
    return _form_page(SittingsForm())


@blueprint.post("/sittings/import")
@entrance(KEEPERS)
def preview() -> Any:
    """What the file would change; nothing is written."""
    form = SittingsForm()
    if not form.validate():
        return _form_page(form), 422
    try:
        content = _given(form)
    except Unfit as unfit:
        form.file.errors = [str(WORDS[unfit.why])]
        return _form_page(form), 422
    if content is None:
        form.file.errors = [_("Choose a file.")]
        return _form_page(form), 422
    return _preview_page(content)


@blueprint.post("/sittings/import/confirm")
@entrance(KEEPERS)
def take_in() -> Any:
    """The same file once more: what the preview showed is read anew."""
    try:
        content = base64.b64decode(request.form.get("content", ""), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    given, faults = read_sittings(content)
    if faults:
        return _preview_page(content)
    taken = [one for one in take(db(), actor(), given) if one.kind != "same"]
    number = len(taken)
    flash(
        ngettext("%(num)s sitting was taken in.", "%(num)s sittings were taken in.", number)
        if number
        else _("Everything stood here already."),
        "success",
    )
    return redirect(url_for(".sittings"), 303)


def _given(form: SittingsForm) -> bytes | None:
    if request.form.get("shipped"):
        return SHIPPED.read_bytes()
    if not form.file.data:
        return None
    content: bytes = form.file.data.read(LARGEST + 1)
    kind, _drawn = examined(content)
    if kind is not TEXT:
        raise Unfit(WhyNot.UNKNOWN)
    return content


def _form_page(form: SittingsForm) -> str:
    return render_template("sittings/import.html", form=form, most=LARGEST // 1024)


def _preview_page(content: bytes) -> Any:
    given, faults = read_sittings(content)
    planned = [] if faults else plan(db(), actor(), given)
    moved = new_days(planned)
    page = render_template(
        "sittings/preview.html",
        faults=faults,
        planned=planned,
        moved=moved,
        hanging=hanging_on(db(), actor(), moved),
        content=base64.b64encode(content).decode(),
        institutions=INSTITUTION_WORDS,
        certainties=CERTAINTY_WORDS,
    )
    return Response(page, 422 if faults else 200, content_type="text/html; charset=utf-8")
