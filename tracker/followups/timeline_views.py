"""Pages of standard timelines: the sets, applying one to a case, moving the reference date of one that stands."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.access.entrance import CASE_READERS, STAFF, entrance
from tracker.access.policy import require
from tracker.access.queries import membership_of
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import get_case, visible_events
from tracker.core.database import rollback
from tracker.core.errors import Conflict, Invalid, NotPermitted
from tracker.core.form_values import version_sent
from tracker.core.languages import format_day
from tracker.core.web import actor, db
from tracker.followups import policy, timeline_sets, timelines
from tracker.followups.answers import Answer, changed, flash_undo
from tracker.followups.blueprint import blueprint
from tracker.followups.dates import NotADay
from tracker.followups.forms import KIND_WORDS
from tracker.followups.models import TimelineSet
from tracker.followups.panel import offered_assignees
from tracker.followups.queries import get_follow_up
from tracker.followups.sitting_days import SittingDay, sitting_of
from tracker.followups.timeline_choices import OF_STATUS, items_of, sets_of_statuses
from tracker.followups.timeline_forms import (
    ROLE_WORDS,
    SPARE_LINES,
    Row,
    chosen_rows,
    note_faults,
    offered_rows,
    sent_items,
    sent_rows,
)
from tracker.followups.timeline_sets import Item
from tracker.followups.today import read_day_here, today_here, working_days_here
from tracker.pathways.store import definitions


@blueprint.get("/timelines")
@entrance(STAFF)
def list_timeline_sets() -> Answer:
    words = {one.key: one.label for one in definitions().all()}
    may_keep = timeline_sets.may_keep(actor())
    return render_template(
        "followups/timeline_sets.html", sets=timeline_sets.all_sets(db()), pathway_words=words, may_keep=may_keep
    )


@blueprint.get("/timelines/new")
@entrance(STAFF)
def new_timeline_set() -> Answer:
    _require_keeper()
    return _set_page(None, "", None, [])


@blueprint.get("/timelines/<uuid:set_id>")
@entrance(STAFF)
def edit_timeline_set(set_id: UUID) -> Answer:
    one = timeline_sets.get_set(db(), set_id)
    return _set_page(one, one.title, one.pathway, timeline_sets.items_of(one))


@blueprint.post("/timelines")
@entrance(STAFF)
def make_timeline_set() -> Answer:
    _require_keeper()
    return _save_set(None)


@blueprint.post("/timelines/<uuid:set_id>")
@entrance(STAFF)
def save_timeline_set(set_id: UUID) -> Answer:
    return _save_set(timeline_sets.get_set(db(), set_id))


@blueprint.post("/timelines/<uuid:set_id>/archive")
@entrance(STAFF)
def archive_timeline_set(set_id: UUID) -> Answer:
    is_archived = "restore" not in request.form
    timeline_sets.archive_set(db(), actor(), timeline_sets.get_set(db(), set_id), is_archived)
    flash(_("It is offered no longer.") if is_archived else _("It is offered again."), "success")
    return redirect(url_for(".list_timeline_sets"), 303)


@blueprint.get("/cases/<reference>/timelines/new")
@entrance(CASE_READERS)
def new_timeline(reference: str) -> Answer:
    """Choose a set and a day; with both in the address, the preview."""
    case = _case_to_work_on(reference)
    chosen, event, day, problem = request.args.get("set", ""), _event(case), None, ""
    try:
        day = _reference_day(case, event)
    except NotADay:
        problem = _("Give a day such as 2026-12-01, 1 Dec, +14, +10wd or next friday.")
    title, items = items_of(db(), case, chosen)
    sitting = _sitting()
    if items and day is None and not problem and "reference_on" in request.args:
        problem = _("Choose an entry, or give a day.")
    if day is None or not items:
        return _choose_page(case, chosen, event, problem, sitting), 422 if problem else 200
    rows = offered_rows(items, day, case, actor().person_id, today_here(), working_days_here(case.countries))
    return _preview_page(case, chosen, title, day, event, rows, sitting=sitting)


@blueprint.post("/cases/<reference>/timelines")
@entrance(CASE_READERS)
def apply_timeline(reference: str) -> Answer:
    case = _case_to_work_on(reference)
    chosen, event, rows = request.form.get("set", ""), _event(case), sent_rows(request.form)
    title, items = items_of(db(), case, chosen)
    try:
        day = _reference_day(case, event)
    except NotADay:
        day = None
    sitting = _sitting()
    if day is None or not items:
        return _choose_page(case, chosen, event, "", sitting), 422
    try:
        timeline, made = timelines.apply_timeline(
            db(),
            actor(),
            case,
            title=title,
            reference_on=day,
            rows=chosen_rows(rows, case.countries),
            working_days=working_days_here(case.countries),
            set_id=None if chosen.startswith(OF_STATUS) else UUID(chosen),
            event=event,
            sitting_id=sitting.id if sitting is not None else None,
        )
    except Conflict as problem:
        flash(problem.message, "warning")
        return redirect(url_for(".new_timeline", reference=case.reference, sitting=request.form.get("sitting")), 303)
    except Invalid as problem:
        note_faults(rows, problem)
        return _preview_page(case, chosen, title, day, event, rows, problem.message, sitting), 422
    words = ngettext(
        "%(num)s follow-up was made around %(day)s.",
        "%(num)s follow-ups were made around %(day)s.",
        len(made),
        day=format_day(day),
    )
    flash_undo(made[0].id, words)
    return redirect(url_for(".timeline_page", timeline_id=timeline.id), 303)


@blueprint.get("/timelines/applied/<uuid:timeline_id>")
@entrance(CASE_READERS)
def timeline_page(timeline_id: UUID) -> Answer:
    """One timeline as it stands; with `reference_on` in the address, what another date would do."""
    timeline, case = timelines.get_timeline(db(), actor(), timeline_id)
    text = request.args.get("reference_on", "").strip()[:60]
    new_on, problem = None, ""
    try:
        new_on = read_day_here(text, case.countries) if text else None
    except NotADay:
        problem = _("Give a day such as 2026-12-01, 1 Dec, +14, +10wd or next friday.")
    working_days = working_days_here(case.countries)
    may_move = policy.may_create(actor(), case, membership_of(db(), actor(), case.id))
    return render_template(
        "followups/timeline.html",
        timeline=timeline,
        case=case,
        shifts=timelines.planned_shifts(db(), actor(), timeline, new_on or timeline.reference_on, working_days),
        new_on=new_on if new_on != timeline.reference_on else None,
        day_of_entry=timelines.day_of_entry(db(), timeline),
        sitting=sitting_of(db(), timeline.sitting_id),
        problem=problem,
        typed=text,
        may_move=may_move,
        today=today_here(),
    ), 422 if problem else 200


@blueprint.post("/timelines/applied/<uuid:timeline_id>")
@entrance(CASE_READERS)
def move_timeline(timeline_id: UUID) -> Answer:
    timeline, case = timelines.get_timeline(db(), actor(), timeline_id)
    try:
        new_on = date.fromisoformat(request.form.get("reference_on", ""))
        ticked = {UUID(text) for text in request.form.getlist("id")}
        version = int(request.form.get("version", ""))
    except ValueError:
        return redirect(url_for(".timeline_page", timeline_id=timeline_id), 303)
    try:
        moved = timelines.move_reference(
            db(), actor(), timeline, new_on, ticked, working_days_here(case.countries), version
        )
    except (Conflict, Invalid) as problem:
        rollback(db())
        flash(problem.message, "danger")
        return redirect(url_for(".timeline_page", timeline_id=timeline_id), 303)
    message = _("The reference date is %(day)s now.", day=format_day(new_on))
    flash_undo(moved[0].id, message) if moved else flash(message, "success")
    return redirect(url_for(".timeline_page", timeline_id=timeline_id), 303)


@blueprint.post("/follow-ups/<uuid:follow_up_id>/settle-day")
@entrance(CASE_READERS)
def settle_day(follow_up_id: UUID) -> Answer:
    follow_up = get_follow_up(db(), actor(), follow_up_id)
    timelines.settle_day(db(), actor(), follow_up, take="take" in request.form)
    return changed(follow_up, _("The day is settled."))


def _require_keeper() -> None:
    if not timeline_sets.may_keep(actor()):
        raise NotPermitted(_("Legal officers and coordinators keep the standard timelines."))


def _save_set(one: TimelineSet | None) -> Answer:
    title, pathway = request.form.get("title", ""), request.form.get("pathway") or None
    items = sent_items(request.form)
    if "more" in request.form:
        return _set_page(one, title, pathway, items, spare=SPARE_LINES * 2)
    expected = version_sent(request.form.get("version"))
    try:
        timeline_sets.save_set(db(), actor(), one, title=title, pathway=pathway, items=items, expected_version=expected)
    except Invalid as problem:
        return _set_page(one, title, pathway, items, problem=problem), 422
    except Conflict as problem:
        rollback(db())
        flash(problem.message, "danger")
        return redirect(request.path, 303)
    flash(_("Saved."), "success")
    return redirect(url_for(".list_timeline_sets"), 303)


def _set_page(
    one: TimelineSet | None,
    title: str,
    pathway: str | None,
    items: list[Item],
    spare: int = SPARE_LINES,
    problem: Invalid | None = None,
) -> str:
    faults = {fault.path: fault.message for fault in problem.faults} if problem else {}
    return render_template(
        "followups/timeline_set.html",
        one=one,
        typed_title=title,
        typed_pathway=pathway,
        items=[*items, *[Item("", "")] * spare],
        pathways=[(row.key, row.label) for row in definitions().all()],
        role_words=ROLE_WORDS,
        kind_words=KIND_WORDS,
        faults=faults,
        may_keep=timeline_sets.may_keep(actor()),
    )


def _case_to_work_on(reference: str) -> Case:
    case = get_case(db(), actor(), reference)
    require(policy.may_create(actor(), case, membership_of(db(), actor(), case.id)))
    return case


def _event(case: Case) -> CaseEvent | None:
    try:
        event_id = UUID(request.values.get("event", ""))
    except ValueError:
        return None
    query = visible_events(actor()).where(CaseEvent.case_id == case.id, CaseEvent.voided_at.is_(None))
    return db().scalar(query.where(CaseEvent.id == event_id))


def _sitting() -> SittingDay | None:
    try:
        return sitting_of(db(), UUID(request.values.get("sitting", "")))
    except ValueError:
        return None


def _reference_day(case: Case, event: CaseEvent | None) -> date | None:
    text = request.values.get("reference_on", "").strip()[:60]
    if text:
        return read_day_here(text, case.countries)
    return event.when.exact if event is not None else None


def _choose_page(
    case: Case, chosen: str, event: CaseEvent | None, problem: str, sitting: SittingDay | None = None
) -> str:
    definition = definitions().get(case.pathway)
    query = visible_events(actor()).where(CaseEvent.case_id == case.id, CaseEvent.voided_at.is_(None))
    events = [row for row in db().scalars(query.order_by(CaseEvent.place.desc()).limit(60)) if row.when.exact]
    return render_template(
        "followups/timeline_choose.html",
        case=case,
        sets=timeline_sets.sets_for(db(), case.pathway),
        statuses=sets_of_statuses(case),
        status_words={row.key: row.label for row in definition.statuses},
        events=events,
        event=event,
        chosen=chosen,
        typed=request.values.get("reference_on", ""),
        problem=problem,
        sitting=sitting,
    )


def _preview_page(
    case: Case,
    chosen: str,
    title: str,
    day: date,
    event: CaseEvent | None,
    rows: list[Row],
    problem: str = "",
    sitting: SittingDay | None = None,
) -> str:
    membership = membership_of(db(), actor(), case.id)
    people: Any = offered_assignees(db(), actor(), case, membership)
    return render_template(
        "followups/timeline_preview.html",
        case=case,
        chosen=chosen,
        set_title=title,
        day=day,
        event=event,
        rows=rows,
        people=people,
        problem=problem,
        sitting=sitting,
        today=today_here(),
    )
