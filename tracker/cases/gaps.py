"""What nobody has said yet about a case: a list to fill in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from flask_babel import gettext as _

from tracker.cases.history import DefinitionOf, Projection
from tracker.core.dates import VagueDate
from tracker.core.languages import words_of_key
from tracker.pathways.conditions import is_below, required_level
from tracker.pathways.demands import missing
from tracker.pathways.schema import Definition


class Told(Protocol):
    """What a search for gaps needs of an entry."""

    id: UUID
    status: str | None
    move: str | None
    facts: dict[str, Any]
    resume_to: str | None
    outcome: str | None
    reason: str | None
    new_facts: str | None
    definition_version: int

    @property
    def when(self) -> VagueDate: ...


@dataclass(frozen=True, slots=True)
class CaseGap:
    """One thing that is missing. `kind` says where it is filled in: fact, date, lead, level, countries, status."""

    kind: str
    message: str
    event_id: UUID | None = None
    key: str | None = None


EVENT_COLUMNS = {
    "occurred_on": "occurred_on",
    "known_on": "known_on",
    "effective_on": "effective_on",
    "expires_on": "expires_on",
    "time": "time",
    "place": "event_place",
    "authority": "authority",
    "reference_no": "reference_no",
    "source": "source",
    "outcome": "outcome",
    "reason": "reason",
    "resume_to": "resume_to",
    "new_facts": "new_facts",
}
"""The columns of an entry under the names by which definitions call them."""


class EventFields(Mapping[str, object]):
    """What the columns of an entry say, for `demands.missing`, which asks for few of them."""

    __slots__ = ("_entry",)

    def __init__(self, entry: Any) -> None:
        self._entry = entry

    def __getitem__(self, name: str) -> object:
        return getattr(self._entry, EVENT_COLUMNS[name])

    def __contains__(self, name: object) -> bool:
        return name in EVENT_COLUMNS

    def __iter__(self) -> Iterator[str]:
        return iter(EVENT_COLUMNS)

    def __len__(self) -> int:
        return len(EVENT_COLUMNS)


def find_gaps(
    definition_of: DefinitionOf,
    definition: Definition,
    entries: Iterable[Told],
    projection: Projection,
    *,
    level: str,
    has_lead: bool,
    details: Mapping[str, Any],
) -> tuple[CaseGap, ...]:
    """Everything that is missing in a case whose standing `entries` come to `projection`, the newest entry first."""
    of_events = [gap for entry in entries for gap in _of_event(definition_of, entry, details)]
    return (*_of_case(definition, projection, level, has_lead), *reversed(of_events))


def _of_case(definition: Definition, projection: Projection, level: str, has_lead: bool) -> Iterator[CaseGap]:
    if projection.status is None:
        yield CaseGap("status", _("No entry gives the case a status."))
    if not has_lead:
        yield CaseGap("lead", _("Nobody leads this case."))
    asked = required_level(definition, projection.status)
    if is_below(level, asked):
        message = _("This status asks for the level “%(asked)s”; the case is “%(level)s”.")
        words = {"asked": words_of_key(asked or ""), "level": words_of_key(level)}
        yield CaseGap("level", message % words, key=asked)


def _of_event(definition_of: DefinitionOf, entry: Told, details: Mapping[str, Any]) -> Iterator[CaseGap]:
    when = entry.when
    is_dated = when.earliest is not None or when.latest is not None
    if not is_dated:
        yield CaseGap("date", _("The date is not known."), entry.id)
    if entry.status is None:
        return
    definition = definition_of(entry.definition_version)
    if entry.status not in definition.by_key:
        return
    found = missing(
        definition,
        entry.status,
        entry.move,
        facts=entry.facts,
        resume_to=entry.resume_to,
        outcome=entry.outcome,
        reason=entry.reason,
        new_facts=entry.new_facts,
        fields=EventFields(entry),
        details=details,
    )
    label = definition.status(entry.status).label
    for gap in found:
        if gap.field != "occurred_on" or is_dated:
            yield CaseGap("fact", f"{label}: {gap.label}", entry.id, gap.key)
