"""What happened to a case, in the past tense. `tracker/wiring.py` says who listens."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tracker.cases.models import Case
from tracker.core.actor import Actor


@dataclass(frozen=True, slots=True)
class CaseEventRecorded:
    """A history entry was added; `status_changed` when the case's status is another, or newly confirmed, after it."""

    case_id: UUID
    event_id: UUID
    actor: Actor
    status_changed: bool


@dataclass(frozen=True, slots=True)
class CaseCloses:
    """The case is about to end, and nothing is written yet: whoever knows of work that is open may refuse.

    `left_open`: the follow-ups of which somebody has said that they stay open.
    """

    case: Case
    actor: Actor
    left_open: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class CaseEventVoided:
    case_id: UUID
    event_id: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class CaseDetailsEdited:
    """The facts of the case as a whole are others: clocks may ask for them."""

    case_id: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class CaseLevelChanged:
    case_id: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class SubjectLeaves:
    """A subject is about to be taken off the case, and nothing is written yet: whoever names them there may refuse."""

    case_id: UUID
    subject_id: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """Somebody was given, or lost, a membership; what they may no longer see must not be mailed to them."""

    case_id: UUID
    person_id: UUID
    actor: Actor
