"""The follow-ups that a change of status offers, as rows of a form: shown, edited, ticked, read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker.cases.services import NewEntry
from tracker.core.errors import Fault, Invalid
from tracker.followups.dates import NotADay
from tracker.followups.offers import StandardFollowUp
from tracker.followups.sitting_days import SittingDay
from tracker.followups.today import read_day_here
from tracker.pathways.offers import Offer, offered_follow_ups
from tracker.pathways.schema import Definition

Sittings = Mapping[str, SittingDay]
"""The sitting that each fact of the entry names."""
NO_SITTINGS: Sittings = {}


@dataclass(slots=True)
class OfferRow:
    """One offered follow-up as the person left it. `due` is text as typed; `problems` are words by field."""

    offer: Offer
    ticked: bool
    title: str
    due: str
    assignee: str
    problems: dict[str, str]
    sitting: SittingDay | None = None
    """From whose first day it counts."""

    @property
    def key(self) -> str:
        return self.offer.key


def fresh_rows(
    definition: Definition, entry: NewEntry, today: date, assignee: UUID | None, sittings: Sittings = NO_SITTINGS
) -> list[OfferRow]:
    """The offers of the status that `entry` enters. What lies in the past, or is made by hand, starts unticked."""
    return [
        OfferRow(
            offer=offer,
            ticked=not offer.by_hand and (offer.due_on is None or offer.due_on >= today),
            title=offer.title,
            due=offer.due_on.isoformat() if offer.due_on else "",
            assignee=str(assignee or ""),
            problems={},
            sitting=sittings.get(offer.sitting or ""),
        )
        for offer in _offers(definition, entry, sittings)
    ]


def sent_rows(
    definition: Definition, entry: NewEntry, said: MultiDict[str, str], sittings: Sittings = NO_SITTINGS
) -> list[OfferRow]:
    """The same offers as they came back from the form."""
    ticked = set(said.getlist("offer"))
    return [
        OfferRow(
            offer=offer,
            ticked=offer.key in ticked,
            title=said.get(f"offer_title_{offer.key}", offer.title).strip(),
            due=said.get(f"offer_due_{offer.key}", "").strip(),
            assignee=said.get(f"offer_who_{offer.key}", ""),
            problems={},
            sitting=sittings.get(offer.sitting or ""),
        )
        for offer in _offers(definition, entry, sittings)
    ]


def resumed_rows(fresh: Iterable[OfferRow], said: MultiDict[str, str]) -> list[OfferRow]:
    """`fresh` with what the person changed in the offers that they saw; what they left alone follows `fresh`.

    The form says beside each field what it had offered there (`offer_was_…`), so that a new date of the entry moves
    the days that nobody touched.
    """
    return [_resumed(row, said) if f"offer_was_{row.key}" in said else row for row in fresh]


def _resumed(row: OfferRow, said: MultiDict[str, str]) -> OfferRow:
    def left(name: str, offered: str) -> str:
        typed = said.get(f"offer_{name}_{row.key}", "").strip()
        return offered if typed == said.get(f"offer_was_{name}_{row.key}", "") else typed

    ticked = row.key in said.getlist("offer")
    was_ticked = said[f"offer_was_{row.key}"] == "ticked"
    return replace(
        row,
        ticked=row.ticked if ticked == was_ticked else ticked,
        title=left("title", row.title),
        due=left("due", row.due),
        assignee=left("who", row.assignee),
        problems={},
    )


def chosen(rows: Iterable[OfferRow]) -> list[StandardFollowUp]:
    """The ticked rows as what to make. Raises Invalid, after noting at each row what is wrong with it."""
    made, faults = [], []
    for row in rows:
        if not row.ticked:
            continue
        row.problems = _problems(row)
        faults += [Fault(f"offer_{field}_{row.key}", words) for field, words in row.problems.items()]
        if not row.problems:
            made.append(_standard(row))
    if faults:
        raise Invalid(*faults)
    return made


def note_faults(rows: list[OfferRow], problem: Invalid) -> None:
    """Put faults named `rows.<n>.<field>` (n counts the ticked ones) at their rows."""
    ticked = [row for row in rows if row.ticked]
    names = {"due_on": "due", "assignee_id": "who"}
    for fault in problem.faults:
        _rows, number, field = [*fault.path.split("."), "", ""][:3]
        if number.isdigit() and int(number) < len(ticked):
            ticked[int(number)].problems[names.get(field, field)] = fault.message


def _offers(definition: Definition, entry: NewEntry, sittings: Sittings) -> tuple[Offer, ...]:
    opens_on = {key: one.starts_on for key, one in sittings.items()}
    return offered_follow_ups(definition, entry.status or "", entry.when.exact, _anchors(entry), opens_on)


def _anchors(entry: NewEntry) -> Mapping[str, object]:
    """Dates by which an offer may count instead of the day of entry."""
    facts = {key: _day(value) for key, value in entry.facts.items()}
    columns = {name: getattr(entry, name) for name in ("known_on", "effective_on", "expires_on")}
    return {**facts, **columns, "occurred_on": entry.when.exact}


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _problems(row: OfferRow) -> dict[str, str]:
    problems = {}
    if not row.title:
        problems["title"] = _("Say in a few words what is to be done.")
    if row.due:
        try:
            read_day_here(row.due)
        except NotADay:
            problems["due"] = _("Give a day such as 2026-12-01, 1 Dec, +14, +10wd or next friday.")
    if row.assignee:
        try:
            UUID(row.assignee)
        except ValueError:
            problems["who"] = _("Choose one of the people offered.")
    return problems


def _standard(row: OfferRow) -> StandardFollowUp:
    return StandardFollowUp(
        template_key=row.key,
        title=row.title,
        due_on=read_day_here(row.due) if row.due else None,
        assignee_id=UUID(row.assignee) if row.assignee else None,
        every_days=row.offer.every_days,
        kind=row.offer.kind,
        sitting=row.sitting,
        days=row.offer.days,
    )
