"""The timeline of a case and of a dossier, from decades to days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import get_case, history_of, in_order, visible_cases, visible_events
from tracker.cases.services.dossiers import visible_dossier
from tracker.core.web import actor, db
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint
from tracker.pages.timeline_drawing import Entry, bands, entry_of, extent, marks
from tracker.pages.timeline_scale import DAYS, DECADES, MONTHS, YEARS, ZOOMS, Window, fitting_zoom, window_of
from tracker.pathways.store import definitions

CASES_SHOWN, ENTRIES_READ = 60, 2000


@blueprint.get("/cases/<reference>/timeline")
@entrance(CASE_READERS)
def case_timeline(reference: str) -> str:
    case = get_case(db(), actor(), reference)
    entries = [entry_of(event) for event in history_of(db(), actor(), case) if event.voided_at is None]
    today = today_here()
    definition = definitions().get(case.pathway)
    window = _window(entries, today)
    placed, lanes = marks(definition, entries, window)
    return render_template(
        "pages/timeline_case.html",
        case=case,
        definition=definition,
        entries=entries,
        bands=bands(definition, entries, window, today),
        marks=placed,
        lanes=lanes,
        **_frame(window, today),
    )


@blueprint.get("/dossiers/<uuid:dossier_id>/timeline")
@entrance(CASE_READERS)
def dossier_timeline(dossier_id: UUID) -> str:
    dossier = visible_dossier(db(), actor(), dossier_id)
    wanted = visible_cases(actor()).where(Case.dossier_id == dossier.id).order_by(Case.title, Case.id)
    cases = db().scalars(wanted.limit(CASES_SHOWN + 1)).all()
    histories = _histories(cases[:CASES_SHOWN])
    today = today_here()
    window = _window([entry for entries in histories.values() for entry in entries], today)
    rows = []
    for case in cases[:CASES_SHOWN]:
        definition, entries = definitions().get(case.pathway), histories[case.id]
        placed, _lanes = marks(definition, entries, window)
        rows.append((case, definition, entries, bands(definition, entries, window, today), placed))
    return render_template(
        "pages/timeline_dossier.html",
        dossier=dossier,
        rows=rows,
        more=len(cases) > CASES_SHOWN,
        **_frame(window, today),
    )


def _histories(cases: Sequence[Case]) -> dict[UUID, list[Entry]]:
    """The standing entries of each case in their order. One statement."""
    found: dict[UUID, list[Entry]] = {case.id: [] for case in cases}
    wanted = visible_events(actor()).where(CaseEvent.case_id.in_(found), CaseEvent.voided_at.is_(None))
    for event in db().scalars(wanted.order_by(CaseEvent.case_id, *in_order()).limit(ENTRIES_READ)):
        found[event.case_id].append(entry_of(event))
    return found


def _window(entries: Sequence[Entry], today: date) -> Window:
    first, last = extent(entries, today)
    zoom = request.args.get("zoom", "")
    return window_of(zoom if zoom in ZOOMS else fitting_zoom(first, last), first, last, _around())


def _around() -> date | None:
    try:
        return date.fromisoformat(request.args.get("around", ""))
    except ValueError:
        return None


def _frame(window: Window, today: date) -> dict[str, Any]:
    """What both pictures share: the line of time and the ways to other stretches."""
    words = {DECADES: _("Decades"), YEARS: _("Years"), MONTHS: _("Months"), DAYS: _("Days")}
    around = window.centre.isoformat() if request.args.get("around") else None
    return {
        "window": window,
        "ticks": window.ticks(),
        "today": today,
        "now_x": window.x(today) if window.holds(today, today) else None,
        "zooms": [
            {"label": words[zoom], "url": _address(zoom=zoom, around=around), "active": zoom == window.zoom}
            for zoom in ZOOMS
        ],
        "earlier_url": _address(zoom=window.zoom, around=(window.centre - window.step).isoformat()),
        "later_url": _address(zoom=window.zoom, around=(window.centre + window.step).isoformat()),
        "whole_url": _address(),
    }


def _address(**said: str | None) -> str:
    wanted: dict[str, Any] = {name: value for name, value in said.items() if value}
    return url_for(request.endpoint or "", **(request.view_args or {}), **wanted)
