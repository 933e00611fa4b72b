"""Comments on a case and on its follow-ups: said, changed, taken back; who can be mentioned; marked as read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response as FlaskResponse
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import Level, highest
from tracker.access.policy import Action, decide, require
from tracker.access.queries import membership_of
from tracker.cases.comment_text import LONGEST_BODY
from tracker.cases.comments import get_comment
from tracker.cases.forms.fields import show_refusal, uuid_of
from tracker.cases.models import Case, Comment
from tracker.cases.queries import get_case
from tracker.cases.readers import Reader, possible_readers
from tracker.cases.services import comments as services
from tracker.core.errors import Conflict, Invalid, NotPermitted, NotVisible
from tracker.core.form_values import version_sent
from tracker.core.merging import merge
from tracker.core.page_forms import PageForm
from tracker.core.web import actor, db
from tracker.followups.models import FollowUp
from tracker.followups.queries import follow_up_with_case
from tracker.pages.blueprint import blueprint

Answer = Response | str | tuple[str, int]


class CommentForm(PageForm):
    body = TextAreaField(
        _l("Comment"),
        [InputRequired(_l("Write what you want to say.")), Length(max=LONGEST_BODY)],
        description=_l(
            "Text only. @name calls a colleague who can see this. No names of victims, witnesses or insiders."
        ),
    )
    mentions = SelectMultipleField(_l("Call colleagues"), validate_choice=False)
    version = HiddenField()

    def called(self) -> list[UUID]:
        return [found for found in map(uuid_of, self.mentions.data or ()) if found is not None]


@dataclass(frozen=True, slots=True)
class About:
    """What a comment is about: a case, or one follow-up of it."""

    case: Case
    follow_up: FollowUp | None

    @property
    def level(self) -> Level:
        return highest(self.case.level, self.follow_up.level if self.follow_up else None)

    @property
    def back(self) -> str:
        if self.follow_up is not None:
            return url_for("followups.follow_up_page", follow_up_id=self.follow_up.id, _anchor="comments")
        return url_for("pages.case_page", reference=self.case.reference, _anchor="comments")


@blueprint.get("/cases/<reference>/comments/new")
@entrance(CASE_READERS)
def new_comment(reference: str) -> Answer:
    """The form on a page of its own, with a list of the colleagues who can be called; works without the script."""
    about = _about(reference)
    return _page(about, _form(about), None)


@blueprint.post("/cases/<reference>/comments")
@entrance(CASE_READERS)
def add_comment(reference: str) -> Answer:
    about = _about(reference)
    form = _form(about)
    if form.validate():
        try:
            follow_up_id = about.follow_up.id if about.follow_up else None
            services.add_comment(
                db(),
                actor(),
                about.case.id,
                form.body.data or "",
                mentions=form.called(),
                follow_up_id=follow_up_id,
                level=about.level,
            )
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            flash(_("Your comment is saved."), "success")
            return redirect(about.back, 303)
    return _page(about, form, None), 422


@blueprint.get("/cases/<reference>/comments/<uuid:comment_id>")
@entrance(CASE_READERS)
def edit_comment(reference: str, comment_id: UUID) -> Answer:
    comment, about = _own(reference, comment_id)
    return _page(about, _form(about, comment), comment)


@blueprint.post("/cases/<reference>/comments/<uuid:comment_id>")
@entrance(CASE_READERS)
def save_comment(reference: str, comment_id: UUID) -> Answer:
    comment, about = _own(reference, comment_id)
    form = _form(about, comment)
    status = 422
    if form.validate():
        try:
            version = version_sent(form.version.data)
            services.edit_comment(
                db(), actor(), comment.id, form.body.data or "", mentions=form.called(), expected_version=version
            )
        except Invalid as problem:
            show_refusal(form, problem)
        except Conflict as problem:
            form.form_errors.append(problem.message)
            form.version.data, status = str(problem.current_version or ""), 409
            merge(form, request.form.get("before"))
        else:
            flash(_("Your comment is changed."), "success")
            return redirect(about.back, 303)
    return _page(about, form, comment), status


@blueprint.post("/cases/<reference>/comments/<uuid:comment_id>/remove")
@entrance(CASE_READERS)
def remove_comment(reference: str, comment_id: UUID) -> Answer:
    comment, about = _own(reference, comment_id)
    services.remove_comment(db(), actor(), comment.id)
    flash(_("Your comment is removed."), "success")
    return redirect(about.back, 303)


@blueprint.get("/cases/<reference>/comments/people")
@entrance(CASE_READERS)
def people_to_mention(reference: str) -> FlaskResponse:
    """Names for the list that opens behind an @: only of those who can see what is commented on."""
    return jsonify([reader.name for reader in _readers(_about(reference)) if reader.may_see])


@blueprint.post("/cases/<reference>/mentions/seen")
@entrance(CASE_READERS)
def mentions_seen(reference: str) -> Answer:
    """What mentions the reader on this case is read: by the script once the page is open, or by the button."""
    case = get_case(db(), actor(), reference)
    services.mark_mentions_seen(db(), actor(), case.id)
    if request.headers.get("X-Requested-With") == "seen":
        return "", 204
    return redirect(url_for("pages.case_page", reference=case.reference, _anchor="comments"), 303)


def _about(reference: str) -> About:
    """From the address and, for a follow-up, its id beside it. Raises NotVisible, NotPermitted."""
    case = get_case(db(), actor(), reference)
    said = uuid_of(request.values.get("follow_up"))
    about = About(case, _follow_up(case, said) if said else None)
    require(decide(actor(), Action.COMMENT, about.level, membership_of(db(), actor(), case.id)))
    return about


def _follow_up(case: Case, follow_up_id: UUID) -> FollowUp:
    follow_up, its_case = follow_up_with_case(db(), actor(), follow_up_id)
    if its_case.id != case.id:
        raise NotVisible("There is no such follow-up on this case.")
    return follow_up


def _own(reference: str, comment_id: UUID) -> tuple[Comment, About]:
    case = get_case(db(), actor(), reference)
    comment = get_comment(db(), actor(), case.id, comment_id)
    if comment.author_id != actor().person_id or comment.removed_at is not None:
        raise NotPermitted(_("Only its author can change a comment."))
    return comment, About(case, _follow_up(case, comment.follow_up_id) if comment.follow_up_id else None)


def _readers(about: About) -> Sequence[Reader]:
    return possible_readers(db(), actor(), about.case.id, about.level)


def _form(about: About, comment: Comment | None = None) -> CommentForm:
    form = CommentForm(data={"body": comment.body, "version": comment.version} if comment else None)
    readers = [reader for reader in _readers(about) if reader.may_see and reader.id != actor().person_id]
    form.mentions.choices = [(str(reader.id), reader.name) for reader in readers]
    return form


def _page(about: About, form: CommentForm, comment: Comment | None) -> str:
    return render_template("pages/comment.html", about=about, case=about.case, form=form, comment=comment)
