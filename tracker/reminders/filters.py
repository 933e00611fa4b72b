"""Filters of the ledger, read from the address and shown in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.accounts.queries import active_people
from tracker.core.actor import Actor
from tracker.reminders.forms import KIND_WORDS, STATUS_WORDS
from tracker.reminders.queries import LedgerFilter

ME = "me"


def filters_of(arguments: Mapping[str, str], actor: Actor) -> LedgerFilter:
    """What the address asks for; what it can't mean is left out."""
    status, kind = arguments.get("status"), arguments.get("kind")
    return LedgerFilter(
        status=status if status in STATUS_WORDS else None,
        kind=kind if kind in KIND_WORDS else None,
        recipient_id=_recipient(arguments.get("recipient"), actor),
    )


def address_of(filters: LedgerFilter, actor: Actor) -> dict[str, str]:
    """The arguments that stand for `filters`."""
    mine = filters.recipient_id is not None and filters.recipient_id == actor.person_id
    wanted = {
        "status": filters.status or "",
        "kind": filters.kind or "",
        "recipient": ME if mine else str(filters.recipient_id or ""),
    }
    return {name: value for name, value in wanted.items() if value}


def filter_context(session: Session, actor: Actor, filters: LedgerFilter) -> dict[str, Any]:
    """What the filter bar shows. At most one statement."""
    knows_people = actor.is_staff or actor.has_role("administrator")
    people = [(str(person.id), person.name) for person in active_people(session)] if knows_people else []
    return {
        "address": address_of(filters, actor),
        "status_options": [("", _("Any")), *STATUS_WORDS.items()],
        "kind_options": [("", _("Any")), *KIND_WORDS.items()],
        "recipient_options": [("", _("Anybody")), (ME, _("Me")), *people],
    }


def _recipient(text: str | None, actor: Actor) -> UUID | None:
    if text == ME:
        return actor.person_id
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
