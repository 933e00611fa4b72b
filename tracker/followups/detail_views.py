"""What hangs on a follow-up: whom it waits for, watchers, what it needs, its checklist, snooze and recurrence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.core.database import rollback
from tracker.core.errors import Fault, Invalid
from tracker.core.languages import format_day
from tracker.core.page_forms import PageForm
from tracker.core.web import actor, db
from tracker.followups import checklist, needs, services, watchers
from tracker.followups.answers import Answer, changed, flash_undo
from tracker.followups.blueprint import blueprint
from tracker.followups.forms import DayField, form_of, show_faults
from tracker.followups.models import FollowUp
from tracker.followups.page_views import show_page
from tracker.followups.queries import follow_up_with_case, get_follow_up
from tracker.followups.recurrence_words import in_words
from tracker.followups.small_forms import LineForm, RepeatForm, SnoozeForm, WaitingForm
from tracker.followups.today import today_here


@blueprint.post("/follow-ups/<uuid:follow_up_id>/wait")
@entrance(CASE_READERS)
def wait(follow_up_id: UUID) -> Answer:
    form = WaitingForm()

    def act(follow_up: FollowUp) -> Any:
        said: dict[str, Any] = {"waiting_on": form.waiting_on.data, "contact_id": form.contact.data}
        services.wait(db(), actor(), follow_up, since=form.since.day or today_here(), **said)
        return _("Marked as waiting on others.")

    return _take(follow_up_id, form, act, form.since, _anchor="waiting")


@blueprint.post("/follow-ups/<uuid:follow_up_id>/snooze")
@entrance(CASE_READERS)
def snooze(follow_up_id: UUID) -> Answer:
    """Until the day that the form says; a button without a form wakes it."""
    form = SnoozeForm()

    def act(follow_up: FollowUp) -> Any:
        services.snooze(db(), actor(), follow_up, form.until.day, today_here())
        return _("Hidden until %(day)s.", day=format_day(form.until.day)) if form.until.day else _("No longer hidden.")

    if "until" not in request.form:
        follow_up = get_follow_up(db(), actor(), follow_up_id)
        return changed(follow_up, act(follow_up))
    return _take(follow_up_id, form, act, form.until, _anchor="waiting")


@blueprint.post("/follow-ups/<uuid:follow_up_id>/repeat")
@entrance(CASE_READERS)
def repeat(follow_up_id: UUID) -> Answer:
    form = RepeatForm()

    def act(follow_up: FollowUp) -> Any:
        rule = form.rule(follow_up.rrule)
        services.repeat(db(), actor(), follow_up, rule, form.recurs.data)
        return _("Comes again: %(rule)s.", rule=in_words(follow_up.rrule)) if rule else _("Comes no more.")

    return _take(follow_up_id, form, act, form.ends_on, _anchor="repeat")


@blueprint.post("/follow-ups/<uuid:follow_up_id>/watchers")
@entrance(CASE_READERS)
def change_watchers(follow_up_id: UUID) -> Answer:
    def act(follow_up: FollowUp) -> Any:
        if gone := _id("remove"):
            watchers.unwatch(db(), actor(), follow_up, gone)
            return _("Watches no longer.")
        person_id = _id("person")
        if person_id is None:
            raise Invalid(Fault("person", _("Choose one of the people offered.")))
        watchers.watch(db(), actor(), follow_up, person_id)
        return _("Watches from now on.")

    return _done(follow_up_id, act, "watchers")


@blueprint.post("/follow-ups/<uuid:follow_up_id>/needs")
@entrance(CASE_READERS)
def change_needs(follow_up_id: UUID) -> Answer:
    def act(follow_up: FollowUp) -> Any:
        if gone := _id("remove"):
            needs.remove_need(db(), actor(), follow_up, gone)
            return _("It no longer needs that.")
        needed = _id("needs")
        if needed is None:
            raise Invalid(Fault("needs", _("Choose what it needs.")))
        needs.add_need(db(), actor(), follow_up, needed)
        return _("Saved.")

    return _done(follow_up_id, act, "needs")


@blueprint.post("/follow-ups/<uuid:follow_up_id>/checklist")
@entrance(CASE_READERS)
def change_checklist(follow_up_id: UUID) -> Answer:
    """One button: `add` with `text`; or one of `_OF_A_LINE` with the id of a line."""
    name = next((name for name in _OF_A_LINE if _id(name)), None)
    line_id = _id(name) if name else None
    if name is None or line_id is None:
        return _add_line(follow_up_id)

    def act(follow_up: FollowUp) -> Any:
        _OF_A_LINE[name](follow_up, line_id)
        return _("Saved.")

    return _done(follow_up_id, act, "checklist")


_OF_A_LINE: dict[str, Callable[[FollowUp, UUID], None]] = {
    "tick": lambda follow_up, line: checklist.tick_line(db(), actor(), follow_up, line, True),
    "untick": lambda follow_up, line: checklist.tick_line(db(), actor(), follow_up, line, False),
    "up": lambda follow_up, line: checklist.move_line(db(), actor(), follow_up, line, -1),
    "down": lambda follow_up, line: checklist.move_line(db(), actor(), follow_up, line, 1),
    "remove": lambda follow_up, line: checklist.remove_line(db(), actor(), follow_up, line),
}


def _add_line(follow_up_id: UUID) -> Answer:
    """Add what the box holds, and come back into it for the next one."""
    form = LineForm()

    def act(follow_up: FollowUp) -> Any:
        checklist.add_line(db(), actor(), follow_up, form.text.data or "")
        return _("Saved.")

    return _take(follow_up_id, form, act, more="checklist")


def _take(
    follow_up_id: UUID,
    form: PageForm,
    act: Callable[[FollowUp], Any],
    *days: DayField,
    **place: Any,
) -> Answer:
    """Do what one of the small forms asks; refused, the page comes back with all that was typed into it.

    `days`: its days, of which the case's countries say which are working days. `place`: where on the page one goes on.
    """
    follow_up, case = follow_up_with_case(db(), actor(), follow_up_id)
    for day in days:
        day.countries = case.countries
    message = _tried(form, act, follow_up)
    if message is None:
        return show_page(follow_up, case, form_of(follow_up, was_sent=False), sent=form), 422
    flash_undo(follow_up_id, message)
    return redirect(url_for(".follow_up_page", follow_up_id=follow_up_id, **place), 303)


def _tried(form: PageForm, act: Callable[[FollowUp], Any], follow_up: FollowUp) -> Any:
    """What was done, in words; None where it was refused, with the faults at their fields."""
    if not form.validate():
        return None
    try:
        return act(follow_up)
    except Invalid as problem:
        show_faults(form, problem)
        return None


def _done(follow_up_id: UUID, act: Callable[[FollowUp], Any], anchor: str) -> Answer:
    """Do what a button or a choice says; a refusal is said on the page."""
    follow_up = get_follow_up(db(), actor(), follow_up_id)
    try:
        flash_undo(follow_up_id, act(follow_up))
    except Invalid as problem:
        rollback(db())
        for fault in problem.faults:
            flash(fault.message, "danger")
    return redirect(url_for(".follow_up_page", follow_up_id=follow_up_id, _anchor=anchor), 303)


def _id(name: str) -> UUID | None:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        return None
