"""The preview of one's reminders as a page shows it: by day, in the reader's zone and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.accounts.current import SignedIn
from tracker.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder to come; `title` and `reference` are empty where the reader may not see what it is about."""

    at: datetime
    clock: str
    kind: str
    via: str
    title: str
    reference: str
    due_on: date | None
    instead_of: str


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    lines: Sequence[Line] = field(default_factory=list)


def by_day(_session: Session, _actor: Actor, _person: SignedIn, _now: datetime, _days: int) -> list[Day]:
    """What `person` will get, day by day."""
    return []
