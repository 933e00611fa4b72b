"""What happened to a follow-up, in the past tense. `tracker/wiring.py` says who listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from tracker.core.actor import Actor

Change = Literal["created", "assigned", "due_changed", "completed", "cancelled", "reopened", "edited"]


@dataclass(frozen=True, slots=True)
class FollowUpChanged:
    """One follow-up changed. Its row is flushed; `due_version` has risen when the due day or the assignee changed."""

    follow_up_id: UUID
    case_id: UUID
    change: Change
    actor: Actor


@dataclass(frozen=True, slots=True)
class DaysReckonedAnew:
    """All that hangs on a rule of law was reckoned anew after its version `number`. The days themselves have moved."""

    rule_key: str
    number: int


@dataclass(frozen=True, slots=True)
class FollowUpsMade:
    """Several were made at once on one case, as the standard ones of a status are. Their rows are flushed."""

    follow_up_ids: tuple[UUID, ...]
    case_id: UUID
    actor: Actor
