"""Filters of the ledger, read from the address and shown in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from tracker.accounts.current import signed_in
from tracker.accounts.queries import active_names
from tracker.core.actor import Actor
from tracker.reminders.pages.words import KIND_WORDS, REASON_WORDS, STATUS_WORDS
from tracker.reminders.planning.wall_time import instant_of, local_day, zone_named
from tracker.reminders.queries import LedgerFilter

ME = "me"
REASON_FAMILIES = {
    "smtp_5": _l("The relay refuses it"),
    "smtp_4": _l("The relay says later"),
    "dsn_": _l("It came back"),
}
REASON = re.compile(r"[a-z0-9_.]{1,40}", re.ASCII)


def filters_of(arguments: Mapping[str, str], actor: Actor) -> LedgerFilter:
    """What the address asks for; what it can't mean is left out."""
    status, kind, reason = arguments.get("status"), arguments.get("kind"), arguments.get("reason") or ""
    first, last = _day(arguments.get("from")), _day(arguments.get("to"))
    return LedgerFilter(
        status=status if status in STATUS_WORDS else None,
        kind=kind if kind in KIND_WORDS else None,
        recipient_id=_recipient(arguments.get("recipient"), actor),
        reference=(arguments.get("case") or "").strip().upper()[:40] or None,
        reason=reason if REASON.fullmatch(reason) else None,
        since=_start_of(first) if first else None,
        until=_start_of(last + timedelta(days=1)) if last else None,
    )


def address_of(filters: LedgerFilter, actor: Actor) -> dict[str, str]:
    """The arguments that stand for `filters`."""
    mine = filters.recipient_id is not None and filters.recipient_id == actor.person_id
    wanted = {
        "status": filters.status or "",
        "kind": filters.kind or "",
        "recipient": ME if mine else str(filters.recipient_id or ""),
        "case": filters.reference or "",
        "reason": filters.reason or "",
        "from": local_day(filters.since, _zone()).isoformat() if filters.since else "",
        "to": (local_day(filters.until, _zone()) - timedelta(days=1)).isoformat() if filters.until else "",
    }
    return {name: value for name, value in wanted.items() if value}


def filter_context(session: Session, actor: Actor, filters: LedgerFilter) -> dict[str, Any]:
    """What the filter bar shows. At most one statement."""
    knows_people = actor.is_staff or actor.has_role("administrator")
    people = [(str(person_id), name) for person_id, name in active_names(session)] if knows_people else []
    return {
        "address": address_of(filters, actor),
        "status_options": [("", _("Any")), *STATUS_WORDS.items()],
        "kind_options": [("", _("Any")), *KIND_WORDS.items()],
        "reason_options": [("", _("Any")), *REASON_FAMILIES.items(), *REASON_WORDS.items()],
        "recipient_options": [("", _("Anybody")), (ME, _("Me")), *people],
    }


def _recipient(text: str | None, actor: Actor) -> UUID | None:
    if text == ME:
        return actor.person_id
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return day if date(1990, 1, 1) <= day <= date(2200, 1, 1) else None


def _zone() -> Any:
    person = signed_in()
    return zone_named(person.time_zone if person else "UTC")


def _start_of(day: date) -> datetime:
    """When the day begins where the reader is."""
    return instant_of(day, time(0), _zone())
