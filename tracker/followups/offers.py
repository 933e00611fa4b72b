"""What a change of status offers, as the person who moves left it: edited, assigned, ticked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.followups.sitting_days import SittingDay


@dataclass(frozen=True, slots=True)
class StandardFollowUp:
    """One standard follow-up to make. `template_key` names it in the pathway; `every_days` lets it recur."""

    template_key: str
    title: str
    due_on: date | None = None
    assignee_id: UUID | None = None
    every_days: int | None = None
    kind: str = "follow_up"
    sitting: SittingDay | None = None
    """The sitting from whose first day it counts so many `days`: it moves when the sitting does."""
    days: int = 0
