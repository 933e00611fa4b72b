"""Entries of a history, for tests: written as an import would, without judging."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tracker.cases.models import Case, CaseEvent
from tracker.core.dates import VagueDate


def make_event(
    session: Session,
    case: Case,
    place: int | str = 1,
    on: str | None = "2025-03-01",
    status: str | None = None,
    **said: Any,
) -> CaseEvent:
    """An entry at `place`; the case's row is not recomputed."""
    when = VagueDate(on, said.pop("after", None), said.pop("before", None))
    fields: dict[str, Any] = {
        "summary": f"Event {place}",
        "move": "forward" if status else None,
        "definition_version": case.definition_version,
        "facts": {},
        "flags": [],
    }
    event = CaseEvent(
        case_id=case.id,
        place=Decimal(place),
        occurred_on=when.text,
        between_earliest=when.after,
        between_latest=when.before,
        earliest=when.earliest,
        latest=when.latest,
        status=status,
        **(fields | said),
    )
    session.add(event)
    session.flush()
    return event
