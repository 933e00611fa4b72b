"""What the lists of meetings and of commitments can show, on the page and in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.cases.models import Case
from tracker.core.countries import country_name
from tracker.core.languages import written_day
from tracker.engagements.commitments import CommitmentLine, Side
from tracker.engagements.forms import COMMITMENT_KIND_WORDS, COMMITMENT_STATUS_WORDS, KIND_WORDS
from tracker.engagements.models import Engagement
from tracker.engagements.queries import EngagementLine
from tracker.followups.forms import LEVEL_WORDS
from tracker.lists.cells import Value
from tracker.lists.columns import Column, ListKind
from tracker.lists.export import Concern

ENGAGEMENTS = ListKind(
    "engagements",
    "engagements.list_engagements",
    "engagements.export_engagements",
    _l("Engagements"),
    (
        Column("when", _l("When")),
        Column("what", _l("What"), fixed=True),
        Column("kind", _l("Kind"), shown=False),
        Column("who", _l("Who")),
        Column("where", _l("Where")),
        Column("cases", _l("Cases")),
        Column("level", _l("Confidentiality"), shown=False),
    ),
    ("day",),
    {"month": _l("Month")},
)
COMMITMENTS = ListKind(
    "commitments",
    "engagements.list_commitments",
    "engagements.export_commitments",
    _l("Commitments"),
    (
        Column("text", _l("Exact words"), fixed=True),
        Column("kind", _l("Kind"), shown=False),
        Column("by", _l("By")),
        Column("to", _l("To")),
        Column("due", _l("Due")),
        Column("status", _l("Status")),
        Column("settled", _l("Settled on"), shown=False),
        Column("checked", _l("Checked by"), shown=False),
        Column("case", _l("Case")),
    ),
    ("due",),
    {"status": _l("Status"), "by": _l("By")},
)


@dataclass(frozen=True, slots=True)
class Told:
    """A commitment with the levels of what it hangs on, for a file."""

    line: CommitmentLine
    concerns: list[Concern]


_ENGAGEMENT_CELLS: dict[str, Callable[[EngagementLine], Value]] = {
    "when": lambda line: line.engagement.occurred_on or line.engagement.date_text,
    "what": lambda line: line.engagement.summary,
    "kind": lambda line: kind_words(line),
    "who": lambda line: "; ".join(
        one.contact.display_name if one.contact else one.name or "" for one in line.engagement.participants
    ),
    "where": lambda line: line.engagement.place,
    "cases": lambda line: ", ".join(case.reference for case in line.cases),
    "level": lambda line: str(LEVEL_WORDS[line.engagement.level]),
}
_COMMITMENT_CELLS: dict[str, Callable[[CommitmentLine], Value]] = {
    "text": lambda line: line.commitment.text,
    "kind": lambda line: str(COMMITMENT_KIND_WORDS[line.commitment.kind]),
    "by": lambda line: side_words(line.by),
    "to": lambda line: side_words(line.to),
    "due": lambda line: line.commitment.due_on,
    "status": lambda line: status_words(line),
    "settled": lambda line: line.commitment.settled_on,
    "checked": lambda line: line.checked_by,
    "case": lambda line: line.case_reference,
}


def engagement_cell(line: EngagementLine, key: str) -> Value:
    return _ENGAGEMENT_CELLS[key](line)


def commitment_cell(told: Told, key: str) -> Value:
    return _COMMITMENT_CELLS[key](told.line)


def concerns_of_engagement(line: EngagementLine) -> list[Concern]:
    """Each case that is named in the row, at least as confidential as the meeting itself."""
    level = line.engagement.level
    return [(case.id, highest(case.level, level)) for case in line.cases] or [(None, level)]


def told(session: Session, lines: Iterable[CommitmentLine]) -> list[Told]:
    """The lines with the levels of their cases and meetings. Two statements."""
    lines = list(lines)
    cases = _levels(session, Case, {line.commitment.case_id for line in lines})
    meetings = _levels(session, Engagement, {line.commitment.engagement_id for line in lines})
    found = []
    for line in lines:
        case_id, meeting_id = line.commitment.case_id, line.commitment.engagement_id
        level = highest(cases.get(case_id), meetings.get(meeting_id))
        found.append(Told(line, [(case_id, level)]))
    return found


def month_words(line: EngagementLine) -> str:
    day = line.engagement.sort_on
    return written_day(day, "LLLL y") if day else str(_("day unknown"))


def month_of(line: EngagementLine) -> tuple[int, int] | None:
    day = line.engagement.sort_on
    return (day.year, day.month) if day else None


def kind_words(line: EngagementLine) -> str:
    return str(KIND_WORDS.get(line.engagement.kind, line.engagement.kind))


def status_words(line: CommitmentLine) -> str:
    return str(COMMITMENT_STATUS_WORDS[line.commitment.status])


def side_words(side: Side) -> str:
    return country_name(side.country) if side.country and not side.contact_id else side.name or "–"


def _levels(session: Session, model: type[Case] | type[Engagement], ids: set[UUID | None]) -> dict[UUID | None, str]:
    wanted = [one for one in ids if one]
    rows = session.execute(select(model.id, model.level).where(model.id.in_(wanted))).all() if wanted else []
    return {row[0]: row[1] for row in rows}
