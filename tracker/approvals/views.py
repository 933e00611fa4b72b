"""The page "Requests": what waits for a second person, and asking for a case that one does not see."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_plus, urlsplit
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.access.entrance import SIGNED_IN, STAFF, entrance
from tracker.access.policy import Action, decide, require
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
    Kind.EXPORT_ALL: _l("Mass export"),
    Kind.ADMINISTRATOR: _l("Make somebody an administrator"),
    Kind.ERASE: _l("Erase a person"),
    Kind.DESTROY: _l("Destroy for good"),
    Kind.BREAK_GLASS: _l("Break the glass: a case that the person does not see"),
}
AREA_WORDS = {
    "cases": _l("Cases"),
    "follow_ups": _l("Follow-ups"),
    "contacts": _l("Contacts"),
    "organisations": _l("Organisations"),
    "engagements": _l("Engagements"),
    "commitments": _l("Commitments"),
    "everything": _l("Everything that the second person sees, but nothing sealed"),
}
"""What a mass export is of."""
FETCHED_LATER = frozenset({Kind.EXPORT_ALL})
"""What whoever asked carries out after the answer, once: a file is fetched, a link is made."""
ANSWER_WORDS = {"agreed": _l("agreed"), "refused": _l("refused"), "withdrawn": _l("withdrawn")}


@blueprint.get("/requests")
@entrance(SIGNED_IN)
def requests() -> str:
    rows = queries.list_approvals(db(), actor())
    approvals = [row[0] for row in rows]
    about = queries.what_they_are_about(db(), actor(), approvals)
    about |= {one.id: _export_in_words(one) for one in approvals if one.kind == Kind.EXPORT_ALL}
    mine = [row for row in rows if row[0].is_ready and row[0].asked_by_id == actor().person_id]
    return render_template(
        "approvals/requests.html",
        waiting=[row for row in rows if row[0].is_open],
        ready=[row for row in mine if row[0].kind in FETCHED_LATER],
        past=[row for row in rows if not row[0].is_open],
        about=about,
        me=actor().person_id,
        kinds=KIND_WORDS,
        answers=ANSWER_WORDS,
        may_export_everything=bool(decide(actor(), Action.EXPORT_ALL)),
        may_break_glass=bool(may_ask(actor(), Kind.BREAK_GLASS)),
    )


@blueprint.post("/requests/<uuid:approval_id>/agree")
@entrance(SIGNED_IN)
def agree(approval_id: UUID) -> Answer:
    if asked := ask_first(url_for("approvals.requests")):
        return asked
    return _answered(services.agree, approval_id, _agreed_words)


@blueprint.post("/requests/<uuid:approval_id>/refuse")
@entrance(SIGNED_IN)
def refuse(approval_id: UUID) -> Answer:
    return _answered(services.refuse, approval_id, lambda _approval: _("Refused."))


@blueprint.post("/requests/<uuid:approval_id>/withdraw")
@entrance(SIGNED_IN)
def withdraw(approval_id: UUID) -> Answer:
    return _answered(services.withdraw, approval_id, lambda _approval: _("Withdrawn."))


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


def _agreed_words(approval: Approval) -> str:
    if approval.kind in FETCHED_LATER:
        return str(_("Agreed. Whoever asked carries it out, once."))
    return str(_("Agreed, and carried out."))


def _export_in_words(approval: Approval) -> str:
    """Which list, with the filters as its address has them."""
    area = str(AREA_WORDS.get(approval.payload.get("area", ""), ""))
    filters = unquote_plus(urlsplit(str(approval.payload.get("target", ""))).query)
    return f"{area}: {filters}" if filters else area


def _answered(
    act: Callable[[Session, Actor, UUID], Approval], approval_id: UUID, words: Callable[[Approval], str]
) -> Answer:
    try:
        approval = act(db(), actor(), approval_id)
    except Conflict as problem:
        flash(problem.message, "warning")
    else:
        flash(words(approval), "success")
    return redirect(url_for("approvals.requests"), 303)
