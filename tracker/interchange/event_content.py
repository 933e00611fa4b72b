"""An entry of the history as the format says it, and the other way round."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.cases.models import CaseEvent
from tracker.core.dates import VagueDate
from tracker.interchange.matching import Entry
from tracker.pathways.vocabulary import JUMP

SAME_NAMES = (
    "occurred_on",
    "time",
    "status",
    "resume_to",
    "outcome",
    "reason",
    "new_facts",
    "facts",
    "flags",
    "summary",
    "authority",
    "reference_no",
    "source",
    "clock_rule",
    "clock_party",
    "clock_on",
)
DAYS = ("known_on", "effective_on", "expires_on")


def content_of_row(row: CaseEvent) -> dict[str, Any]:
    """The content of an entry by the names of the format, all of them, days as text.

    `move` is what the sender said, None where the definition gave the kind; a jump was always said.
    """
    content = {name: getattr(row, name) for name in SAME_NAMES}
    content |= {name: _text(getattr(row, name)) for name in DAYS}
    bounds = [row.between_earliest, row.between_latest]
    return content | {
        "move": row.move if row.move_said or row.move == JUMP else None,
        "between": bounds if any(bounds) else None,
        "place": row.event_place,
        "confidentiality": row.level,
    }


def columns_of(entry: Entry, kind: str | None) -> dict[str, Any]:
    """The columns of a new entry. `kind` is the kind of its move as judged."""
    after, before = entry.value("between") or (None, None)
    when = VagueDate(entry.value("occurred_on"), after, before)
    columns = {name: entry.value(name) for name in SAME_NAMES}
    columns |= {name: _day(entry.value(name)) for name in DAYS}
    return columns | {
        "move": kind,
        "move_said": kind is not None and entry.value("move") == kind,
        "facts": columns["facts"] or {},
        "flags": columns["flags"] or [],
        "between_earliest": after,
        "between_latest": before,
        "earliest": when.earliest,
        "latest": when.latest,
        "event_place": entry.value("place"),
        "level": entry.value("confidentiality"),
    }


def _text(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None
