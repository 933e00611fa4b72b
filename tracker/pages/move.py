"""Changing the status: what is possible, what has to be said, what will be written; then it is written.

Everything travels in the form: no step keeps anything on the server, and none loses what was typed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import highest
from tracker.access.policy import Action, decide, require
from tracker.access.queries import membership_of
from tracker.cases.belongings import history_lines
from tracker.cases.forms.entry import EntryForm, entry_form
from tracker.cases.forms.fields import KIND_WORDS
from tracker.cases.projection import sight_of
from tracker.cases.queries import get_case, lock_case
from tracker.cases.services import NewEntry
from tracker.cases.services.moving import PlannedMove, move_locked_case, plan_move
from tracker.core.database import rollback
from tracker.core.errors import Conflict, Invalid, NotLawful
from tracker.core.web import actor, db
from tracker.followups.closing import OpenWork, settle_open_work
from tracker.followups.panel import offered_assignees
from tracker.followups.services import add_standard_as
from tracker.followups.timeline_sets import sets_for
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint
from tracker.pages.move_clocks import clock_changes
from tracker.pages.move_faults import note_everything
from tracker.pages.move_offers import OfferRow, chosen, fresh_rows, note_faults, resumed_rows, sent_rows
from tracker.pages.move_proposals import first_needed, proposed
from tracker.pages.move_sittings import sittings_of, to_choose_from
from tracker.pages.move_targets import (
    JUMP,
    PAST,
    Chosen,
    Moving,
    asked_by,
    barred,
    is_reachable,
    only_way,
    option_of,
    ways_on,
)
from tracker.pages.move_typed import is_kept, typed
from tracker.pages.move_work import (
    NOTHING,
    OpenWorkShown,
    note_open,
    note_refused,
    settlements,
    work_shown,
    would_close,
)
from tracker.pathways.machine import jump_targets
from tracker.pathways.options import again, jump_option, lawful_moves
from tracker.pathways.store import definitions

Answer = Response | str | tuple[str, int]


@blueprint.get("/cases/<reference>/move")
@entrance(CASE_READERS)
def move_case(reference: str) -> Answer:
    moving = _moving(reference)
    pick = _chosen(moving, request.args)
    if pick is None and "choose" not in request.args:
        pick = only_way(moving)
    if pick is None:
        return _choice_page(moving)
    return _fields_page(moving, pick, _form(moving, pick))


@blueprint.post("/cases/<reference>/move")
@entrance(CASE_READERS)
def make_move(reference: str) -> Answer:
    step = request.form.get("step", "preview")
    moving = _moving(reference, locked=step == "confirm")
    pick = _chosen(moving, request.form)
    if pick is None:
        return _choice_page(moving), 422
    form = _form(moving, pick)
    if step in ("edit", "follows"):
        form.validate()
        return _fields_page(moving, pick, form, keep_errors=False, fragment=step == "follows")
    if not form.validate():
        return _refused_page(moving, pick, form)
    entry = form.to_entry(pick.target, pick.kind)
    return _confirm(moving, pick, form, entry) if step == "confirm" else _preview(moving, pick, form, entry)


def _refused_page(moving: Moving, pick: Chosen, form: EntryForm) -> Answer:
    """The fields with everything that hinders the move; what becomes of open work is asked for once one confirms."""
    work = work_shown(moving, would_close(moving, pick), request.form)
    note_everything(moving, pick, form, work if request.form.get("step") == "confirm" else None)
    return _fields_page(moving, pick, form, work=work), 422


def _moving(reference: str, *, locked: bool = False) -> Moving:
    """The case as it stands; `locked` until the end of the request when it is about to be changed."""
    if locked:
        case, membership = lock_case(db(), actor(), reference)
    else:
        case = get_case(db(), actor(), reference)
        membership = membership_of(db(), actor(), case.id)
    allowed = [decide(actor(), one, case.level, membership) for one in (Action.MOVE_STATUS, Action.CLOSE)]
    require(next((one for one in allowed if one.allowed), allowed[0]))
    lines = history_lines(db(), actor(), case)
    sight = sight_of(case, [line.event for line in lines])
    return Moving(case, membership, definitions().get(case.pathway), lines, sight)


def _chosen(moving: Moving, said: Any) -> Chosen | None:
    """`to=status`, `to=jump:status` or `to=past:status`."""
    how, colon, target = said.get("to", "").rpartition(":")
    if target not in moving.definition.by_key or (colon and how not in (JUMP, PAST)):
        return None
    return Chosen(target, how)


def _choice_page(moving: Moving) -> str:
    state = moving.sight.state(moving.case.details)
    definition = moving.definition
    options = lawful_moves(definition, state)
    repeat = again(definition, state)
    jumps = [jump_option(definition, state, target) for target in jump_targets(definition, state)]
    return render_template(
        "pages/case_move.html",
        moving=moving,
        case=moving.case,
        status=definition.by_key.get(moving.sight.status or ""),
        options=[(option, barred(moving, option)) for option in options],
        repeat=(repeat, barred(moving, repeat)) if repeat else None,
        jumps=[(option, barred(moving, option)) for option in jumps],
        statuses=definition.statuses,
    )


def _form(moving: Moving, pick: Chosen) -> EntryForm:
    asked = asked_by(moving, pick)
    offered = {"version": moving.case.version, "resume_to": _return(moving, pick)}
    if pick.how != PAST:
        offered |= proposed(moving, pick, asked, today_here())
    form = entry_form(asked, offered)
    form.offer(moving.definition, moving.case.level, moving.standing, moving.sight.flags)
    return form


def _return(moving: Moving, pick: Chosen) -> str:
    """A pause usually ends where it began."""
    if moving.definition.status(pick.target).phase != "paused":
        return ""
    return moving.sight.left_status or moving.sight.status or ""


def _fields_page(
    moving: Moving,
    pick: Chosen,
    form: EntryForm,
    *,
    keep_errors: bool = True,
    conflict: Any = None,
    rows: list[OfferRow] | None = None,
    work: OpenWorkShown | None = None,
    fragment: bool = False,
) -> str:
    """What has to be said, and below it what follows. `fragment`: only what follows, after another date."""
    if not keep_errors:
        for field in form:
            field.errors = ()
    option, asked = option_of(moving, pick), asked_by(moving, pick)
    follows = _follows(moving, pick, form, rows, work)
    return render_template(
        "pages/_move_follows.html" if fragment else "pages/case_move_fields.html",
        moving=moving,
        case=moving.case,
        pick=pick,
        form=form,
        option=option,
        asked=asked,
        sittings=to_choose_from(asked) if not fragment else {},
        first=first_needed(form, asked),
        typed=typed(moving.definition, form, asked, request.form),
        ways_on=[] if is_reachable(moving, pick) else ways_on(moving, pick),
        barred=barred(moving, option) if option.kind else "",
        now=moving.definition.by_key.get(moving.sight.status or ""),
        conflict=conflict,
        **follows,
    )


def _follows(
    moving: Moving, pick: Chosen, form: EntryForm, rows: list[OfferRow] | None, work: OpenWorkShown | None
) -> dict[str, Any]:
    """Offers, clocks and open work under the fields; nothing where the place of the entry has to be known first."""
    inline = pick.how != PAST and is_reachable(moving, pick)
    if not inline:
        return {"inline": False, "rows": [], "work": NOTHING, "clocks": []}
    entry = form.to_entry(pick.target, pick.kind)
    assignee = moving.case.lead_id or actor().person_id
    sittings = sittings_of(moving.definition, entry)
    if rows is None:
        rows = resumed_rows(fresh_rows(moving.definition, entry, today_here(), assignee, sittings), request.form)
    offered = fresh_rows(moving.definition, entry, today_here(), assignee, sittings)
    if work is None:
        work = work_shown(moving, would_close(moving, pick), request.form)
    return {
        "inline": True,
        "work": work,
        "clocks": clock_changes(moving, entry),
        **_offers(moving, entry, rows, offered),
    }


def _offers(moving: Moving, entry: NewEntry, rows: list[OfferRow], offered: list[OfferRow]) -> dict[str, Any]:
    level = highest(moving.case.level, entry.level)
    may_add = decide(actor(), Action.CREATE_FOLLOW_UP, level, moving.membership)
    people = offered_assignees(db(), actor(), moving.case, moving.membership, entry.level) if rows and may_add else []
    return {
        "rows": rows if may_add else [],
        "offered": {row.key: row for row in offered},
        "may_add": may_add,
        "people": people,
        "timeline_sets": sets_for(db(), moving.case.pathway, only_its_own=True) if may_add else [],
        "timeline_chosen": request.form.get("timeline", ""),
    }


def _preview(moving: Moving, pick: Chosen, form: EntryForm, entry: NewEntry) -> Answer:
    stale = form.expected_version is not None and form.expected_version != moving.case.version
    if stale:
        return _told(moving, pick, form)
    return _planned_page(moving, pick, form, entry)


def _planned_page(
    moving: Moving,
    pick: Chosen,
    form: EntryForm,
    entry: NewEntry,
    work: OpenWorkShown | None = None,
    *,
    days_moved: bool = False,
) -> Answer:
    """What would be written; or the fields again, with what hinders it."""
    try:
        plan = plan_move(actor(), moving.case, moving.membership, moving.standing, entry)
    except (Invalid, NotLawful):
        return _refused_page(moving, pick, form)
    rows = resumed_rows(_rows(moving, entry, plan), request.form)
    return _preview_page(moving, pick, form, entry, plan, rows, work, days_moved=days_moved)


def _rows(moving: Moving, entry: NewEntry, plan: PlannedMove) -> list[OfferRow]:
    """A status that lies in the past asks for no work now: then nothing is ticked."""
    assignee = moving.case.lead_id or actor().person_id
    sittings = sittings_of(moving.definition, entry)
    rows = fresh_rows(moving.definition, entry, today_here(), assignee, sittings)
    for row in rows:
        row.ticked = row.ticked and plan.is_last
    return rows


def _preview_page(
    moving: Moving,
    pick: Chosen,
    form: EntryForm,
    entry: NewEntry,
    plan: PlannedMove,
    rows: list[OfferRow],
    work: OpenWorkShown | None = None,
    *,
    days_moved: bool = False,
) -> str:
    return render_template(
        "pages/case_move_preview.html",
        moving=moving,
        case=moving.case,
        pick=pick,
        form=form,
        entry=entry,
        plan=plan,
        kind=KIND_WORDS[plan.kind],
        row=moving.definition.status(pick.target),
        now=moving.definition.by_key.get(moving.sight.status or ""),
        clocks=clock_changes(moving, entry, plan),
        hidden=[(name, value) for name, value in request.form.items(multi=True) if is_kept(name)],
        fact_labels={fact.key: fact.label for fact in moving.definition.status(pick.target).facts},
        work=work if work is not None else work_shown(moving, plan.closes, request.form),
        days_moved=days_moved,
        **_offers(moving, entry, rows, _rows(moving, entry, plan)),
    )


def _confirm(moving: Moving, pick: Chosen, form: EntryForm, entry: NewEntry) -> Answer:
    rows = sent_rows(moving.definition, entry, request.form, sittings_of(moving.definition, entry))
    work = work_shown(moving, would_close(moving, pick), request.form)
    if "inline" in request.form and _has_moved_days(moving, entry):
        return _planned_page(moving, pick, form, entry, work, days_moved=True)
    try:
        made = _write(moving, form, entry, rows, work)
    except Conflict:
        return _told(moving, pick, form)
    except NotLawful:
        return _refused_page(moving, pick, form)
    except Invalid as problem:
        return _refused(moving, pick, form, entry, rows, work, problem)
    row = moving.definition.status(pick.target)
    flash(_moved_words(row.label, made[1]), "success")
    if chosen_set := request.form.get("timeline"):
        said: dict[str, Any] = {"reference": moving.case.reference, "set": chosen_set, "event": made[0]}
        return redirect(url_for("followups.new_timeline", **said), 303)
    to_entry: dict[str, Any] = {"event": made[0], "_anchor": f"event-{made[0]}"}
    return redirect(url_for("pages.case_page", reference=moving.case.reference, **to_entry), 303)


def _moved_words(label: str, made: int) -> str:
    if not made:
        return str(_("Status: %(label)s.", label=label))
    return str(
        ngettext(
            "Status: %(label)s. %(num)s follow-up was made.",
            "Status: %(label)s. %(num)s follow-ups were made.",
            made,
            label=label,
        )
    )


def _write(
    moving: Moving, form: EntryForm, entry: NewEntry, rows: list[OfferRow], work: OpenWorkShown
) -> tuple[UUID, int]:
    """The entry, what it offered, and what becomes of open work: all of it or nothing."""
    case, history = moving.case, [line.event for line in moving.lines]
    follow_ups, settled = chosen(rows), settlements(work)
    event = move_locked_case(
        db(),
        actor(),
        case,
        moving.membership,
        history,
        entry,
        form.expected_version,
        left_open=[one.follow_up_id for one in settled],
    )
    made = add_standard_as(db(), actor(), case, moving.membership, event, follow_ups)
    if settled:
        settle_open_work(db(), actor(), case, settled, work.reason)
    return event.id, len(made)


def _has_moved_days(moving: Moving, entry: NewEntry) -> bool:
    """Whether another date would give the offers other days than the person saw under the fields."""
    ticked = set(request.form.getlist("offer"))
    offered = fresh_rows(moving.definition, entry, today_here(), None, sittings_of(moving.definition, entry))
    return any(request.form.get(f"offer_was_due_{row.key}", row.due) != row.due for row in offered if row.key in ticked)


def _refused(
    moving: Moving,
    pick: Chosen,
    form: EntryForm,
    entry: NewEntry,
    rows: list[OfferRow],
    work: OpenWorkShown,
    problem: Invalid,
) -> Answer:
    """Back to the step that the faults belong to, with all that was typed."""
    below = ("rows.", "offer_", "work.", "work_", "open_work")
    if not all(fault.path.startswith(below) for fault in problem.faults):
        return _refused_page(moving, pick, form)
    note_faults(rows, problem)
    if isinstance(problem, OpenWork):
        note_open(work, problem.follow_ups)
    note_refused(work, problem)
    reference = moving.case.reference
    rollback(db())  # what lies below was refused after the entry was written: nothing of it stays
    moving = _moving(reference)
    if "inline" in request.form:
        return _fields_page(moving, pick, form, rows=rows, work=work), 422
    plan = plan_move(actor(), moving.case, moving.membership, moving.standing, entry)
    return _preview_page(moving, pick, form, entry, plan, rows, work), 422


def _told(moving: Moving, pick: Chosen, form: EntryForm) -> Answer:
    """Somebody else was first: their version, what was typed here, and the way on from where the case stands now."""
    fresh = _moving(moving.case.reference)
    seen = form.expected_version
    form.version.data = str(fresh.case.version)
    return _fields_page(fresh, pick, form, conflict={"seen": seen, "lines": fresh.lines[-3:]}), 409
