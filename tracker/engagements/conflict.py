"""Two editors of one meeting: what the other one saved, beside what was typed here."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import FieldList

from tracker.cases.models import Case
from tracker.core.differences import Difference, differences
from tracker.core.languages import format_vague
from tracker.engagements.forms import KIND_WORDS, EngagementForm, labels_of_participants, line_of
from tracker.engagements.known import label_of_case
from tracker.engagements.models import Engagement
from tracker.followups.forms import LEVEL_WORDS


def differing(theirs: Engagement, cases: Sequence[Case], yours: EngagementForm) -> list[Difference]:
    """The fields that stand in the database otherwise than they were typed."""
    return differences(
        [
            (yours.kind.label.text, str(KIND_WORDS.get(theirs.kind, theirs.kind)), str(KIND_WORDS[yours.kind.data])),
            (yours.occurred_on.label.text, _day(theirs.occurred_on), _day(yours.happened_on)),
            (yours.date_text.label.text, theirs.date_text, line_of(yours.date_text.data)),
            (yours.place.label.text, theirs.place, line_of(yours.place.data)),
            (yours.summary.label.text, theirs.summary, yours.summary.data),
            (yours.level.label.text, str(LEVEL_WORDS[theirs.level]), _level(yours, theirs)),
            (yours.participants.label.text, "; ".join(labels_of_participants(theirs)), _typed(yours.participants)),
            (yours.cases.label.text, "; ".join(label_of_case(case) for case in cases), _typed(yours.cases)),
        ]
    )


def _day(text: str | None) -> str:
    return format_vague(text) if text else ""


def _level(yours: EngagementForm, theirs: Engagement) -> str:
    return str(LEVEL_WORDS[yours.level.data or theirs.level])


def _typed(rows: FieldList) -> str:
    return "; ".join(text for row in rows if (text := line_of(row.data)))
