"""Recording an entry, voiding one, entering it anew."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.cases import services
from tracker.cases.clocks import clocks_that_go_on, clocks_that_move, clocks_that_stop, labels_of
from tracker.cases.forms.entry import EntryForm, entry_data, entry_form
from tracker.cases.forms.fields import show_refusal
from tracker.cases.forms.people import VoidForm
from tracker.cases.models import CaseEvent
from tracker.cases.projection import sight_of
from tracker.cases.queries import get_event, history_of
from tracker.cases.services.settling import standing_of
from tracker.cases.services.voiding import entry_from
from tracker.cases.starting import rule_of
from tracker.cases.views.answers import Answer, Opened, back_to, open_for, page
from tracker.cases.views.blueprint import blueprint
from tracker.clocks.queries import in_force, versions_in_force
from tracker.clocks.words import brief, steps_of
from tracker.core.errors import Conflict, Invalid, NotLawful
from tracker.core.web import actor, db
from tracker.pathways.demands import demands
from tracker.pathways.store import definitions


@blueprint.get("/cases/<reference>/events/new")
@entrance(CASE_READERS)
def record_event(reference: str) -> Answer:
    opened = open_for(reference, Action.RECORD_EVENT)
    return _record_page(opened, _offered(opened, entry_form()))


@blueprint.post("/cases/<reference>/events/new")
@entrance(CASE_READERS)
def save_event(reference: str) -> Answer:
    opened = open_for(reference, Action.RECORD_EVENT)
    form = _offered(opened, entry_form())
    if not form.validate():
        return _record_page(opened, form, 422)
    try:
        event = services.record_event(db(), actor(), opened.case.id, form.to_entry())
    except Invalid as problem:
        show_refusal(form, problem)
        return _record_page(opened, form, 422)
    return back_to(opened.case, _("The entry is in the history."), entry=event.id)


@blueprint.get("/cases/<reference>/events/<uuid:event_id>/correct")
@entrance(CASE_READERS)
def correct_event(reference: str, event_id: UUID) -> Answer:
    opened = open_for(reference, Action.VOID_ENTRY)
    event = get_event(db(), actor(), opened.case, event_id)
    return _correct_page(opened, event, _correction(opened, event), VoidForm())


@blueprint.post("/cases/<reference>/events/<uuid:event_id>/correct")
@entrance(CASE_READERS)
def replace_event(reference: str, event_id: UUID) -> Answer:
    opened = open_for(reference, Action.VOID_ENTRY)
    event = get_event(db(), actor(), opened.case, event_id)
    form, void = _correction(opened, event), VoidForm()
    if not (form.validate() & void.validate()):
        return _correct_page(opened, event, form, void, 422)
    entry = form.to_entry(event.status, "jump" if event.move == "jump" else None, event.clock_rule)
    if "again" in request.form:
        return _correct_page(opened, event, form, void, moving=_moving(opened, event, entry))
    reason, version = void.void_reason.data or "", form.expected_version
    try:
        new = services.replace_event(db(), actor(), opened.case.id, event.id, reason, entry, version)
    except Conflict as problem:
        form.version.data = str(problem.current_version or "")
        return _correct_page(opened, event, form, void, 409, conflict=problem.message)
    except (Invalid, NotLawful) as problem:
        show_refusal(form, problem)
        show_refusal(void, problem) if isinstance(problem, Invalid) else None
        return _correct_page(opened, event, form, void, 422)
    return back_to(opened.case, _("Corrected. The old entry stays, voided."), entry=new.id)


@blueprint.get("/cases/<reference>/events/<uuid:event_id>/void")
@entrance(CASE_READERS)
def confirm_void(reference: str, event_id: UUID) -> Answer:
    opened = open_for(reference, Action.VOID_ENTRY)
    event = get_event(db(), actor(), opened.case, event_id)
    return _void_page(opened, event, VoidForm())


@blueprint.post("/cases/<reference>/events/<uuid:event_id>/void")
@entrance(CASE_READERS)
def void_event(reference: str, event_id: UUID) -> Answer:
    opened = open_for(reference, Action.VOID_ENTRY)
    event = get_event(db(), actor(), opened.case, event_id)
    form = VoidForm()
    if not form.validate():
        return _void_page(opened, event, form, 422)
    try:
        services.void_event(db(), actor(), opened.case.id, event.id, form.void_reason.data or "")
    except Conflict as problem:
        form.form_errors.append(problem.message)
        return _void_page(opened, event, form, 409)
    except (Invalid, NotLawful) as problem:
        show_refusal(form, problem)
        return _void_page(opened, event, form, 422)
    return back_to(opened.case, _("The entry is voided. It stays in the history, struck through."))


def _void_page(opened: Opened, event: CaseEvent, form: VoidForm, status: int = 200) -> Answer:
    definition = definitions().get(opened.case.pathway)
    definition = in_force(definition, versions_in_force(db()))
    history = history_of(db(), actor(), opened.case)
    stopping = clocks_that_stop(opened.case, definition, history, event.id)
    going_on = clocks_that_go_on(opened.case, definition, history, event.id)
    return page("cases/void.html", opened, status, event=event, form=form, stopping=stopping, going_on=going_on)


def _offered(opened: Opened, form: EntryForm, without: UUID | None = None) -> EntryForm:
    standing = standing_of(history_of(db(), actor(), opened.case), *([without] if without else []))
    flags = sight_of(opened.case, standing).flags
    form.offer(definitions().get(opened.case.pathway), opened.case.level, standing, flags)
    return form


def _record_page(opened: Opened, form: EntryForm, status: int = 200) -> Answer:
    return page("cases/record.html", opened, status, form=form)


def _correction(opened: Opened, event: CaseEvent) -> EntryForm:
    definition = definitions().get(opened.case.pathway)
    known = event.status if event.status in definition.by_key else None
    asked = demands(definition, known, event.move) if known else ()
    form = entry_form(asked, entry_data(entry_from(event), opened.case.version))
    return _offered(opened, form, without=event.id)


def _correct_page(
    opened: Opened,
    event: CaseEvent,
    form: EntryForm,
    void: VoidForm,
    status: int = 200,
    conflict: str = "",
    moving: Sequence[tuple[str, str, str, Sequence[str]]] | None = None,
) -> Answer:
    definition = definitions().get(opened.case.pathway)
    row = definition.by_key.get(event.status or "")
    demanded = demands(definition, row.key, event.move) if row else ()
    shown = {"event": event, "form": form, "void": void, "row": row, "demanded": demanded, "conflict": conflict}
    started = rule_of(definition, event.clock_rule)
    return page("cases/correct.html", opened, status, **shown, moving=moving, started=started)


def _moving(opened: Opened, event: CaseEvent, entry: services.NewEntry) -> list[tuple[str, str, str, Sequence[str]]]:
    """(clock, as it stands, as it would, step by step) of each clock that comes out otherwise, in words."""
    definition = in_force(definitions().get(opened.case.pathway), versions_in_force(db()))
    labels, history = labels_of(definition), history_of(db(), actor(), opened.case)
    found = clocks_that_move(opened.case, definition, history, event.id, entry)
    return [
        (
            f"{clock.rule.label} ({clock.party})" if clock.party else clock.rule.label,
            brief(now, labels) if now else "",
            brief(clock, labels),
            steps_of(clock),
        )
        for clock, now in found
    ]
