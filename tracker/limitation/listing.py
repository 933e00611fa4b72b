"""Charges of all cases that somebody sees, one state of limitation at a time: what lapses soonest first.

What has no limitation and what nobody knows of stand apart, by jurisdiction: no date can order them. What asks for
another look stands together, whatever its state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal_column
from sqlalchemy.orm import Session

from tracker.audit.reads import note_shown
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import in_order, visible_cases, visible_events
from tracker.core.actor import Actor
from tracker.core.counting import counted_up_to
from tracker.core.dates import VagueDate
from tracker.core.keyset import Order, read_page
from tracker.core.pages import Page
from tracker.limitation.lines import asked_again
from tracker.limitation.models import Charge
from tracker.limitation.pauses import paused_statuses, turns_of
from tracker.limitation.rechecks import asks_again, is_mine

PAGE_SIZE = 30
AGAIN = "again"
STATES = ("ahead", "passed", "unknown", "none", AGAIN)
"""Its last day is still to come, has passed, is not known, or there is no limitation; or somebody has to look again."""


@dataclass(frozen=True, slots=True)
class ChargeFilters:
    """`mine`: of the cases that one leads, and those on which one has work."""

    state: str = "ahead"
    jurisdiction: str = ""
    crime: str = ""
    mine: bool = False

    @property
    def any(self) -> bool:
        return bool(self.jurisdiction or self.crime or self.mine)


class ListedCharge(NamedTuple):
    """A charge among those of all cases."""

    id: UUID
    lapses_on: date | None
    jurisdiction: str
    offence: str
    crime: str
    law: str | None
    limitation: str
    limitation_source: str | None
    certainty: str | None
    checked_at: datetime
    case_id: UUID
    level: str
    reference: str
    case_title: str
    pathway: str


class ListedEntry(NamedTuple):
    """An entry of a case's history that may be one by which it paused or went on."""

    case_id: UUID
    id: UUID
    level: str | None
    status: str
    move: str | None
    entered_at: datetime
    voided_at: datetime | None
    replaces_id: UUID | None
    occurred_on: str | None
    between_earliest: str | None
    between_latest: str | None
    summary: str

    @property
    def when(self) -> VagueDate:
        return VagueDate(self.occurred_on, self.between_earliest, self.between_latest)


_SOONEST = Order(Charge.lapses_on, Charge.id, date, lambda row: (row.lapses_on, row.id), may_be_empty=False)
_LATEST = Order(Charge.lapses_on, Charge.id, date, lambda row: (row.lapses_on, row.id), True, may_be_empty=False)
_BY_PLACE = Order(Charge.jurisdiction, Charge.id, str, lambda row: (row.jurisdiction, row.id), may_be_empty=False)
_DATED_FIRST = Order(Charge.lapses_on, Charge.id, date, lambda row: (row.lapses_on, row.id))
_ORDERS = {"ahead": _SOONEST, "passed": _LATEST, "unknown": _BY_PLACE, "none": _BY_PLACE, AGAIN: _DATED_FIRST}
_UNDATED: dict[str, ColumnElement[str]] = {"unknown": literal_column("'unknown'"), "none": literal_column("'none'")}
"""Written out, as the index says it."""
_OF_CHARGE = (
    *(Charge.id, Charge.lapses_on, Charge.jurisdiction, Charge.offence, Charge.crime, Charge.law, Charge.limitation),
    *(Charge.limitation_source, Charge.certainty, Charge.checked_at),
)
_OF_CASE = (Case.id.label("case_id"), Case.level, Case.reference, Case.title.label("case_title"), Case.pathway)


def charge_page_of(
    session: Session, actor: Actor, filters: ChargeFilters, today: date, cursor: str | None = None
) -> Page[ListedCharge]:
    """One page; closed cases are among them: limitation runs on.

    One statement; of what asks for another look two, where what has a last day ends and what has none begins.
    """
    found = read_page(session, _wanted(actor, filters, today), _ORDERS[filters.state], cursor, PAGE_SIZE)
    rows = [ListedCharge(*row) for row in found.rows]
    for row in rows:
        note_shown(session, row.case_id, row.level)
    return Page(rows, found.next_cursor, found.previous_cursor)


def charges_hidden(session: Session, actor: Actor, filters: ChargeFilters, today: date) -> int:
    """How many charges of the same state other filters would show, counted no further than a reader needs."""
    return counted_up_to(session, _wanted(actor, ChargeFilters(filters.state), today))


def turns_in(session: Session, actor: Actor, rows: Sequence[ListedCharge]) -> Mapping[UUID, Sequence[ListedEntry]]:
    """By case: the entries by which it paused or went on, as far as `actor` sees them."""
    pathways = {row.case_id: row.pathway for row in rows}
    query = visible_events(actor).with_only_columns(
        *(getattr(CaseEvent, name) for name in ListedEntry._fields), maintain_column_froms=True
    )
    query = query.where(CaseEvent.case_id.in_(pathways), CaseEvent.status.is_not(None))
    entries: dict[UUID, list[ListedEntry]] = defaultdict(list)
    for row in session.execute(query.order_by(*in_order())):
        entries[row.case_id].append(ListedEntry(*row))
    return {case_id: turns_of(pathways[case_id], of_case) for case_id, of_case in entries.items()}


def note_entries(session: Session, row: ListedCharge, turns: Sequence[ListedEntry]) -> None:
    """The page says by which entries of its case a charge asks for another look."""
    asking = set(asked_again(row.limitation, row.checked_at, (), turns))
    for one in turns:
        if one.id in asking:
            note_shown(session, row.case_id, row.level, ("event", one.id, one.level))


def _wanted(actor: Actor, filters: ChargeFilters, today: date) -> Select[*tuple[Any, ...]]:
    query = (
        visible_cases(actor)
        .with_only_columns(*_OF_CHARGE, *_OF_CASE, maintain_column_froms=True)
        .join(Charge, Charge.case_id == Case.id)
        .where(Charge.voided_at.is_(None))
    )
    if filters.state == "ahead":
        query = query.where(Charge.lapses_on >= today)
    elif filters.state == "passed":
        query = query.where(Charge.lapses_on < today)
    elif filters.state == AGAIN:
        query = query.where(asks_again(actor, paused_statuses()))
    else:
        query = query.where(Charge.lapses_on.is_(None), Charge.limitation == _UNDATED[filters.state])
    if filters.jurisdiction:
        query = query.where(Charge.jurisdiction == filters.jurisdiction)
    if filters.crime:
        query = query.where(Charge.crime == filters.crime)
    if filters.mine:
        query = query.where(is_mine(actor))
    return query
