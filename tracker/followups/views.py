"""Pages of follow-ups: the list, one follow-up, adding, ticking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import MembershipKind
from tracker.access.policy import require
from tracker.access.queries import membership_of
from tracker.cases.models import Case
from tracker.cases.queries import get_case
from tracker.core.errors import Conflict, Invalid
from tracker.core.languages import format_day
from tracker.core.web import actor, db
from tracker.followups import policy, services
from tracker.followups.conflict import differing
from tracker.followups.dates import NotADay
from tracker.followups.filters import filters_of, list_context
from tracker.followups.forms import FollowUpForm, form_of, show_faults
from tracker.followups.listing import list_follow_ups as list_page
from tracker.followups.models import FollowUp
from tracker.followups.panel import offered_assignees
from tracker.followups.queries import follow_up_with_case, get_follow_up, person_named, trail_of
from tracker.followups.refusals import CannotSeeCase
from tracker.followups.tickable import tickable_ids
from tracker.followups.today import read_day_here, today_here

blueprint = Blueprint("followups", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.get("/follow-ups")
@entrance(CASE_READERS)
def list_follow_ups() -> Answer:
    filters = filters_of(request.args, actor())
    page = list_page(db(), actor(), filters, today_here(), request.args.get("cursor"))
    return render_template(
        "followups/list.html",
        page=page,
        tickable=tickable_ids(db(), actor(), page.rows),
        today=today_here(),
        **list_context(db(), actor(), filters),
    )


@blueprint.get("/follow-ups/day")
@entrance(CASE_READERS)
def read_back() -> Answer:
    """A fragment: the day that the typed text means, in full."""
    text = request.args.get("due", "")[:60]
    try:
        day = read_day_here(text) if text.strip() else None
    except NotADay:
        day = None
    return render_template("followups/_day.html", day=day, text=text.strip(), today=today_here())


@blueprint.get("/follow-ups/<uuid:follow_up_id>")
@entrance(CASE_READERS)
def follow_up_page(follow_up_id: UUID) -> Answer:
    follow_up, case = follow_up_with_case(db(), actor(), follow_up_id)
    return _page(follow_up, case, form_of(follow_up))


@blueprint.post("/follow-ups/<uuid:follow_up_id>")
@entrance(CASE_READERS)
def edit_follow_up(follow_up_id: UUID) -> Answer:
    follow_up, case = follow_up_with_case(db(), actor(), follow_up_id)
    form = form_of(follow_up)
    form.offer_levels(case.level)
    if not form.validate():
        return _page(follow_up, case, form), 422
    try:
        services.edit_follow_up(db(), actor(), follow_up, expected_version=form.expected_version, **form.values())
    except Conflict as problem:
        db().expire_all()
        theirs = get_follow_up(db(), actor(), follow_up_id)
        lines = differing(theirs, form, lambda person_id: person_named(db(), person_id))
        form.version.data = problem.current_version
        return _page(theirs, case, form, conflict=lines), 409
    except Invalid as problem:
        show_faults(form, problem)
        return _page(follow_up, case, form, invite=_invites(problem)), 422
    flash(_saved(follow_up), "success")
    return redirect(url_for(".follow_up_page", follow_up_id=follow_up_id), 303)


@blueprint.get("/cases/<reference>/follow-ups/new")
@entrance(CASE_READERS)
def new_follow_up(reference: str) -> Answer:
    case = get_case(db(), actor(), reference)
    membership = membership_of(db(), actor(), case.id)
    require(policy.may_create(actor(), case, membership))
    return _new_page(case, FollowUpForm(), membership)


@blueprint.post("/cases/<reference>/follow-ups")
@entrance(CASE_READERS)
def add_follow_up(reference: str) -> Answer:
    """The one row on a case, and the page with everything: the row simply leaves the rest out."""
    case = get_case(db(), actor(), reference)
    form = FollowUpForm()
    form.offer_levels(case.level)
    membership = membership_of(db(), actor(), case.id)
    require(policy.may_create(actor(), case, membership))
    if not form.validate():
        return _new_page(case, form, membership), 422
    try:
        follow_up = services.add_follow_up(db(), actor(), case, **form.values())
    except Invalid as problem:
        show_faults(form, problem)
        return _new_page(case, form, membership, invite=_invites(problem)), 422
    flash(_saved(follow_up), "success")
    anchor = "add-follow-up" if "again" in request.form else "follow-ups"
    return redirect(url_for("pages.case_page", reference=case.reference, _anchor=anchor), 303)


@blueprint.post("/follow-ups/<uuid:follow_up_id>/complete")
@entrance(CASE_READERS)
def complete(follow_up_id: UUID) -> Answer:
    follow_up = get_follow_up(db(), actor(), follow_up_id)
    done = services.complete(db(), actor(), follow_up, completed_on=today_here())
    return _ticked(done, _("Marked as done."), url_for(".reopen", follow_up_id=done.id))


@blueprint.post("/follow-ups/<uuid:follow_up_id>/reopen")
@entrance(CASE_READERS)
def reopen(follow_up_id: UUID) -> Answer:
    opened = services.reopen(db(), actor(), get_follow_up(db(), actor(), follow_up_id))
    return _ticked(opened, _("Open again."), None)


@blueprint.post("/follow-ups/<uuid:follow_up_id>/start")
@entrance(CASE_READERS)
def start(follow_up_id: UUID) -> Answer:
    return _changed(follow_up_id, services.start, _("Marked as in progress."))


@blueprint.post("/follow-ups/<uuid:follow_up_id>/wait")
@entrance(CASE_READERS)
def wait(follow_up_id: UUID) -> Answer:
    return _changed(follow_up_id, services.wait, _("Marked as waiting on others."))


@blueprint.post("/follow-ups/<uuid:follow_up_id>/cancel")
@entrance(CASE_READERS)
def cancel(follow_up_id: UUID) -> Answer:
    cancelled = services.cancel(db(), actor(), get_follow_up(db(), actor(), follow_up_id))
    return _ticked(cancelled, _("Cancelled."), url_for(".reopen", follow_up_id=cancelled.id))


def _changed(follow_up_id: UUID, change: Callable[..., FollowUp], message: str) -> Answer:
    try:
        change(db(), actor(), get_follow_up(db(), actor(), follow_up_id))
    except Invalid as problem:
        flash(problem.message, "danger")
        return redirect(url_for(".follow_up_page", follow_up_id=follow_up_id), 303)
    flash(message, "success")
    return redirect(_back(follow_up_id), 303)


def _ticked(follow_up: FollowUp, message: str, undo_url: str | None) -> Answer:
    """JSON for the script that ticks in place (assets/src/js/tick.js); else back to where it was ticked, with Undo."""
    is_closed = not follow_up.is_active
    if request.headers.get("X-Requested-With") == "tick":
        other = ".reopen" if is_closed else ".complete"
        return jsonify(
            done=is_closed,
            message=message,
            version=follow_up.version,
            undo_url=undo_url,
            action_url=url_for(other, follow_up_id=follow_up.id),
        )
    flash(message, f"undo:{undo_url}" if undo_url else "success")
    return redirect(_back(follow_up.id), 303)


def _back(follow_up_id: UUID) -> str:
    """The page of ours on which the button was, else the follow-up's own."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host and came_from.path.startswith("/"):
        return came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return url_for(".follow_up_page", follow_up_id=follow_up_id)


