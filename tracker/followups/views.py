"""Pages of follow-ups: the list, and adding one. What is done to one stands in the modules named in `__all__`."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import MembershipKind
from tracker.access.policy import require
from tracker.access.queries import membership_of
from tracker.cases.models import Case
from tracker.cases.queries import get_case
from tracker.core.errors import Invalid, NotVisible
from tracker.core.web import actor, db
from tracker.followups import (
    anywhere_views,
    bulk_views,
    clock_views,
    detail_views,
    list_pages,
    page_views,
    policy,
    services,
    timeline_views,
)
from tracker.followups.answers import Answer, flash_undo
from tracker.followups.around import around
from tracker.followups.blueprint import blueprint
from tracker.followups.dates import NotADay
from tracker.followups.forms import FollowUpForm, show_faults
from tracker.followups.line_reading import reading_of
from tracker.followups.page_views import invites, saved_words
from tracker.followups.panel import offered_assignees
from tracker.followups.today import read_day_here, today_here

__all__ = [
    "anywhere_views",
    "blueprint",
    "bulk_views",
    "clock_views",
    "detail_views",
    "list_pages",
    "page_views",
    "timeline_views",
]


@blueprint.get("/follow-ups/day")
@entrance(CASE_READERS)
def read_back() -> Answer:
    """A fragment: the day that the typed text means, in full; working days by `case` where it is given."""
    names = ("text", "due", "until", "since", "ends_on", "reference_on")
    text = next((request.args[name] for name in names if request.args.get(name)), "")[:60]
    try:
        day = read_day_here(text, _countries(request.args.get("case"))) if text.strip() else None
    except NotADay:
        day = None
    return render_template("followups/_day.html", day=day, text=text.strip(), today=today_here())


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
    form.due.countries = case.countries
    membership = membership_of(db(), actor(), case.id)
    require(policy.may_create(actor(), case, membership))
    is_well_typed = form.validate()
    if "line" in request.form:
        _spread_line(form, case)
    if form.errors or not is_well_typed:
        return _new_page(case, form, membership), 422
    try:
        follow_up = services.add_follow_up(db(), actor(), case, **form.values())
    except Invalid as problem:
        show_faults(form, problem)
        return _new_page(case, form, membership, invite=invites(problem)), 422
    flash_undo(follow_up.id, saved_words(follow_up))
    anchor = "add-follow-up" if "again" in request.form else "follow-ups"
    return redirect(url_for("pages.case_page", reference=case.reference, _anchor=anchor), 303)


def _spread_line(form: FollowUpForm, case: Case) -> None:
    """The row's first field may name the person and end with the day: each goes to its own field."""
    reading = reading_of(db(), actor(), form.title.data or "", settled=case, day=not (form.due.data or "").strip())
    form.title.data = reading.title
    if reading.due is not None:
        form.due.process_data(reading.due)
    if reading.assignee is not None:
        form.assignee.data = reading.assignee[0]
    for name, words in reading.problems.items():
        if not form[name].errors:
            form[name].errors = [words]


def _new_page(case: Case, form: FollowUpForm, membership: MembershipKind | None, **extra: Any) -> str:
    form.offer_levels(case.level)
    form.assignee.offer(offered_assignees(db(), actor(), case, membership))
    form.offer_posts(around(db(), actor(), case.id, None, None).posts)
    return render_template("followups/new.html", case=case, form=form, today=today_here(), **extra)


def _countries(reference: str | None) -> list[str]:
    if not reference:
        return []
    try:
        return list(get_case(db(), actor(), reference).countries)
    except NotVisible:
        return []
