"""What those who watch a follow-up hear of it: that it was done or dropped, and that its day moved. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.followups.happened import FollowUpChanged
from tracker.reminders.kinds import FOLLOW_UP_CHANGED
from tracker.reminders.planning.circle_plan import Subject
from tracker.reminders.planning.rules import Wanted
from tracker.reminders.planning.telling import at_once

DONE, DROPPED, MOVED = "done", "dropped", "moved"
_WORDS = {"completed": DONE, "cancelled": DROPPED, "due_changed": MOVED}
NEWS_FOR = timedelta(days=30)


def news_of(event: FollowUpChanged, subject: Subject, now: datetime) -> list[Wanted]:
    """A row for everybody who watches it and may see it, but whoever did it and whoever has the work."""
    word = _WORDS.get(event.change)
    if word is None or subject.follow_up_id != event.follow_up_id:
        return []
    key = f"{subject.fact.version}:{word}"
    if word == DONE and subject.closed_on is not None:
        key += f":{subject.closed_on.isoformat()}"
    knows = {event.actor.person_id, subject.recipient.person_id if subject.recipient else None}
    rows = []
    for watcher in (subject.circle.people[one] for one in subject.circle.watchers if one in subject.circle.people):
        if watcher.person_id not in knows and subject.circle.reaches(watcher):
            told = at_once(watcher, FOLLOW_UP_CHANGED, now)
            rows.append(Wanted(FOLLOW_UP_CHANGED, key, watcher.person_id, told.at, told.at + NEWS_FOR, told.via))
    return rows


def is_of_end(due_key: str) -> bool:
    """Whether the news is that the work ended."""
    return due_key.split(":")[1] in (DONE, DROPPED)
