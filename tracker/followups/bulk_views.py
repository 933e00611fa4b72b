"""Changing many follow-ups at once: chosen in the list, previewed row by row, confirmed, undone as one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.access.entrance import CASE_READERS, entrance
from tracker.accounts.queries import active_people
from tracker.core.database import rollback
from tracker.core.errors import Fault, Invalid
from tracker.core.web import actor, db
from tracker.followups.answers import Answer, flash_undo
from tracker.followups.blueprint import blueprint
from tracker.followups.bulk import MOST, BulkChange, Outcome, bulk_change
from tracker.followups.dates import NotADay
from tracker.followups.forms import PRIORITY_WORDS
from tracker.followups.history import lines_in_words
from tracker.followups.offsets import clean_offset, parts_of
from tracker.followups.today import read_day_here, today_here, working_days_here


@blueprint.post("/follow-ups/bulk")
@entrance(CASE_READERS)
def bulk_preview() -> Answer:
    """Fields: `id` (many), `what` to change and what that needs, `step` = confirm. Without `what`: choose it."""
    ids = _ids()
    if not ids:
        flash(_("Tick the follow-ups first."), "warning")
        return redirect(url_for(".list_follow_ups"), 303)
    if not request.form.get("what"):
        return _page(ids, [])
    try:
        change = _change()
        quiet = request.form.get("mail") == "no"
        outcomes = bulk_change(
            db(), actor(), ids, change, today=today_here(), working_days_of=working_days_here, quiet=quiet
        )
    except Invalid as problem:
        rollback(db())
        return _page(ids, [], problem), 422
    if request.form.get("step") == "confirm":
        return _confirmed(outcomes)
    rows = [(one, lines_in_words(db(), actor(), one.changes)) for one in outcomes]
    shown = [(one.id, one.title, one.reference, one.refusal, lines) for one, lines in rows]
    rollback(db())  # it was only tried
    return _page(ids, shown)


def _confirmed(outcomes: list[Outcome]) -> Answer:
    done = [one for one in outcomes if one.changes]
    refused = sum(1 for one in outcomes if one.refusal)
    if done:
        flash_undo(
            done[0].id, ngettext("%(num)s follow-up was changed.", "%(num)s follow-ups were changed.", len(done))
        )
    if refused or not done:
        left = len(outcomes) - len(done)
        flash(ngettext("%(num)s was left as it was.", "%(num)s were left as they were.", left), "warning")
    return redirect(url_for(".list_follow_ups"), 303)


def _page(ids: list[UUID], rows: list[tuple[UUID, str, str, str, list[str]]], problem: Invalid | None = None) -> str:
    return render_template(
        "followups/bulk.html",
        ids=ids,
        rows=rows,
        said=request.form,
        people=active_people(db(), *CASE_READERS) if actor().is_staff else [],
        me=actor().person_id,
        priorities=PRIORITY_WORDS,
        problems={fault.path: fault.message for fault in problem.faults} if problem else {},
        can=sum(1 for row in rows if row[4]),
    )


def _ids() -> list[UUID]:
    found = []
    for text in request.form.getlist("id")[: MOST + 1]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _change() -> BulkChange:
    action = request.form.get("what", "")
    if action in ("due", "snooze"):
        return BulkChange(action, day=_day())
    if action == "shift":
        try:
            count, unit = parts_of(clean_offset(request.form.get("shift", "")))
        except ValueError as error:
            raise Invalid(Fault("shift", _("Give a distance such as +14, -30, +2w or +10wd."))) from error
        return BulkChange(action, shift=count, unit=unit)
    if action == "priority":
        return BulkChange(action, priority=request.form.get("priority", ""))
    return BulkChange(action, person_id=_person(action))


def _day() -> date | None:
    text = request.form.get("day", "").strip()[:60]
    if not text:
        return None
    try:
        return read_day_here(text)
    except NotADay as error:
        words = _("Give a day such as 2026-12-01, 1 Dec, +14, +10wd or next friday.")
        raise Invalid(Fault("day", words)) from error


def _person(action: str) -> UUID | None:
    if action not in ("assign", "watch", "unwatch"):
        return None
    try:
        return UUID(request.form.get("person", ""))
    except ValueError:
        return None
