"""What hangs on a follow-up: whom it waits for, watchers, what it needs, its checklist, snooze and recurrence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.core.database import rollback
from tracker.core.errors import Fault, Invalid
from tracker.core.languages import format_day
from tracker.core.web import actor, db
from tracker.followups import checklist, needs, services, watchers
from tracker.followups.answers import Answer, changed, flash_undo
from tracker.followups.blueprint import blueprint
from tracker.followups.dates import NotADay
from tracker.followups.models import FollowUp
from tracker.followups.queries import follow_up_with_case, get_follow_up
from tracker.followups.recurrence_words import in_words
from tracker.followups.rrules import NotARule, of_form
from tracker.followups.today import read_day_here, today_here


@blueprint.post("/follow-ups/<uuid:follow_up_id>/wait")
@entrance(CASE_READERS)
def wait(follow_up_id: UUID) -> Answer:
    def act(follow_up: FollowUp) -> Any:
        said: dict[str, Any] = {"waiting_on": request.form.get("waiting_on"), "contact_id": _id("contact")}
        services.wait(db(), actor(), follow_up, since=_day(follow_up, "since") or today_here(), **said)
        return _("Marked as waiting on others.")

    return _done(follow_up_id, act)


@blueprint.post("/follow-ups/<uuid:follow_up_id>/snooze")
@entrance(CASE_READERS)
def snooze(follow_up_id: UUID) -> Answer:
    def act(follow_up: FollowUp) -> Any:
        until = _day(follow_up, "until")
        services.snooze(db(), actor(), follow_up, until, today_here())
        return _("Hidden until %(day)s.", day=format_day(until)) if until else _("No longer hidden.")

    return _done(follow_up_id, act)


@blueprint.post("/follow-ups/<uuid:follow_up_id>/repeat")
@entrance(CASE_READERS)
def repeat(follow_up_id: UUID) -> Answer:
    def act(follow_up: FollowUp) -> Any:
        rule = _rule(follow_up)
        services.repeat(db(), actor(), follow_up, rule, request.form.get("recurs") or "on_completion")
        return _("Comes again: %(rule)s.", rule=in_words(follow_up.rrule)) if rule else _("Comes no more.")

    return _done(follow_up_id, act, "repeat")


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
    """One button: `add` with `text`; or `tick`, `untick`, `up`, `down`, `remove` with the id of a line."""

    def act(follow_up: FollowUp) -> Any:
        acts: dict[str, Callable[[UUID], None]] = {
            "tick": lambda line: checklist.tick_line(db(), actor(), follow_up, line, True),
            "untick": lambda line: checklist.tick_line(db(), actor(), follow_up, line, False),
            "up": lambda line: checklist.move_line(db(), actor(), follow_up, line, -1),
            "down": lambda line: checklist.move_line(db(), actor(), follow_up, line, 1),
            "remove": lambda line: checklist.remove_line(db(), actor(), follow_up, line),
        }
        for name, do in acts.items():
            if line_id := _id(name):
                do(line_id)
                return _("Saved.")
        checklist.add_line(db(), actor(), follow_up, request.form.get("text", ""))
        return _("Saved.")

    return _done(follow_up_id, act, "checklist")


def _done(follow_up_id: UUID, act: Callable[[FollowUp], Any], anchor: str | None = None) -> Answer:
    """Do it; a refusal is said on the page, which keeps everything else."""
    follow_up = get_follow_up(db(), actor(), follow_up_id)
    try:
        message = act(follow_up)
    except Invalid as problem:
        rollback(db())
        for fault in problem.faults:
            flash(fault.message, "danger")
        return redirect(url_for(".follow_up_page", follow_up_id=follow_up_id, _anchor=anchor), 303)
    if anchor is None:
        return changed(follow_up, message)
    flash_undo(follow_up_id, message)
    return redirect(url_for(".follow_up_page", follow_up_id=follow_up_id, _anchor=anchor), 303)


def _id(name: str) -> UUID | None:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        return None


def _day(follow_up: FollowUp, name: str) -> date | None:
    text = request.form.get(name, "").strip()[:60]
    if not text:
        return None
    _same, case = follow_up_with_case(db(), actor(), follow_up.id)
    try:
        return read_day_here(text, case.countries)
    except NotADay as error:
        words = _("Give a day such as 2026-12-01, 1 Dec, +14, +10wd or next friday.")
        raise Invalid(Fault(name, words)) from error


def _rule(follow_up: FollowUp) -> str | None:
    """The rule typed by hand where there is one, else that of the friendly form; None: it comes no more."""
    typed = request.form.get("rrule", "").strip()[:300]
    if typed and typed != (follow_up.rrule or ""):
        return typed
    freq = request.form.get("freq", "")
    if not freq:
        return None
    if freq == "AS_IT_IS":
        return follow_up.rrule
    said: dict[str, Any] = {
        "freq": freq,
        "interval": request.form.get("interval", "").strip() or "1",
        "weekdays": [day for day in request.form.getlist("weekday") if day in set("0123456")],
        "count": request.form.get("count", "").strip() or None,
        "until": _day(follow_up, "ends_on"),
    }
    try:
        return str(of_form(said))
    except NotARule as problem:
        words = _("This part of the rule can't be followed: %(part)s.", part=problem.part)
        raise Invalid(Fault("rrule", words)) from problem
