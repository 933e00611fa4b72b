"""The one function that recomputes a case's row from its entries, and what the page recomputes for one reader.

The row tells what everybody who sees the case may know: entries above the level of an open case stay out of it.
Who sees more is shown more, by `sight_of`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.levels import OPEN_LEVELS
from tracker.access.models import CaseMembership
from tracker.access.visibility import is_current
from tracker.cases.gaps import CaseGap, find_gaps
from tracker.cases.history import DefinitionOf, Projection, project
from tracker.cases.models import Case, CaseEvent
from tracker.cases.page_history import ShownEntry
from tracker.cases.queries import shared_events
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions

__all__ = [
    "Projection",
    "definition_lookup",
    "gaps",
    "is_shared",
    "project",
    "refresh",
    "refresh_status",
    "sight_by",
    "sight_of",
]


def definition_lookup(pathway: str) -> DefinitionOf:
    """The pathway's definition by version; the newest where a version was never stored here."""

    def definition_of(version: int) -> Definition:
        try:
            return definitions().get(pathway, version)
        except KeyError:
            return definitions().get(pathway)

    return definition_of


def sight_of(case: Case, events: Sequence[CaseEvent | ShownEntry]) -> Projection:
    """Where the case stands by those of `events` that are not voided: what a reader who sees just these knows."""
    return sight_by(case.pathway, case.details, events)


def sight_by(pathway: str, details: Mapping[str, Any], events: Sequence[CaseEvent | ShownEntry]) -> Projection:
    """The same for a case of which only the columns are at hand."""
    standing = [event for event in events if event.voided_at is None]
    return project(definition_lookup(pathway), standing, details)


def gaps(case: Case, events: Sequence[CaseEvent | ShownEntry], projection: Projection) -> tuple[CaseGap, ...]:
    """What is missing, as far as `events` tell."""
    return find_gaps(
        definition_lookup(case.pathway),
        definitions().get(case.pathway),
        [event for event in events if event.voided_at is None],
        projection,
        level=case.level,
        has_lead=case.lead_id is not None,
        details=case.details,
    )


def is_shared(case: Case, level: str | None) -> bool:
    """Whether everybody who sees the case sees an entry of this level, so that the case's row may tell of it."""
    return level is None or level in OPEN_LEVELS or case.level not in OPEN_LEVELS


def refresh(session: Session, case: Case) -> Projection:
    """Recompute the projected columns of `case` from its entries and memberships; flushes what is pending first."""
    session.flush()
    case.lead_id = _first_lead(session, case.id)
    return refresh_status(case, session.scalars(shared_events(case)).all())


def refresh_status(case: Case, events: Sequence[CaseEvent]) -> Projection:
    """The same from entries that are loaded: at least all that everybody who sees the case sees, in order."""
    shared = [event for event in events if event.voided_at is None and is_shared(case, event.level)]
    found = sight_of(case, shared)
    _write(case, found)
    case.last_event_on = max((event.latest for event in shared if event.latest is not None), default=None)
    case.gap_count = len(gaps(case, shared, found))
    return found


def _first_lead(session: Session, case_id: UUID) -> UUID | None:
    return session.scalar(
        select(CaseMembership.person_id)
        .where(CaseMembership.case_id == case_id, CaseMembership.kind == "lead", is_current())
        .order_by(CaseMembership.starts_at, CaseMembership.id)
        .limit(1)
    )


def _write(case: Case, found: Projection) -> None:
    case.status = found.status
    case.phase = found.phase
    case.status_since = found.since.text
    case.status_since_earliest = found.since.earliest
    case.status_since_latest = found.since.latest
    case.left_status = found.left_status
    case.resume_to = found.resume_to
    case.outcome = found.outcome
    case.expires_on = found.expires_on
    case.flags = list(found.flags)
    if found.definition_version is not None:
        case.definition_version = found.definition_version
