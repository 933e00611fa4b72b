"""Work that hangs on a day which stands elsewhere: it goes along when that day is corrected, or is flagged."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.core.actor import Actor
from tracker.followups.changing import change
from tracker.followups.locking import locked
from tracker.followups.models import FollowUp
from tracker.followups.rule_titles import marked, plain


def carry_along(session: Session, actor: Actor, follow_up_id: UUID, made_for: date | None, new_on: date | None) -> bool:
    """Move the follow-up from the day that it was `made_for` to `new_on`; whether it was seen.

    Where somebody has set another day, that one stays, and the new one is kept beside it to be looked at. Without a new
    day nothing moves: a person decides what becomes of the work. Done work stays as it is.
    """
    follow_up = session.get(FollowUp, follow_up_id)
    if follow_up is None:
        return False
    _case, follow_up = locked(session, follow_up, None)
    if new_on is None or not follow_up.is_active:
        return True
    if follow_up.due_on != made_for:
        to_check = new_on if new_on != follow_up.due_on else None
        change(session, actor, follow_up, {"due_to_check": to_check}, "edited", "follow_up.flagged")
    else:
        change(session, actor, follow_up, {"due_on": new_on}, "due_changed", "follow_up.moved")
    return True


def mark_along(session: Session, actor: Actor, follow_up_id: UUID, is_unverified: bool) -> None:
    """Say in the title whether the rule behind the day is unverified. Done work keeps its title."""
    follow_up = session.get(FollowUp, follow_up_id)
    if follow_up is None:
        return
    _case, follow_up = locked(session, follow_up, None)
    words = plain(follow_up.title)
    if follow_up.is_active and (words != follow_up.title) != is_unverified:
        title = marked(words) if is_unverified else words
        change(session, actor, follow_up, {"title": title}, "edited", "follow_up.edited")