def _page(follow_up: FollowUp, case: Case, form: FollowUpForm, **extra: Any) -> str:
    membership = membership_of(db(), actor(), case.id)
    may_edit = policy.may_edit(actor(), case, follow_up, membership)
    if may_edit:
        form.offer_levels(case.level)
        people = offered_assignees(db(), actor(), case, membership, follow_up.level, follow_up.assignee_id)
        form.assignee.offer(people)
    return render_template(
        "followups/page.html",
        follow_up=follow_up,
        case=case,
        form=form,
        level=policy.level_of(case, follow_up),
        may_edit=may_edit,
        may_progress=policy.may_progress(actor(), case, follow_up, membership),
        assignee_name=person_named(db(), follow_up.assignee_id),
        trail=trail_of(db(), follow_up),
        today=today_here(),
        **extra,
    )


def _new_page(case: Case, form: FollowUpForm, membership: MembershipKind | None, **extra: Any) -> str:
    form.offer_levels(case.level)
    form.assignee.offer(offered_assignees(db(), actor(), case, membership))
    return render_template("followups/new.html", case=case, form=form, today=today_here(), **extra)


def _invites(problem: Invalid) -> bool:
    return isinstance(problem, CannotSeeCase) and problem.may_invite


def _saved(follow_up: FollowUp) -> str:
    """Says the day in full; never the title, for messages are kept in the session."""
    if follow_up.due_on is None:
        return str(_("Saved, without a due date."))
    return str(_("Saved: due on %(day)s.", day=format_day(follow_up.due_on)))
