"""The way in from a mail: what it was about, and what one can do about it, one click each.

Asking (GET, HEAD) changes nothing: scanners of mail follow links too. What is done goes through the follow-up's own
services, so nothing is allowed here that is not allowed there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, SIGNED_IN, entrance
from tracker.access.policy import Action, decide
from tracker.access.queries import membership_of
from tracker.cases.models import Case
from tracker.cases.services.comments import add_comment
from tracker.core.errors import Invalid, NotVisible
from tracker.core.languages import format_day
from tracker.core.page_forms import PageForm
from tracker.core.web import actor, db
from tracker.followups import policy as work_policy
from tracker.followups import services as work
from tracker.followups.answers import flash_undo
from tracker.followups.forms import show_faults
from tracker.followups.models import FollowUp
from tracker.followups.panel import offered_assignees
from tracker.followups.queries import follow_up_with_case, person_named
from tracker.followups.refusals import NeedsOpen
from tracker.followups.today import today_here
from tracker.reminders.pages.bell import mark_read, own_reminder
from tracker.reminders.pages.blueprint import Answer, blueprint
from tracker.reminders.pages.forms import CommentFromMailForm, DoneForm, ReassignForm, SnoozeFromMailForm
from tracker.reminders.pages.landing import place_of
from tracker.reminders.pages.next_work import next_of_mine
from tracker.reminders.pages.snoozing import snooze_days
from tracker.reminders.pages.words import KIND_WORDS
from tracker.reminders.visible import LedgerRow


@blueprint.get("/r/<number>")
@entrance(SIGNED_IN)
def from_mail(number: str) -> Answer:
    """Where the link of a mail leads: for its recipient only, for as long as they may see what it is about."""
    row = own_reminder(db(), actor(), number)
    if row.subject_type != "follow_up":
        return redirect(place_of(row), 303)
    follow_up, case = _work_of(row)
    return _page(row, follow_up, case)


@blueprint.post("/r/<number>/read")
@entrance(SIGNED_IN)
def read_from_mail(number: str) -> Answer:
    """Sent by the page once it was in sight for a moment, or by its button."""
    row = own_reminder(db(), actor(), number)
    mark_read(db(), actor(), [row.id])
    if request.headers.get("X-Requested-With"):
        return "", 204
    return redirect(url_for(".from_mail", number=row.number), 303)


@blueprint.post("/r/<number>/done")
@entrance(CASE_READERS)
def done_from_mail(number: str) -> Answer:
    form = DoneForm()
    row, follow_up, case = _asked(number)
    knowingly = form.confirmed.data == "1"
    try:
        work.complete(db(), actor(), follow_up, completed_on=today_here(), although_needed=knowingly)
    except NeedsOpen as question:
        return _page(row, follow_up, case, question=question), 409
    return _did(row, follow_up, _("Marked as done."))


@blueprint.post("/r/<number>/snooze")
@entrance(CASE_READERS)
def snooze_from_mail(number: str) -> Answer:
    form = SnoozeFromMailForm()

    def act(follow_up: FollowUp, _case: Case) -> str:
        day = form.until.day
        work.snooze(db(), actor(), follow_up, day, today_here())
        return str(_("Hidden until %(day)s.", day=format_day(day))) if day else str(_("No longer hidden."))

    return _take(number, form, act)


@blueprint.post("/r/<number>/reassign")
@entrance(CASE_READERS)
def reassign_from_mail(number: str) -> Answer:
    form = ReassignForm()

    def act(follow_up: FollowUp, _case: Case) -> str:
        work.assign(db(), actor(), follow_up, form.assignee.data)
        return str(_("Given to %(name)s.", name=person_named(db(), form.assignee.data)))

    return _take(number, form, act)


@blueprint.post("/r/<number>/comment")
@entrance(CASE_READERS)
def comment_from_mail(number: str) -> Answer:
    form = CommentFromMailForm()

    def act(follow_up: FollowUp, case: Case) -> str:
        level = work_policy.level_of(case, follow_up)
        add_comment(db(), actor(), case.id, form.body.data or "", follow_up_id=follow_up.id, level=level)
        return str(_("Your comment stands on the follow-up."))

    return _take(number, form, act, undo=False)


def _asked(number: str) -> tuple[LedgerRow, FollowUp, Case]:
    row = own_reminder(db(), actor(), number)
    return row, *_work_of(row)


def _work_of(row: LedgerRow) -> tuple[FollowUp, Case]:
    if row.follow_up_id is None:
        raise NotVisible
    return follow_up_with_case(db(), actor(), row.follow_up_id)


def _take(number: str, form: PageForm, act: Callable[[FollowUp, Case], str], *, undo: bool = True) -> Answer:
    """Do what one form asks; refused, the page comes back with what was typed and why not."""
    row, follow_up, case = _asked(number)
    for field in form:
        if hasattr(field, "countries"):
            field.countries = case.countries
    try:
        if not form.validate():
            return _page(row, follow_up, case, sent=form), 422
        words = act(follow_up, case)
    except Invalid as problem:
        show_faults(form, problem)
        return _page(row, follow_up, case, sent=form), 422
    return _did(row, follow_up, words, undo=undo)


def _did(row: LedgerRow, follow_up: FollowUp, words: str, *, undo: bool = True) -> Answer:
    mark_read(db(), actor(), [row.id])
    if undo:
        flash_undo(follow_up.id, words)
    else:
        flash(words, "success")
    return redirect(url_for(".from_mail", number=row.number), 303)


def _page(row: LedgerRow, follow_up: FollowUp, case: Case, sent: PageForm | None = None, **extra: Any) -> str:
    membership = membership_of(db(), actor(), case.id)
    level = work_policy.level_of(case, follow_up)
    may_edit = work_policy.may_edit(actor(), case, follow_up, membership).allowed and follow_up.is_active
    may_progress = work_policy.may_progress(actor(), case, follow_up, membership).allowed
    people = (
        offered_assignees(db(), actor(), case, membership, follow_up.level, follow_up.assignee_id) if may_edit else []
    )
    reassign = sent if isinstance(sent, ReassignForm) else ReassignForm(formdata=None)
    able = [(person.id, person.name) for person in people if person.may and person.id != follow_up.assignee_id]
    reassign.assignee.choices = [("", _("Choose somebody")), *able]
    today = today_here()
    return render_template(
        "reminders/act.html",
        row=row,
        follow_up=follow_up,
        case=case,
        level=level,
        kind_words=KIND_WORDS,
        assignee_name=_name(follow_up.assignee_id),
        is_mine=follow_up.assignee_id == actor().person_id,
        may_progress=may_progress,
        may_edit=may_edit and bool(able),
        may_comment=decide(actor(), Action.COMMENT, level, membership).allowed,
        reassign=reassign,
        snooze=sent if isinstance(sent, SnoozeFromMailForm) else SnoozeFromMailForm(formdata=None),
        snooze_days=snooze_days(today),
        comment=sent if isinstance(sent, CommentFromMailForm) else CommentFromMailForm(formdata=None),
        sent=sent,
        following=next_of_mine(db(), actor(), follow_up.id),
        today=today,
        **extra,
    )


def _name(person_id: UUID | None) -> str:
    return person_named(db(), person_id) or "" if person_id else ""
