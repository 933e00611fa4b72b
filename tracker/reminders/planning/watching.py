"""What those who watch a follow-up hear of it: that it was done or dropped, and that its day moved. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from tracker.followups.happened import FollowUpChanged
from tracker.reminders.kinds import FOLLOW_UP_CHANGED
from tracker.reminders.planning.circle_plan import Subject
from tracker.reminders.planning.people import Recipient
from tracker.reminders.planning.rules import Wanted
from tracker.reminders.planning.telling import at_once

DONE, DROPPED, MOVED = "done", "dropped", "moved"
_WORDS = {"completed": DONE, "cancelled": DROPPED, "due_changed": MOVED}
NEWS_FOR = timedelta(days=30)


def news_of(event: FollowUpChanged, subject: Subject, now: datetime) -> list[Wanted]:
    """A row for everybody who watches it and may see it, but whoever did it and whoever has the work.

    Who is away is stood in for, unless by somebody who knows.
    """
    word = _WORDS.get(event.change)
    if word is None or subject.follow_up_id != event.follow_up_id:
        return []
    key = f"{subject.fact.version}:{word}"
    if word == DONE and subject.closed_on is not None:
        key += f":{subject.closed_on.isoformat()}"
    knows = {event.actor.person_id, subject.recipient.person_id if subject.recipient else None}
    rows = {}
    for watcher in (subject.circle.people[one] for one in subject.circle.watchers if one in subject.circle.people):
        if watcher.person_id not in knows and subject.circle.reaches(watcher):
            one = _told(watcher, key, subject, now, knows)
            rows[one.recipient_id] = one  # two may share a substitute
    return list(rows.values())


def _told(watcher: Recipient, key: str, subject: Subject, now: datetime, knows: Collection[UUID | None]) -> Wanted:
    told = at_once(watcher, FOLLOW_UP_CHANGED, now)
    other = subject.circle.in_place_of(watcher, told.at)
    if other is watcher or other.person_id in knows:
        other = watcher
    else:
        told = at_once(other, FOLLOW_UP_CHANGED, now)
    return Wanted(FOLLOW_UP_CHANGED, key, other.person_id, told.at, told.at + NEWS_FOR, told.via)


def is_of_end(due_key: str) -> bool:
    """Whether the news is that the work ended."""
    return due_key.split(":")[1] in (DONE, DROPPED)
