"""The list of charges across cases: what lapses next, what has lapsed, what nobody has read in a law yet, and what asks
for another look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l

from tracker.access.entrance import CASE_READERS, entrance
from tracker.core.web import actor, db
from tracker.followups.today import today_here
from tracker.limitation.blueprint import blueprint
from tracker.limitation.lines import reasons_to_recheck
from tracker.limitation.listing import (
    AGAIN,
    STATES,
    ChargeFilters,
    ListedCharge,
    charge_page_of,
    charges_hidden,
    note_entries,
    turns_in,
)
from tracker.limitation.queries import Accused, accused_of, acts_on
from tracker.limitation.words import CRIME_WORDS, jurisdiction_called, jurisdiction_words

STATE_WORDS = {
    "ahead": _l("Still to lapse"),
    "passed": _l("Last day has passed"),
    "unknown": _l("Not known"),
    "none": _l("No limitation"),
    AGAIN: _l("Look again"),
}


@dataclass(frozen=True, slots=True)
class ListLine:
    """A charge in the list. `recheck`: why somebody has to look at its limitation again."""

    charge: ListedCharge
    jurisdiction: str
    accused: tuple[Accused, ...]
    recheck: Sequence[str]


@blueprint.get("/charges")
@entrance(CASE_READERS)
def list_charges() -> str:
    filters, today = _filters(), today_here()
    said = _said_jurisdiction()
    found = charge_page_of(db(), actor(), filters, today, request.args.get("cursor"))
    return render_template(
        "limitation/list.html",
        filters=filters,
        lines=_lines(found.rows, filters.state),
        states=[_tab(state, filters) for state in STATES],
        jurisdiction=jurisdiction_words(filters.jurisdiction) if filters.jurisdiction else said,
        unknown_jurisdiction=bool(said) and not filters.jurisdiction,
        crimes=CRIME_WORDS,
        today=today,
        hidden=charges_hidden(db(), actor(), filters, today) if filters.any and not found.rows else 0,
        without_filters=_address(ChargeFilters(filters.state)) if filters.any else None,
        previous=_address(filters, found.previous_cursor) if found.previous_cursor else None,
        following=_address(filters, found.next_cursor) if found.next_cursor else None,
    )


def _tab(state: str, filters: ChargeFilters) -> dict[str, Any]:
    address = _address(replace(filters, state=state))
    return {"label": STATE_WORDS[state], "url": address, "active": state == filters.state}


def _filters() -> ChargeFilters:
    """Words that mean nothing ask for nothing."""
    state, crime = request.args.get("state", ""), request.args.get("crime", "")
    return ChargeFilters(
        state if state in STATES else STATES[0],
        jurisdiction_called(_said_jurisdiction()) or "",
        crime if crime in CRIME_WORDS else "",
        request.args.get("mine") == "1",
    )


def _said_jurisdiction() -> str:
    return request.args.get("jurisdiction", "").strip()[:200]


def _lines(rows: Sequence[ListedCharge], state: str) -> list[ListLine]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    accused, acts, turns = accused_of(db(), ids), acts_on(db(), ids), turns_in(db(), actor(), rows)
    if state == AGAIN:
        for row in rows:
            note_entries(db(), row, turns.get(row.case_id, ()))
    return [
        ListLine(
            row,
            jurisdiction_words(row.jurisdiction),
            tuple(accused.get(row.id, ())),
            reasons_to_recheck(row.limitation, row.checked_at, acts.get(row.id, ()), turns.get(row.case_id, ())),
        )
        for row in rows
    ]


def _address(filters: ChargeFilters, cursor: str | None = None) -> str:
    said = {"state": filters.state if filters.state != STATES[0] else "", "jurisdiction": filters.jurisdiction}
    said |= {"crime": filters.crime, "mine": "1" if filters.mine else "", "cursor": cursor or ""}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{url_for('.list_charges')}?{query}" if query else url_for(".list_charges")
