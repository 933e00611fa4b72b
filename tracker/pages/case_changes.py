"""What changed on a case since its reader was last here: entries, comments, follow-ups of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tracker.cases.comments import CommentLine
from tracker.cases.page_history import ShownLine
from tracker.core.web import actor
from tracker.followups.queries import WorkLine
from tracker.pages.case_visits import Visit


@dataclass(frozen=True, slots=True)
class Changes:
    """Nothing to tell at the first visit: then `since` is None."""

    since: datetime | None
    entries: frozenset[UUID] = frozenset()
    comments: int = 0
    follow_ups: Sequence[tuple[UUID, str]] = ()

    @property
    def count(self) -> int:
        return len(self.entries) + self.comments + len(self.follow_ups)


def changes_since(
    visit: Visit, lines: Sequence[ShownLine], comments: Sequence[CommentLine], work: Sequence[WorkLine]
) -> Changes:
    """What others did since the visit before, among what the page shows."""
    if visit.since is None:
        return Changes(None)
    since = visit.since
    entries = frozenset(line.event.id for line in lines if _is_news(line, since))
    said = sum(1 for one in comments if one.created_at > since and not one.is_own and one.removed_at is None)
    changed = [(one.follow_up.id, one.follow_up.title) for one in work if one.follow_up.id in visit.follow_ups]
    return Changes(since, entries, said, changed)


def _is_news(line: ShownLine, since: datetime) -> bool:
    event, me = line.event, actor().person_id
    entered = event.entered_at > since and event.entered_by_id != me
    return entered or (event.voided_at is not None and event.voided_at > since and event.voided_by_id != me)
