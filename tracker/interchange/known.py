"""What is recorded here already, as far as the checking of a file must know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from tracker.core.dates import VagueDate

KINDS = (
    "dossiers",
    "organisations",
    "contacts",
    "subjects",
    "cases",
    "events",
    "follow_ups",
    "engagements",
    "commitments",
    "documents",
)
"""The kinds of object that a file holds, in the order in which an importer needs them."""


@dataclass(frozen=True)
class RecordedEvent:
    """An event of a case's history that has not been voided, with its content by the names of the format."""

    id: UUID
    ref: str | None
    seq: int | None
    place: Decimal
    content: Mapping[str, Any]

    @property
    def when(self) -> VagueDate:
        after, before = self.content["between"] or (None, None)
        return VagueDate(self.content["occurred_on"], after, before)


@dataclass(frozen=True)
class RecordedCase:
    """A case of the same sender and ref that stands here."""

    id: UUID
    pathway: str
    level: str
    details: Mapping[str, Any]
    events: Sequence[RecordedEvent] = ()


@dataclass(frozen=True)
class Known:
    """Refs of the file's sender by kind, histories of its cases, and the people who have an account."""

    ids: Mapping[str, Mapping[str, UUID]] = field(default_factory=dict)
    cases: Mapping[str, RecordedCase] = field(default_factory=dict)
    people: Mapping[str, UUID] = field(default_factory=dict)
    """Active accounts by e-mail in lower case."""

    case_readers: frozenset[UUID] = frozenset()
    """Those of them whose roles let them be members of a case."""

    def has(self, kind: str, ref: str) -> bool:
        return ref in self.ids.get(kind, {})


NOTHING_KNOWN = Known()
