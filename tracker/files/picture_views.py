"""One's own picture: give it, look at it, take it away; and showing it to others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.wrappers import Response

from tracker.access.entrance import SIGNED_IN, entrance
from tracker.accounts.models import Person
from tracker.core.page_forms import PageForm
from tracker.core.uploads import allow_file
from tracker.core.web import actor, db
from tracker.files import pictures
from tracker.files.kinds import LARGEST, Unfit
from tracker.files.serving import as_picture
from tracker.files.words import WORDS

blueprint = Blueprint("pictures", __name__)


class PictureForm(PageForm):
    picture = FileField(_l("Picture"))


@blueprint.record
def _prepare(state: BlueprintSetupState) -> None:
    allow_file(state.app, "pictures.give", LARGEST)
    state.app.jinja_env.globals["picture_url"] = picture_url


def picture_url(person_id: UUID, mark: UUID | None) -> str | None:
    """Where somebody's picture is; None where initials stand for them."""
    return None if mark is None else url_for("pictures.picture", person_id=person_id, mark=mark)


@blueprint.get("/preferences/picture")
@entrance(SIGNED_IN)
def own_picture() -> str:
    return _page(PictureForm())


@blueprint.post("/preferences/picture")
@entrance(SIGNED_IN)
def give() -> Any:
    form = PictureForm()
    if form.validate() and _give(form):
        flash(_("Your picture is kept. Colleagues see it beside your name."), "success")
        return redirect(url_for(".own_picture"), 303)
    return _page(form), 422


@blueprint.post("/preferences/picture/remove")
@entrance(SIGNED_IN)
def remove() -> Response:
    pictures.remove_picture(db(), actor())
    flash(_("Your picture is removed; your initials stand for you."), "success")
    return redirect(url_for(".own_picture"), 303)


@blueprint.get("/people/<uuid:person_id>/picture/<uuid:mark>")
@entrance(SIGNED_IN)
def picture(person_id: UUID, mark: UUID) -> Response:
    return as_picture(pictures.picture_of(db(), person_id, mark))


def _give(form: PictureForm) -> bool:
    given = form.picture.data
    if not given:
        form.picture.errors = [_("Choose a picture.")]
        return False
    try:
        pictures.give_picture(db(), actor(), given.read(LARGEST + 1))
    except Unfit as unfit:
        form.picture.errors = [str(WORDS[unfit.why])]
        return False
    return True


def _page(form: PictureForm) -> str:
    person = db().get_one(Person, actor().person_id)
    return render_template("accounts/picture.html", form=form, account=person, most=LARGEST // 1024 // 1024)
