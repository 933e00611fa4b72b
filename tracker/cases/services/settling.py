"""The same last steps of every change of a history: project, note the activity, write the trail, announce."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.audit.services import record
from tracker.cases.happened import CaseEventRecorded
from tracker.cases.models import Case, CaseEvent
from tracker.cases.projection import is_shared, refresh_status
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.events import announce


def settle_history(session: Session, case: Case, events: Sequence[CaseEvent], *, tells_all: bool = True) -> None:
    """Recompute the row from `events`, all that the actor sees. `tells_all`: every reader sees the change."""
    refresh_status(case, events)
    if tells_all:
        case.activity_at = clock.now()
    session.flush()


def tell_recorded(session: Session, actor: Actor, case: Case, event: CaseEvent, action: str, **detail: Any) -> None:
    """Audit and announce a new entry."""
    record(session, actor, action, "case_event", event.id, case_id=case.id, version=case.version, **detail)
    announce(session, CaseEventRecorded(case.id, event.id, actor, status_changed=event.status is not None))


def is_told_to_all(case: Case, event: CaseEvent) -> bool:
    """Whether every reader of the case sees this entry."""
    return is_shared(case, event.level)


def standing_of(events: Sequence[CaseEvent], *without: UUID) -> list[CaseEvent]:
    """The entries that are not voided, in order."""
    return [event for event in events if event.voided_at is None and event.id not in without]
