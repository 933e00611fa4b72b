"""The page of one follow-up, its fields, and the buttons that move it on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import MembershipKind
from tracker.access.queries import membership_of
from tracker.cases.comments import comments_of, comments_panel
from tracker.cases.models import Case
from tracker.core.errors import Conflict, Invalid
from tracker.core.languages import format_day
from tracker.core.merging import merge
from tracker.core.page_forms import PageForm
from tracker.core.web import actor, db
from tracker.followups import policy, services
from tracker.followups.answers import Answer, back, changed, flash_undo
from tracker.followups.around import around
from tracker.followups.assignees import Candidate
from tracker.followups.blueprint import blueprint
from tracker.followups.checklist import lines_of
from tracker.followups.conflict import differing
from tracker.followups.forms import FollowUpForm, form_of, show_faults
from tracker.followups.history import RECURS_WORDS, conflict_words, history_of
from tracker.followups.models import FollowUp
from tracker.followups.needs import links_and_others
from tracker.followups.panel import offered_assignees
from tracker.followups.queries import follow_up_with_case, get_follow_up, person_named, trail_of
from tracker.followups.recurrence import series_ends
from tracker.followups.recurrence_words import in_words
from tracker.followups.refusals import CannotSeeCase, CannotUndo, NeedsOpen
from tracker.followups.small_forms import small_forms
from tracker.followups.timelines import timeline_of
from tracker.followups.today import today_here
from tracker.followups.watchers import watchers_of


@blueprint.get("/follow-ups/<uuid:follow_up_id>")
@entrance(CASE_READERS)
def follow_up_page(follow_up_id: UUID) -> Answer:
    follow_up, case = follow_up_with_case(db(), actor(), follow_up_id)
    return show_page(follow_up, case, form_of(follow_up))


@blueprint.post("/follow-ups/<uuid:follow_up_id>")
@entrance(CASE_READERS)
def edit_follow_up(follow_up_id: UUID) -> Answer:
    follow_up, case = follow_up_with_case(db(), actor(), follow_up_id)
    form = form_of(follow_up)
    form.offer_levels(case.level)
    form.due.countries = case.countries
    if not form.validate():
        return show_page(follow_up, case, form), 422
    try:
        services.edit_follow_up(db(), actor(), follow_up, expected_version=form.expected_version, **form.values())
    except Conflict as problem:
        db().expire_all()
        theirs = get_follow_up(db(), actor(), follow_up_id)
        merge(form, request.form.get("before"))
        lines = differing(theirs, form, lambda person_id: person_named(db(), person_id))
        form.version.data = problem.current_version
        return show_page(theirs, case, form, conflict=lines), 409
    except Invalid as problem:
        show_faults(form, problem)
        return show_page(follow_up, case, form, invite=invites(problem)), 422
    flash_undo(follow_up_id, saved_words(follow_up))
    return redirect(url_for(".follow_up_page", follow_up_id=follow_up_id), 303)


@blueprint.post("/follow-ups/<uuid:follow_up_id>/complete")
@entrance(CASE_READERS)
def complete(follow_up_id: UUID) -> Answer:
    follow_up = get_follow_up(db(), actor(), follow_up_id)
    knowingly = "confirmed" in request.form
    try:
        done = services.complete(db(), actor(), follow_up, completed_on=today_here(), although_needed=knowingly)
    except NeedsOpen as question:
        return render_template("followups/needs_open.html", follow_up=follow_up, question=question), 409
    return changed(done, _("Marked as done."))


@blueprint.post("/follow-ups/<uuid:follow_up_id>/reopen")
@entrance(CASE_READERS)
def reopen(follow_up_id: UUID) -> Answer:
    opened = services.reopen(db(), actor(), get_follow_up(db(), actor(), follow_up_id))
    return changed(opened, _("Open again."))


@blueprint.post("/follow-ups/<uuid:follow_up_id>/start")
@entrance(CASE_READERS)
def start(follow_up_id: UUID) -> Answer:
    return _changed(follow_up_id, services.start, _("Marked as in progress."))


@blueprint.post("/follow-ups/<uuid:follow_up_id>/cancel")
@entrance(CASE_READERS)
def cancel(follow_up_id: UUID) -> Answer:
    cancelled = services.cancel(db(), actor(), get_follow_up(db(), actor(), follow_up_id))
    return changed(cancelled, _("Cancelled."))


@blueprint.post("/follow-ups/changes/<uuid:change_id>/undo")
@entrance(CASE_READERS)
def undo(change_id: UUID) -> Answer:
    try:
        undone = services.undo(db(), actor(), change_id)
    except CannotUndo as problem:
        if request.headers.get("X-Requested-With") == "tick":
            return problem.message, 409
        for words in [problem.message, *conflict_words(problem.lines)]:
            flash(words, "danger")
        return redirect(_back_from_undo(), 303)
    several = ngettext("Undone on %(num)s follow-up.", "Undone on %(num)s follow-ups.", len(undone))
    message = _("Undone.") if len(undone) == 1 else several
    return changed(undone[0], message, offer_undo=False)


def _changed(follow_up_id: UUID, change: Callable[..., FollowUp], message: str, **said: Any) -> Answer:
    try:
        follow_up = change(db(), actor(), get_follow_up(db(), actor(), follow_up_id), **said)
    except Invalid as problem:
        flash(problem.message, "danger")
        return redirect(url_for(".follow_up_page", follow_up_id=follow_up_id), 303)
    return changed(follow_up, message)


def _back_from_undo() -> str:
    address = back(UUID(int=0))
    return url_for(".list_follow_ups") if str(UUID(int=0)) in address else address


def show_page(follow_up: FollowUp, case: Case, form: FollowUpForm, sent: PageForm | None = None, **extra: Any) -> str:
    """The page, with `form` as it stands or as it was sent; `sent`: the small form that came back with errors."""
    membership = membership_of(db(), actor(), case.id)
    may_edit = policy.may_edit(actor(), case, follow_up, membership)
    may_progress = policy.may_progress(actor(), case, follow_up, membership)
    near = around(db(), actor(), case.id, follow_up.post_id, follow_up.waiting_on_contact_id)
    people = _offer(form, case, membership, follow_up) if may_edit else []
    form.offer_posts(near.posts)
    links, others = links_and_others(db(), actor(), follow_up)
    known = [(one.id, one.name) for one in people] + [*near.contacts, *near.posts, *others]
    names = {str(key): name for key, name in [*known, *((link.id, link.title) for link in links)]}
    history = history_of(db(), actor(), follow_up, names)
    assignee_id = follow_up.assignee_id
    remarks = comments_of(db(), actor(), case.id, follow_up.id)
    return render_template(
        "followups/page.html",
        follow_up=follow_up,
        case=case,
        form=form,
        small=small_forms(follow_up, near.contacts, sent) if may_progress else None,
        level=policy.level_of(case, follow_up),
        may_edit=may_edit,
        may_progress=may_progress,
        may_lower=policy.may_lower(actor(), case, follow_up, membership),
        assignee_name=names.get(str(assignee_id)) or person_named(db(), assignee_id),
        history=history,
        trail=[] if history else trail_of(db(), follow_up),
        checklist=lines_of(db(), follow_up.id),
        watchers=watchers_of(db(), follow_up.id),
        links=links,
        other_work=others if may_edit else [],
        people=people,
        contact_name=dict(near.contacts).get(follow_up.waiting_on_contact_id)
        if follow_up.waiting_on_contact_id
        else "",
        post_title=dict(near.posts).get(follow_up.post_id) if follow_up.post_id else None,
        timeline=timeline_of(db(), follow_up),
        rule_words=in_words(follow_up.rrule),
        series_ends=series_ends(db(), follow_up, today_here()),
        recurs_words=RECURS_WORDS.get(follow_up.recurs or ""),
        me=actor().person_id,
        today=today_here(),
        **comments_panel(actor(), case, membership, remarks, follow_up.id, policy.level_of(case, follow_up)),
        **extra,
    )


def _offer(
    form: FollowUpForm, case: Case, membership: MembershipKind | None, follow_up: FollowUp
) -> Sequence[Candidate]:
    form.offer_levels(case.level)
    people = offered_assignees(db(), actor(), case, membership, follow_up.level, follow_up.assignee_id)
    form.assignee.offer(people)
    return people


def invites(problem: Invalid) -> bool:
    """Whether to offer that the chosen person becomes a member."""
    return isinstance(problem, CannotSeeCase) and problem.may_invite


def saved_words(follow_up: FollowUp) -> str:
    """Says the day in full; never the title, for messages are kept in the session."""
    if follow_up.due_on is None:
        return str(_("Saved, without a due date."))
    return str(_("Saved: due on %(day)s.", day=format_day(follow_up.due_on)))
