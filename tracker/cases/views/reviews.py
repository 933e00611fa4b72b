"""The review of who sees a restricted or sealed case."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import Level
from tracker.access.policy import Action
from tracker.cases import services
from tracker.cases.forms.fields import MEMBER_WORDS, uuid_of
from tracker.cases.queries import current_members
from tracker.cases.services.reviews import last_review
from tracker.cases.views.answers import Answer, Opened, open_for, page
from tracker.cases.views.blueprint import blueprint
from tracker.core.errors import Invalid, NotVisible
from tracker.core.web import actor, db


@blueprint.get("/cases/<reference>/review")
@entrance(CASE_READERS)
def review(reference: str) -> Answer:
    opened = open_for(reference, Action.LOWER_LEVEL)
    if not Level(opened.case.level).members_only:
        return redirect(url_for("cases.members", reference=reference), 303)
    return _page(opened)


@blueprint.post("/cases/<reference>/review")
@entrance(CASE_READERS)
def save_review(reference: str) -> Answer:
    opened = open_for(reference, Action.LOWER_LEVEL)
    kept = {membership_id for said in request.form.getlist("keep") if (membership_id := uuid_of(said))}
    try:
        services.review_access(db(), actor(), opened.case.id, kept)
    except Invalid as problem:
        db().rollback()
        return _page(open_for(reference), 422, problem.faults[0].message)
    flash(_("Reviewed. The next review is due in 90 days."), "success")
    try:
        open_for(reference)
    except NotVisible:
        return redirect(url_for("cases.list_cases"), 303)
    return redirect(url_for("cases.members", reference=reference), 303)


def _page(opened: Opened, status: int = 200, problem: str = "") -> Answer:
    members = current_members(db(), opened.case.id)
    last = last_review(db(), opened.case.id)
    return page("cases/review.html", opened, status, members=members, kinds=MEMBER_WORDS, last=last, problem=problem)
