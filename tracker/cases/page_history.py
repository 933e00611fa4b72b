"""The history as the page of a case reads it: columns, together with what else that page shows few of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import Person
from tracker.audit.reads import SECRET_LEVELS, note_read
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import in_order, visible_events
from tracker.core.actor import Actor
from tracker.core.dates import VagueDate
from tracker.core.reads import Read
from tracker.core.statements import kept_statement


@dataclass(slots=True, eq=False)
class ShownEntry:
    """What a page shows of an entry and reckons with, by the names of CaseEvent: whole objects take twice the time."""

    id: UUID
    status: str | None
    occurred_on: str | None
    between_earliest: str | None
    between_latest: str | None
    earliest: date | None
    latest: date | None
    known_on: date | None
    effective_on: date | None
    expires_on: date | None
    time: str | None
    event_place: str | None
    move: str | None
    resume_to: str | None
    outcome: str | None
    reason: str | None
    new_facts: str | None
    facts: dict[str, Any]
    flags: list[str]
    summary: str
    authority: str | None
    reference_no: str | None
    source: str | None
    clock_rule: str | None
    clock_party: str | None
    clock_on: str | None
    level: str | None
    definition_version: int
    entered_by_id: UUID | None
    entered_at: datetime
    replaces_id: UUID | None
    voided_at: datetime | None
    voided_by_id: UUID | None
    void_reason: str | None

    @property
    def when(self) -> VagueDate:
        return VagueDate(self.occurred_on, self.between_earliest, self.between_latest)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One entry, and who entered and who voided it; None: the operator, or an import."""

    event: ShownEntry
    entered_by: str | None
    voided_by: str | None


_ENTERED, _VOIDED = aliased(Person), aliased(Person)
_COLUMNS = tuple(getattr(CaseEvent, field.name) for field in fields(ShownEntry))


def history_read(actor: Actor, case_id: UUID) -> Read[Sequence[ShownLine]]:
    """The visible history, oldest first, voided entries at their places. Who shows it calls `note_history_read`."""
    return Read(_statement(actor), {"case_id": case_id}, lambda rows: [_line(row) for row in rows])


def note_history_read(session: Session, case: Case, lines: Iterable[ShownLine]) -> None:
    """In the audit, with the page: entries that are more secret than their case are read on it."""
    for line in lines:
        if line.event.level in SECRET_LEVELS:
            note_read(session, "case_event", line.event.id, case.id, line.event.level)


def _line(row: Sequence[Any]) -> ShownLine:
    return ShownLine(ShownEntry(*row[:-2]), row[-2], row[-1])


@kept_statement
def _statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        visible_events(actor)
        .with_only_columns(*_COLUMNS, _ENTERED.name, _VOIDED.name, maintain_column_froms=True)
        .where(CaseEvent.case_id == bindparam("case_id"))
        .outerjoin(_ENTERED, _ENTERED.id == CaseEvent.entered_by_id)
        .outerjoin(_VOIDED, _VOIDED.id == CaseEvent.voided_by_id)
        .order_by(*in_order())
    )
