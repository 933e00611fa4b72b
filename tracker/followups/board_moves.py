"""Putting a follow-up into another state, whatever state it is in: what a column of the board asks for."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tracker.core.actor import Actor
from tracker.followups.changing import change
from tracker.followups.locking import progressing
from tracker.followups.models import FollowUp
from tracker.followups.progress import complete, reopen, start, wait

BOARD_STATES = ("open", "in_progress", "waiting", "done")


def put_into(session: Session, actor: Actor, follow_up: FollowUp, state: str, today: date) -> FollowUp:
    """Give `follow_up` one of BOARD_STATES, by the service that means it; `today` is the actor's day.

    Raises NotVisible, NotPermitted, Invalid; NeedsOpen when it is to be done before what it needs.
    """
    if state == "done":
        return complete(session, actor, follow_up, completed_on=today)
    if not follow_up.is_active:
        follow_up = reopen(session, actor, follow_up)
    if state == "in_progress":
        return start(session, actor, follow_up)
    if state == "waiting":
        return wait(session, actor, follow_up)
    _case, follow_up, _membership = progressing(session, actor, follow_up, None)
    values = {"status": "open", "waiting_on": None, "waiting_on_contact_id": None, "waiting_since": None}
    change(session, actor, follow_up, values, "edited", "follow_up.put_back")
    return follow_up
