"""Two editors of one follow-up: what the other one saved, beside what was typed here."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask_babel import gettext as _

from tracker.core.differences import Difference, differences
from tracker.core.languages import format_day
from tracker.followups.forms import KIND_WORDS, LEVEL_WORDS, PRIORITY_WORDS, FollowUpForm
from tracker.followups.models import FollowUp


def differing(theirs: FollowUp, yours: FollowUpForm, name_of: Callable[[UUID | None], str | None]) -> list[Difference]:
    """The fields that stand in the database otherwise than they were typed."""
    return differences(
        [
            (yours.title.label.text, theirs.title, yours.title.data or ""),
            (yours.due.label.text, format_day(theirs.due_on), format_day(yours.due.day)),
            (yours.assignee.label.text, name_of(theirs.assignee_id) or "", name_of(yours.assignee.data) or ""),
            (yours.kind.label.text, str(KIND_WORDS[theirs.kind]), str(KIND_WORDS.get(yours.kind.data, ""))),
            (
                yours.priority.label.text,
                str(PRIORITY_WORDS[theirs.priority]),
                str(PRIORITY_WORDS.get(yours.priority.data, "")),
            ),
            (yours.level.label.text, _level(theirs.level), _level(yours.level.data)),
            (yours.notes.label.text, theirs.notes or "", yours.notes.data or ""),
        ]
    )


def _level(level: str | None) -> str:
    return str(LEVEL_WORDS[level]) if level else _("As the case")
