"""Everything as one dossier file, for an administrator with whom a second person agrees.

An administrator sees no case by role. The file holds what the second person sees, and nothing sealed: they look as in a
session without a passkey. What is sealed leaves the house from the server's shell alone.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func
from werkzeug.wrappers import Response as AnyResponse

from tracker.access.entrance import ADMINISTRATORS, entrance
from tracker.access.policy import Action, decide, require
from tracker.accounts.fresh import ask_first
from tracker.approvals import services as approvals
from tracker.approvals.forms import ReasonForm
from tracker.approvals.models import Approval, Kind
from tracker.approvals.queries import actor_of_person
from tracker.audit.services import record
from tracker.cases.forms.fields import uuid_of
from tracker.cases.queries import visible_cases
from tracker.core import clock
from tracker.core.actor import Actor, person_actor
from tracker.core.errors import Conflict, NotVisible
from tracker.core.web import actor, database, db
from tracker.interchange.exporting import counts_of, document_of
from tracker.interchange.printing import dossier_as_json
from tracker.pages.blueprint import blueprint

MOST_CASES = 10_000
"""About a quarter of a minute and a gigabyte."""
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/export")
@entrance(ADMINISTRATORS)
def ask_for_everything() -> str:
    require(decide(actor(), Action.EXPORT_ALL))
    return render_template("pages/everything.html", form=ReasonForm())


@blueprint.post("/export")
@entrance(ADMINISTRATORS)
def asked_for_everything() -> Answer:
    require(decide(actor(), Action.EXPORT_ALL))
    form = ReasonForm()
    if not form.validate():
        return render_template("pages/everything.html", form=form), 422
    payload = {"area": "everything", "target": url_for("pages.everything_file"), "format": "json"}
    approvals.ask(db(), actor(), Kind.EXPORT_ALL, payload, form.reason.data or "")
    flash(_("Asked. A head, or somebody who leads a case, has to agree within three days."), "success")
    return redirect(url_for("approvals.requests"), 303)


@blueprint.post("/export/file")
@entrance(ADMINISTRATORS)
def everything_file() -> Answer:
    """The file, the one time; after a fresh sign-in."""
    require(decide(actor(), Action.EXPORT_ALL))
    if asked := ask_first(url_for("approvals.requests")):
        return asked
    try:
        approval = _agreed(uuid_of(request.form.get("approval") or ""))
    except Conflict as problem:
        flash(problem.message, "warning")
        return redirect(url_for("approvals.requests"), 303)
    document = _document(_eyes(approval))
    if document is None:
        words = _(
            "These are more than %(number)s cases: ask the operator for “flask dossier export”.", number=MOST_CASES
        )
        flash(words, "warning")
        return redirect(url_for("approvals.requests"), 303)
    approvals.use(db(), actor(), approval)
    told: dict[str, Any] = {"counts": counts_of(document), "approval": str(approval.id)}
    record(db(), actor(), "dossier.exported", "dossier_file", None, **told)
    name = f"dossier-{clock.today():%Y-%m-%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(dossier_as_json(document), mimetype="application/json", headers=headers)


def _agreed(approval_id: UUID | None) -> Approval:
    if approval_id is None:
        raise NotVisible
    approval = approvals.ready(db(), actor(), approval_id, Kind.EXPORT_ALL)
    if approval.payload.get("area") != "everything":
        raise NotVisible
    return approval


def _eyes(approval: Approval) -> Actor:
    """Whoever agreed, as if they had shown no passkey."""
    found = actor_of_person(db(), approval.decided_by_id) if approval.decided_by_id else None
    if found is None or found.person_id is None:
        raise NotVisible
    return person_actor(found.person_id, found.roles, is_assured=False)


def _document(eyes: Actor) -> dict[str, Any] | None:
    """None: more than a web process may take the time for."""
    session = database().session(eyes)
    try:
        count = session.scalar(visible_cases(eyes).with_only_columns(func.count())) or 0
        return document_of(session, eyes) if count <= MOST_CASES else None
    finally:
        session.rollback()
        session.close()
