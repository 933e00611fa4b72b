"""Filters of the list, read from the address and shown in it; what it can't mean is left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tracker.access.entrance import CASE_READERS
from tracker.accounts.queries import active_names
from tracker.core.actor import Actor
from tracker.core.languages import format_day
from tracker.followups.dates import NotADay
from tracker.followups.forms import KIND_WORDS, PRIORITY_WORDS, STATUS_WORDS
from tracker.followups.listing import ACTIVE, ANY, NOBODY, Filters
from tracker.followups.today import read_day_here, today_here
from tracker.lists.address import Address
from tracker.lists.head import chip

ME = "me"
DUE_WORDS = {
    "overdue": _l("Overdue"),
    "today": _l("Today"),
    "7": _l("Within 7 days"),
    "14": _l("Within 14 days"),
    "none": _l("Without a day"),
}
SNOOZED_WORDS = {"1": _l("Only snoozed"), "0": _l("Without snoozed")}


def filters_of(said: MultiDict[str, str], actor: Actor) -> Filters:
    """What the address asks for. `status=any`: whatever became of it; `overdue=1`: the same as `due=overdue`."""
    statuses = _several(said, "status", STATUS_WORDS)
    due = said.get("due", "overdue" if said.get("overdue") == "1" else "")
    due_from, due_to = _range(due)
    return Filters(
        assignee=_assignee(said.get("assignee"), actor),
        status=ANY if ANY in said.getlist("status") else ACTIVE,
        statuses=() if ANY in said.getlist("status") else statuses,
        kinds=_several(said, "kind", KIND_WORDS),
        priorities=_several(said, "priority", PRIORITY_WORDS),
        case_reference=(said.get("case") or "").strip().upper()[:40].replace("\x00", "") or None,
        due_from=_day(said.get("from")) or due_from,
        due_to=_day(said.get("to")) or due_to,
        overdue=due == "overdue",
        undated=due == "none",
        snoozed={"1": True, "0": False}.get(said.get("snoozed", "")),
        watching=said.get("watching") == "1",
        text=said.get("q", "").strip()[:200].replace("\x00", ""),
    )


def chips_of(address: Address, filters: Filters, people: Mapping[str, str]) -> list[dict[str, Any]]:
    """The filters that are on; several values of one have a chip each."""
    words: dict[str, tuple[Any, Mapping[str, Any]]] = {
        "q": (_("Words"), {filters.text: filters.text}),
        "assignee": (_("Who"), {ME: _("Me"), NOBODY: _("Nobody yet"), **people}),
        "status": (_("Status"), {**STATUS_WORDS, ANY: _("Any")}),
        "kind": (_("Kind"), KIND_WORDS),
        "priority": (_("Priority"), PRIORITY_WORDS),
        "due": (_("Due"), DUE_WORDS),
        "overdue": (_("Due"), {"1": _("Overdue")}),
        "snoozed": (_("Snoozed"), SNOOZED_WORDS),
        "watching": (_("Watching"), {"1": _("yes")}),
    }
    typed = {"case": (_("Case"), filters.case_reference or "?")}
    for name, label, day in (("from", _("Due from"), filters.due_from), ("to", _("Due to"), filters.due_to)):
        typed[name] = (label, format_day(day) or "?")
    chips = []
    for name, value in address.pairs:
        if name in typed:
            chips.append(chip(address, typed[name][0], name, value, typed[name][1]))
        elif name in words:
            chips.append(chip(address, words[name][0], name, value, words[name][1].get(value.strip(), "?")))
    return chips


def choices(people: Mapping[str, str]) -> dict[str, Any]:
    """What the filter bar offers."""
    return {
        "assignee_choices": [("", _("Anybody")), (ME, _("Me")), (NOBODY, _("Nobody yet")), *people.items()],
        "status_choices": [*STATUS_WORDS.items(), (ANY, _("Any"))],
        "kind_choices": list(KIND_WORDS.items()),
        "priority_choices": list(PRIORITY_WORDS.items()),
        "due_choices": [("", _("Any day")), *DUE_WORDS.items()],
        "snoozed_choices": [("", _("With snoozed")), *SNOOZED_WORDS.items()],
    }


def people_of(session: Session, actor: Actor) -> dict[str, str]:
    """Who may be an assignee, by id, for staff to choose from. One statement."""
    if not actor.is_staff:
        return {}
    return {str(person_id): name for person_id, name in active_names(session, *CASE_READERS)}


def _several(said: MultiDict[str, str], name: str, known: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in said.getlist(name) if value in known}))


def _range(due: str) -> tuple[date | None, date | None]:
    today = today_here()
    if due == "today":
        return today, today
    return (today, today + timedelta(days=int(due))) if due in ("7", "14") else (None, None)


def _assignee(text: str | None, actor: Actor) -> UUID | str | None:
    if text == ME:
        return actor.person_id
    if text == NOBODY:
        return NOBODY
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return read_day_here(text) if text and text.strip() else None
    except NotADay:
        return None
