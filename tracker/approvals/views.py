"""The page "Requests": what waits for a second person, and asking for a case that one does not see."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.access.entrance import SIGNED_IN, STAFF, entrance
from tracker.access.policy import require
from tracker.accounts.fresh import ask_first
from tracker.approvals import queries, services
from tracker.approvals.forms import GlassForm
from tracker.approvals.models import Approval, Kind
from tracker.approvals.policy import may_ask
from tracker.core.actor import Actor
from tracker.core.errors import Conflict
from tracker.core.web import actor, db

blueprint = Blueprint("approvals", __name__)

Answer = Response | str | tuple[str, int]

KIND_WORDS = {
    Kind.UNSEAL: _l("Unseal a case"),
    Kind.EXPORT_ALL: _l("Export everything"),
    Kind.ADMINISTRATOR: _l("Make somebody an administrator"),
    Kind.ERASE: _l("Erase a person"),
    Kind.DESTROY: _l("Destroy for good"),
    Kind.BREAK_GLASS: _l("Break the glass: a case that the person does not see"),
}
ANSWER_WORDS = {"agreed": _l("agreed"), "refused": _l("refused"), "withdrawn": _l("withdrawn")}


@blueprint.get("/requests")
@entrance(SIGNED_IN)
def requests() -> str:
    rows = queries.list_approvals(db(), actor())
    about = queries.what_they_are_about(db(), actor(), [row[0] for row in rows])
    return render_template(
        "approvals/requests.html",
        waiting=[row for row in rows if row[0].is_open],
        past=[row for row in rows if not row[0].is_open],
        about=about,
        me=actor().person_id,
        kinds=KIND_WORDS,
        answers=ANSWER_WORDS,
        may_break_glass=bool(may_ask(actor(), Kind.BREAK_GLASS)),
    )


@blueprint.post("/requests/<uuid:approval_id>/agree")
@entrance(SIGNED_IN)
def agree(approval_id: UUID) -> Answer:
    if asked := ask_first(url_for("approvals.requests")):
        return asked
    return _answered(services.agree, approval_id, _("Agreed, and carried out."))


@blueprint.post("/requests/<uuid:approval_id>/refuse")
@entrance(SIGNED_IN)
def refuse(approval_id: UUID) -> Answer:
    return _answered(services.refuse, approval_id, _("Refused."))


@blueprint.post("/requests/<uuid:approval_id>/withdraw")
@entrance(SIGNED_IN)
def withdraw(approval_id: UUID) -> Answer:
    return _answered(services.withdraw, approval_id, _("Withdrawn."))


@blueprint.get("/requests/glass")
@entrance(STAFF)
def ask_for_glass() -> str:
    return render_template("approvals/glass.html", form=GlassForm())


@blueprint.post("/requests/glass")
@entrance(STAFF)
def break_glass() -> Answer:
    """The answer is the same whether there is such a case or not; nobody looks for one here."""
    require(may_ask(actor(), Kind.BREAK_GLASS))
    form = GlassForm()
    if not form.validate():
        return render_template("approvals/glass.html", form=form), 422
    if asked := ask_first(url_for("approvals.ask_for_glass")):
        return asked
    payload = {"reference": (form.reference.data or "").strip().upper()}
    services.ask(db(), actor(), Kind.BREAK_GLASS, payload, form.reason.data or "")
    flash(_("Asked. A head or an administrator has to agree within three days."), "success")
    return redirect(url_for("approvals.requests"), 303)


def _answered(act: Callable[[Session, Actor, UUID], Approval], approval_id: UUID, words: str) -> Answer:
    try:
        act(db(), actor(), approval_id)
    except Conflict as problem:
        flash(problem.message, "warning")
    else:
        flash(words, "success")
    return redirect(url_for("approvals.requests"), 303)
