"""A post's page: who held it, what stays with it, the change of its holder, and the note for whoever takes over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import require
from tracker.cases.vague_text import read_vague_or_near
from tracker.contacts import policy
from tracker.contacts.facts import LONGEST_LINE
from tracker.contacts.forms import line_of
from tracker.contacts.models import Post
from tracker.contacts.posts import ChangeFacts, change_holder, get_post, holders_of
from tracker.core.errors import Fault, Invalid
from tracker.core.page_forms import PageForm
from tracker.core.web import actor, db
from tracker.engagements.commitments import commitments_of_post
from tracker.engagements.known import names_typed
from tracker.engagements.queries import engagements_of_post
from tracker.followups.tickable import tickable_ids
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint
from tracker.pages.dealings import open_ones, work_about

Answer = Response | str | tuple[str, int]


class HolderForm(PageForm):
    """Who follows, and when."""

    ended_on = StringField(_l("The holder left"), [Length(max=LONGEST_LINE)])
    successor = StringField(_l("Who follows"), [Length(max=LONGEST_LINE)])
    began_on = StringField(_l("They began"), [Length(max=LONGEST_LINE)])

    def facts(self) -> ChangeFacts:
        """Raises Invalid for a day that can't be read, or a name that several contacts bear."""
        name = line_of(self.successor.data)
        meant = names_typed(db(), actor(), [name] if name else []).participant(name, "successor") if name else None
        return ChangeFacts(
            _vague(self.ended_on.data, "ended_on"),
            _vague(self.began_on.data, "began_on"),
            meant.contact_id if meant else None,
            meant.name if meant else None,
        )

    def show_faults(self, problem: Invalid) -> None:
        for fault in problem.faults:
            field = self._fields.get(fault.path, self.successor)
            field.errors = [*field.errors, fault.message]


@entrance(CASE_READERS)
def post_page(post_id: UUID) -> Answer:
    post = get_post(db(), actor(), post_id)
    if request.method == "GET":
        return _page(post, HolderForm())
    require(policy.may_edit_organisation(actor()))
    form = HolderForm()
    if not form.validate():
        return _page(post, form), 422
    try:
        change_holder(db(), actor(), post, form.facts())
    except Invalid as problem:
        form.show_faults(problem)
        return _page(post, form), 422
    flash(_("The holder changed. What hangs on the post stays with it."), "success")
    return redirect(url_for("contacts.handover", post_id=post_id), 303)


@entrance(CASE_READERS)
def handover(post_id: UUID) -> Answer:
    """The note for whoever takes over, for paper."""
    return render_template("contacts/handover.html", **_of_post(get_post(db(), actor(), post_id)))


def _page(post: Post, form: HolderForm) -> str:
    parts = _of_post(post)
    return render_template(
        "contacts/post.html",
        form=form,
        tickable=tickable_ids(db(), actor(), parts["work"]) if parts["work"] else set(),
        may_edit=policy.may_edit_organisation(actor()),
        **parts,
    )


def _of_post(post: Post) -> dict[str, Any]:
    return {
        "post": post,
        "holders": holders_of(db(), actor(), post.id),
        "commitments": open_ones(commitments_of_post(db(), actor(), post.id)),
        "work": work_about(db(), actor(), (), [post.id]),
        "engagements": engagements_of_post(db(), actor(), post.id, 10),
        "today": today_here(),
    }


def _vague(text: str | None, path: str) -> str | None:
    try:
        return read_vague_or_near(line_of(text) or "", today_here())
    except ValueError as error:
        raise Invalid(Fault(path, _("Write for example 14 Mar 2026, March 2026 or 2026."))) from error


@blueprint.record_once
def _add_to_contacts(state: BlueprintSetupState) -> None:
    """The addresses belong to contacts; the views stand here, for contacts know nothing of meetings."""
    address = "/posts/<uuid:post_id>"
    state.app.add_url_rule(address, endpoint="contacts.post_page", view_func=post_page, methods=["GET", "POST"])
    state.app.add_url_rule(f"{address}/handover", endpoint="contacts.handover", view_func=handover, methods=["GET"])
