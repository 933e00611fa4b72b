"""Starting a clock by hand: a rule, and the day from which it runs, looked at in words before it is saved."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.accounts.current import today_here
from tracker.cases import services
from tracker.cases.clock_changes import ClockChange, clock_changes
from tracker.cases.forms.fields import show_refusal
from tracker.cases.forms.starting import StartForm
from tracker.cases.services.recording import plan_event
from tracker.cases.views.answers import Answer, Opened, open_for, page
from tracker.cases.views.blueprint import blueprint
from tracker.clocks.queries import in_force, versions_in_force
from tracker.core.errors import Invalid
from tracker.core.web import actor, db
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions


@blueprint.get("/cases/<reference>/clocks/start")
@entrance(CASE_READERS)
def choose_clock(reference: str) -> Answer:
    opened = open_for(reference, Action.RECORD_EVENT)
    asked = {"clock_rule": request.args.get("rule", ""), "clock_party": request.args.get("party", "")}
    form = _offered(opened, StartForm(formdata=None, data=asked))
    return page("cases/start_clock.html", opened, form=form, changes=None)


@blueprint.post("/cases/<reference>/clocks/start")
@entrance(CASE_READERS)
def start_clock(reference: str) -> Answer:
    """Saved when this rule, party and day were looked at; else what they come to is shown, and nothing is written."""
    opened = open_for(reference, Action.RECORD_EVENT)
    form = _offered(opened, StartForm())
    if not form.validate():
        return page("cases/start_clock.html", opened, 422, form=form, changes=None)
    entry = form.to_entry(today_here())
    try:
        if form.looked.data != form.signature:
            changes = _changes(opened, entry)
            form.looked.data = form.signature
            return page("cases/start_clock.html", opened, form=form, changes=changes)
        services.record_event(db(), actor(), opened.case.id, entry)
    except Invalid as problem:
        show_refusal(form, problem)
        return page("cases/start_clock.html", opened, 422, form=form, changes=None)
    flash(_("The day is in the history, and its clock among these."), "success")
    return redirect(url_for("pages.case_clocks", reference=opened.case.reference), 303)


def _offered(opened: Opened, form: StartForm) -> StartForm:
    form.offer(_definition(opened), opened.case.level, opened.case.details)
    return form


def _definition(opened: Opened) -> Definition:
    return in_force(definitions().get(opened.case.pathway), versions_in_force(db()))


def _changes(opened: Opened, entry: services.NewEntry) -> Sequence[ClockChange]:
    """What the entry would start: nothing by a rule of another forum, or where a later entry counts. Raises Invalid."""
    plan = plan_event(db(), actor(), opened.case, opened.membership, entry)
    return clock_changes(opened.case, _definition(opened), plan.before, entry, plan.after)
