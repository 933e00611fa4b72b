"""The standard follow-ups of the status that a case has: offered when it is opened, and whenever somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import MembershipKind
from tracker.access.policy import Action, decide, require
from tracker.access.queries import membership_of
from tracker.cases.models import Case, CaseEvent
from tracker.cases.projection import sight_of
from tracker.cases.queries import get_case, history_of
from tracker.cases.services import NewEntry
from tracker.cases.services.voiding import entry_from
from tracker.core.errors import Invalid
from tracker.core.web import actor, db
from tracker.followups.panel import offered_assignees
from tracker.followups.services import add_standard_as
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint
from tracker.pages.move_offers import OfferRow, chosen, fresh_rows, note_faults, sent_rows
from tracker.pages.move_sittings import sittings_of
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """A case, and the entry that opened the period in which it stands; None where the reader knows of none."""

    case: Case
    membership: MembershipKind | None
    definition: Definition
    event: CaseEvent | None

    @property
    def entry(self) -> NewEntry | None:
        return entry_from(self.event) if self.event and self.event.status in self.definition.by_key else None


@blueprint.get("/cases/<reference>/standard")
@entrance(CASE_READERS)
def standard_follow_ups(reference: str) -> Answer:
    standing = _standing(reference)
    rows = []
    if standing.entry is not None:
        lead = standing.case.lead_id or actor().person_id
        named = sittings_of(standing.definition, standing.entry)
        rows = fresh_rows(standing.definition, standing.entry, today_here(), lead, named)
    return _page(standing, rows)


@blueprint.post("/cases/<reference>/standard")
@entrance(CASE_READERS)
def make_standard(reference: str) -> Answer:
    """What was made for this period before is not made again."""
    standing = _standing(reference)
    if standing.entry is None or standing.event is None:
        return redirect(url_for("pages.case_page", reference=standing.case.reference), 303)
    named = sittings_of(standing.definition, standing.entry)
    rows = sent_rows(standing.definition, standing.entry, request.form, named)
    try:
        made = add_standard_as(db(), actor(), standing.case, standing.membership, standing.event, chosen(rows))
    except Invalid as problem:
        note_faults(rows, problem)
        return _page(standing, rows), 422
    flash(ngettext("%(num)s follow-up made.", "%(num)s follow-ups made.", len(made)), "success")
    return redirect(url_for("pages.case_page", reference=standing.case.reference, _anchor="follow-ups"), 303)


def _standing(reference: str) -> Standing:
    case = get_case(db(), actor(), reference)
    membership = membership_of(db(), actor(), case.id)
    require(decide(actor(), Action.CREATE_FOLLOW_UP, case.level, membership))
    history = history_of(db(), actor(), case)
    period = sight_of(case, history).period_id
    event = next((event for event in history if event.id == period), None)
    return Standing(case, membership, definitions().get(case.pathway), event)


def _page(standing: Standing, rows: list[OfferRow]) -> str:
    case, level = standing.case, standing.event.level if standing.event else None
    people: Any = offered_assignees(db(), actor(), case, standing.membership, level) if rows else []
    row = standing.definition.by_key.get(standing.event.status or "") if standing.event else None
    return render_template(
        "pages/standard.html",
        case=case,
        status=row,
        rows=rows,
        offered={row.key: row for row in rows},
        may_add=True,
        people=people,
    )
