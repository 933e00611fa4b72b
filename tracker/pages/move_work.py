"""What becomes of open follow-ups when a case closes: a choice for all, and one for each, as fields of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.cases.belongings import links_of
from tracker.cases.forms.fields import uuid_of
from tracker.core.errors import Invalid
from tracker.core.web import actor, db
from tracker.followups.closing import CANCEL, COMPLETE, HAND_OVER, KEEP, Settlement, choices_for, open_work
from tracker.followups.queries import WorkLine
from tracker.pages.move_targets import PAST, Chosen, Moving

CHOICE_WORDS = {
    CANCEL: _l("Cancel"),
    COMPLETE: _l("Mark as done"),
    KEEP: _l("Leave open"),
    HAND_OVER: _l("Hand over to %(reference)s"),
}


@dataclass(slots=True)
class WorkRow:
    """One open follow-up; `said` is the choice for it alone, empty where that for all counts."""

    line: WorkLine
    choices: Sequence[tuple[str, str]]
    said: str
    problem: str = ""

    @property
    def name(self) -> str:
        return f"work_{self.line.follow_up.id}"


@dataclass(slots=True)
class OpenWorkShown:
    rows: Sequence[WorkRow]
    choices: Sequence[tuple[str, str]]
    said: str
    reason: str
    reason_problem: str = ""

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Words and where they lead, for the summary of errors."""
        found = [(row.problem, f"#{row.name}") for row in self.rows if row.problem]
        return [*found, *([(self.reason_problem, "#work_reason")] if self.reason_problem else [])]


NOTHING = OpenWorkShown((), (), "", "")


def would_close(moving: Moving, pick: Chosen) -> bool:
    """Whether the case ends with this move, as far as can be said before its date is known."""
    row, now = moving.definition.status(pick.target), moving.definition.by_key.get(moving.sight.status or "")
    ended = now is not None and now.phase == "closed" and not now.living
    return pick.how != PAST and row.phase == "closed" and not row.living and not ended


def work_shown(moving: Moving, closes: bool, said: Mapping[str, str]) -> OpenWorkShown:
    """The open follow-ups of a case that is about to close, with what was chosen for them so far."""
    lines = open_work(db(), actor(), moving.case.id) if closes else ()
    if not lines:
        return NOTHING
    others = [(link.other.id, link.other.reference) for link in links_of(db(), actor(), moving.case)]
    rows = [
        WorkRow(line, _choices(choices_for(actor(), moving.case, line.follow_up, moving.membership), others), "")
        for line in lines
    ]
    for row in rows:
        row.said = said.get(row.name, "")
    common = [choice for choice in rows[0].choices if all(choice in row.choices for row in rows)]
    return OpenWorkShown(rows, common, said.get("work_all", ""), said.get("work_reason", "").strip())


def settlements(shown: OpenWorkShown) -> list[Settlement]:
    """What was chosen; a row for which nothing was chosen, or nothing that is offered, is left out and so refused."""
    chosen = ((row, row.said or shown.said) for row in shown.rows)
    return [_settlement(row, said) for row, said in chosen if said in dict(row.choices)]


def note_open(shown: OpenWorkShown, undecided: Iterable[WorkLine]) -> None:
    """Say at each row that nobody has decided about."""
    ids = {line.follow_up.id for line in undecided}
    for row in shown.rows:
        if row.line.follow_up.id in ids:
            row.problem = _("“%(title)s” is still open. Say what becomes of it.", title=row.line.follow_up.title)


def note_undecided(shown: OpenWorkShown) -> None:
    """The same for all about which nothing was chosen, and what a choice leaves unsaid."""
    said = {one.follow_up_id: one for one in settlements(shown)}
    note_open(shown, [row.line for row in shown.rows if row.line.follow_up.id not in said])
    if any(one.choice == KEEP for one in said.values()) and not shown.reason:
        shown.reason_problem = _("Say why work stays open on a closed case.")


def note_refused(shown: OpenWorkShown, problem: Invalid) -> None:
    """Put the faults of a settlement at their rows."""
    rows: dict[str, Any] = {f"work.{row.line.follow_up.id}": row for row in shown.rows}
    for fault in problem.faults:
        if fault.path == "work_reason":
            shown.reason_problem = fault.message
        elif fault.path in rows:
            rows[fault.path].problem = fault.message


def _choices(allowed: Sequence[str], others: Sequence[tuple[UUID, str]]) -> list[tuple[str, str]]:
    found = [(choice, str(CHOICE_WORDS[choice])) for choice in allowed if choice != HAND_OVER]
    if HAND_OVER in allowed:
        words = str(CHOICE_WORDS[HAND_OVER])
        found += [(f"{HAND_OVER}:{case_id}", words % {"reference": reference}) for case_id, reference in others]
    return found


def _settlement(row: WorkRow, said: str) -> Settlement:
    choice, _colon, other = said.partition(":")
    return Settlement(row.line.follow_up.id, choice, uuid_of(other))
