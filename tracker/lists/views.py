"""Saving a list's address under a name, and what can be done with it afterwards."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.accounts.models import SavedView
from tracker.core.errors import Conflict, Invalid
from tracker.core.form_values import version_sent
from tracker.core.web import actor, db
from tracker.lists import services
from tracker.lists.queries import get_view

blueprint = Blueprint("lists", __name__)

ENDPOINTS = {
    "cases": "cases.list_cases",
    "follow_ups": "followups.list_follow_ups",
    "engagements": "engagements.list_engagements",
    "commitments": "engagements.list_commitments",
    "contacts": "contacts.list_contacts",
    "organisations": "contacts.list_organisations",
}
"""Where each list stands. Its page lies above this feature, so it is named by its endpoint."""


@blueprint.post("/views")
@entrance(CASE_READERS)
def save() -> Response:
    """From the head of a list: `area`, `query` (the list's address), `name`; `shared` and `default` when ticked."""
    area, query = request.form.get("area", ""), request.form.get("query", "")
    try:
        view = services.save_view(
            db(),
            actor(),
            area,
            request.form.get("name", ""),
            query,
            shared=_ticked("shared"),
            default=_ticked("default"),
        )
    except Invalid as problem:
        return _refused(area, query, problem)
    flash(_("The view is saved."), "success")
    return redirect(_address(view.area, view.query, view), 303)


@blueprint.post("/views/<uuid:view_id>")
@entrance(CASE_READERS)
def change(view_id: UUID) -> Response:
    """Rename, share, make the usual one; with `query`, keep what is shown now."""
    view = get_view(db(), actor(), view_id)
    is_form = "name" in request.form
    try:
        services.change_view(
            db(),
            actor(),
            view,
            name=request.form.get("name"),
            query=request.form.get("query"),
            shared=_ticked("shared") if is_form else None,
            default=_ticked("default") if is_form else None,
            expected_version=version_sent(request.form.get("version")),
        )
    except Invalid as problem:
        return _refused(view.area, view.query, problem)
    except Conflict:
        flash(_("Somebody changed this view meanwhile. Look at it, then try again."), "danger")
        return redirect(_address(view.area, view.query, view), 303)
    flash(_("The view is saved."), "success")
    return redirect(_address(view.area, view.query, view), 303)


@blueprint.post("/views/<uuid:view_id>/delete")
@entrance(CASE_READERS)
def forget(view_id: UUID) -> Response:
    view = get_view(db(), actor(), view_id)
    area, query = view.area, view.query
    services.forget_view(db(), actor(), view)
    flash(_("The view is deleted."), "success")
    return redirect(_address(area, query), 303)


def _refused(area: str, query: str, problem: Invalid) -> Response:
    for fault in problem.faults:
        flash(fault.message, "danger")
    words = urlencode(parse_qsl(query)) if len(query) < 4000 else ""
    return redirect(_address(area if area in ENDPOINTS else "cases", words), 303)


def _address(area: str, query: str, view: SavedView | None = None) -> str:
    words = "&".join(part for part in (query, f"view={view.id}" if view else "") if part)
    return url_for(ENDPOINTS[area]) + (f"?{words}" if words else "")


def _ticked(name: str) -> bool:
    return request.form.get(name) == "1"
