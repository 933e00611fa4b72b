"""The list of charges across cases: what lapses next, what has lapsed, and what nobody has read in a law yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l

from tracker.access.entrance import CASE_READERS, entrance
from tracker.core.web import actor, db
from tracker.followups.today import today_here
from tracker.limitation.blueprint import blueprint
from tracker.limitation.lines import asked_again
from tracker.limitation.listing import (
    STATES,
    ChargeFilters,
    ListedCharge,
    charge_page_of,
    charges_hidden,
    turns_in,
)
from tracker.limitation.queries import Accused, accused_of, acts_on
from tracker.limitation.words import CRIME_WORDS, jurisdiction_called, jurisdiction_words

STATE_WORDS = {
    "ahead": _l("Still to lapse"),
    "passed": _l("Last day has passed"),
    "unknown": _l("Not known"),
    "none": _l("No limitation"),
}


@dataclass(frozen=True, slots=True)
class ListLine:
    """A charge in the list. `looks_again`: somebody has to look at its limitation again."""

    charge: ListedCharge
    jurisdiction: str
    accused: tuple[Accused, ...]
    looks_again: bool


@blueprint.get("/charges")
@entrance(CASE_READERS)
def list_charges() -> str:
    filters, today = _filters(), today_here()
    said = _said_jurisdiction()
    found = charge_page_of(db(), actor(), filters, today, request.args.get("cursor"))
    is_narrowed = bool(filters.jurisdiction or filters.crime)
    return render_template(
        "limitation/list.html",
        filters=filters,
        lines=_lines(found.rows),
        states=[_tab(state, filters) for state in STATES],
        jurisdiction=jurisdiction_words(filters.jurisdiction) if filters.jurisdiction else said,
        unknown_jurisdiction=bool(said) and not filters.jurisdiction,
        crimes=CRIME_WORDS,
        today=today,
        hidden=charges_hidden(db(), actor(), filters, today) if is_narrowed and not found.rows else 0,
        without_filters=_address(ChargeFilters(filters.state)) if is_narrowed else None,
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
    )


def _said_jurisdiction() -> str:
    return request.args.get("jurisdiction", "").strip()[:200]


def _lines(rows: Any) -> list[ListLine]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    accused, acts, turns = accused_of(db(), ids), acts_on(db(), ids), turns_in(db(), actor(), rows)
    return [
        ListLine(
            row,
            jurisdiction_words(row.jurisdiction),
            tuple(accused.get(row.id, ())),
            bool(asked_again(row.limitation, row.checked_at, acts.get(row.id, ()), turns.get(row.case_id, ()))),
        )
        for row in rows
    ]


def _address(filters: ChargeFilters, cursor: str | None = None) -> str:
    said = {"state": filters.state if filters.state != STATES[0] else "", "jurisdiction": filters.jurisdiction}
    said |= {"crime": filters.crime, "cursor": cursor or ""}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{url_for('.list_charges')}?{query}" if query else url_for(".list_charges")
