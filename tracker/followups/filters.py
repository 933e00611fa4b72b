"""Filters of the list, read from the address and shown in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.entrance import CASE_READERS
from tracker.accounts.queries import active_people
from tracker.core.actor import Actor
from tracker.followups.dates import NotADay
from tracker.followups.forms import KIND_WORDS, STATUS_WORDS
from tracker.followups.listing import ACTIVE, ANY, NOBODY, Filters
from tracker.followups.today import read_day_here

ME = "me"


def filters_of(arguments: Mapping[str, str], actor: Actor) -> Filters:
    """What the address asks for; what it can't mean is left out."""
    status = arguments.get("status", ACTIVE)
    kind = arguments.get("kind")
    return Filters(
        assignee=_assignee(arguments.get("assignee"), actor),
        status=status if status in (*STATUS_WORDS, ACTIVE, ANY) else ACTIVE,
        kind=kind if kind in KIND_WORDS else None,
        case_reference=(arguments.get("case") or "").strip().upper()[:40].replace("\x00", "") or None,
        due_from=_day(arguments.get("from")),
        due_to=_day(arguments.get("to")),
        overdue=arguments.get("overdue") == "1",
    )


def address_of(filters: Filters, actor: Actor) -> dict[str, str]:
    """The arguments that stand for `filters`."""
    mine = filters.assignee is not None and filters.assignee == actor.person_id
    wanted = {
        "assignee": ME if mine else str(filters.assignee or ""),
        "status": "" if filters.status == ACTIVE else filters.status,
        "kind": filters.kind or "",
        "case": filters.case_reference or "",
        "from": filters.due_from.isoformat() if filters.due_from else "",
        "to": filters.due_to.isoformat() if filters.due_to else "",
        "overdue": "1" if filters.overdue else "",
    }
    return {name: value for name, value in wanted.items() if value}


def list_context(session: Session, actor: Actor, filters: Filters) -> dict[str, Any]:
    """What the filter bar shows. One statement."""
    people = (
        [(str(person.id), person.name) for person in active_people(session, *CASE_READERS)] if actor.is_staff else []
    )
    return {
        "filters": filters,
        "address": address_of(filters, actor),
        "assignee_options": [("", _("Anybody")), (ME, _("Me")), (NOBODY, _("Nobody yet")), *people],
        "status_options": [("", _("Still to do")), *STATUS_WORDS.items(), (ANY, _("Any"))],
        "kind_options": [("", _("Any")), *KIND_WORDS.items()],
    }


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
