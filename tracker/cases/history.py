"""What a history comes to: status, period, flags. Pure: events in their order and definitions in, a projection out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from tracker.core.dates import VagueDate
from tracker.pathways.schema import Definition, Status
from tracker.pathways.state import CaseState, advance

UNKNOWN = VagueDate()

DefinitionOf = Callable[[int], Definition]
"""The case's pathway in the version that judged an entry."""


class Entry(Protocol):
    """What the projection needs of an entry of the history."""

    id: UUID
    status: str | None
    resume_to: str | None
    outcome: str | None
    known_on: date | None
    expires_on: date | None
    flags: list[str]
    definition_version: int
    entered_at: datetime

    @property
    def earliest(self) -> date | None: ...
    @property
    def latest(self) -> date | None: ...
    @property
    def when(self) -> VagueDate: ...


@dataclass(frozen=True, slots=True)
class Projection:
    """Where a case stands. `since` is the date of the entry that first gave the status which still lasts.

    `left_status` and `resume_to` are set while the case is paused; `flags` are the parallel facts that go on;
    `period_id` is the last entry that said the status: it opened the current period, which ends on `expires_on` as that
    entry says, or a later one that gives no status; None where neither does, whatever the period before it said, unless
    that one goes on through the status.
    """

    status: str | None = None
    phase: str | None = None
    since: VagueDate = UNKNOWN
    left_status: str | None = None
    resume_to: str | None = None
    outcome: str | None = None
    expires_on: date | None = None
    flags: tuple[str, ...] = ()
    definition_version: int | None = None
    period_id: UUID | None = None

    def state(self, details: Mapping[str, Any]) -> CaseState:
        """The same for the machine that judges moves."""
        return CaseState(self.status, self.left_status, self.resume_to, details)


def project(definition_of: DefinitionOf, entries: Iterable[Entry], details: Mapping[str, Any]) -> Projection:
    """Where the case stands after `entries`, which are in order and none of them voided."""
    projection = Projection()
    for entry in entries:
        if entry.status is not None:
            projection = _after_status(projection, definition_of(entry.definition_version), entry, details)
        projection = _after_any(projection, entry)
    return projection


def known_by(entry: Entry) -> date:
    """From when an entry was known: as it says, else the last day on which it can have happened, else its entry."""
    return entry.known_on or entry.latest or entry.entered_at.date()


def as_of(entries: Iterable[Entry], day: date) -> list[Any]:
    """The entries that were known on `day` and had begun by then."""
    return [entry for entry in entries if known_by(entry) <= day and (entry.earliest is None or entry.earliest <= day)]


def _after_status(before: Projection, definition: Definition, entry: Entry, details: Mapping[str, Any]) -> Projection:
    assert entry.status is not None  # noqa: S101  the caller asked
    row = definition.by_key.get(entry.status)
    state = advance(definition, before.state(details), status=entry.status, resume_to=entry.resume_to)
    goes_on = before.status == entry.status
    return Projection(
        status=entry.status,
        phase=row.phase if row is not None else None,
        since=before.since if goes_on else entry.when,
        left_status=state.left_status,
        resume_to=state.resume_to,
        outcome=None if _reopens(before, row) else before.outcome,
        expires_on=before.expires_on if _goes_on(before, row) else None,  # a new period: its own end, or none
        flags=before.flags,
        definition_version=definition.version,
        period_id=entry.id,
    )


def _after_any(before: Projection, entry: Entry) -> Projection:
    if not (entry.flags or entry.outcome or entry.expires_on):
        return before
    flags = list(before.flags)
    for said in entry.flags:
        key = said.removeprefix("-")
        if said.startswith("-"):
            flags = [flag for flag in flags if flag != key]
        elif key not in flags:
            flags.append(key)
    return replace(
        before,
        outcome=entry.outcome or before.outcome,
        expires_on=entry.expires_on or before.expires_on,
        flags=tuple(flags),
    )


def _goes_on(before: Projection, row: Status | None) -> bool:
    return before.phase != "closed" and row is not None and row.keeps_period


def _reopens(before: Projection, row: Status | None) -> bool:
    return before.phase == "closed" and (row is None or row.phase != "closed")
