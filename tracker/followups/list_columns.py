"""What the list of follow-ups can show, on the page and in a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.access.levels import highest
from tracker.core.languages import written_day
from tracker.followups.forms import KIND_WORDS, LEVEL_WORDS, PRIORITY_WORDS, STATUS_WORDS
from tracker.followups.listing import ListLine
from tracker.lists.cells import Value
from tracker.lists.columns import Column, ListKind
from tracker.lists.export import Concern

FOLLOW_UPS = ListKind(
    "follow_ups",
    "followups.list_follow_ups",
    "followups.export_follow_ups",
    _l("Follow-ups"),
    (
        Column("title", _l("What is to be done"), fixed=True),
        Column("case", _l("Case"), shown=False),
        Column("due", _l("Due"), sort="due"),
        Column("assignee", _l("Who")),
        Column("status", _l("Status")),
        Column("priority", _l("Priority")),
        Column("kind", _l("Kind"), shown=False),
        Column("waiting", _l("Waiting on"), shown=False),
        Column("snoozed", _l("Snoozed until"), shown=False),
        Column("level", _l("Confidentiality"), shown=False),
        Column("completed", _l("Done on"), shown=False),
    ),
    ("due",),
    {
        "assignee": _l("Who"),
        "week": _l("Week"),
        "case": _l("Case"),
        "status": _l("Status"),
        "priority": _l("Priority"),
    },
)
EDITABLE = ("title", "due", "assignee", "priority")

_CELLS: dict[str, Callable[[ListLine], Value]] = {
    "title": lambda line: line.follow_up.title,
    "case": lambda line: f"{line.case_reference} {line.case_title}",
    "due": lambda line: line.follow_up.due_on,
    "assignee": lambda line: line.assignee_name,
    "status": lambda line: str(STATUS_WORDS[line.follow_up.status]),
    "priority": lambda line: str(PRIORITY_WORDS[line.priority]),
    "kind": lambda line: str(KIND_WORDS[line.follow_up.kind]),
    "waiting": lambda line: line.waiting_on,
    "snoozed": lambda line: line.snoozed_until,
    "level": lambda line: str(LEVEL_WORDS[level_of(line)]),
    "completed": lambda line: line.completed_on,
}
KEY_OF_GROUP: dict[str, Callable[[ListLine], Any]] = {
    "assignee": lambda line: line.follow_up.assignee_id,
    "week": lambda line: line.follow_up.due_on and line.follow_up.due_on.isocalendar()[:2],
    "case": lambda line: line.follow_up.case_id,
    "status": lambda line: line.follow_up.status,
    "priority": lambda line: line.priority,
}


def cell(line: ListLine, key: str) -> Value:
    """One cell of a file; days as days."""
    return _CELLS[key](line)


def heading(line: ListLine, group: str) -> str:
    """Of the group in which a follow-up stands."""
    if group == "week":
        return _week(line)
    words: dict[str, Callable[[], Any]] = {
        "assignee": lambda: line.assignee_name or _("Nobody yet"),
        "case": lambda: f"{line.case_reference} · {line.case_title}",
        "status": lambda: STATUS_WORDS[line.follow_up.status],
        "priority": lambda: PRIORITY_WORDS[line.priority],
    }
    return str(words[group]())


def level_of(line: ListLine) -> str:
    return highest(line.case_level, line.follow_up.level)


def concerns_of(line: ListLine) -> list[Concern]:
    return [(line.follow_up.case_id, level_of(line))]


def _week(line: ListLine) -> str:
    day = line.follow_up.due_on
    if day is None:
        return str(_("Without a day"))
    year, number, _weekday = day.isocalendar()
    monday = day.fromisocalendar(year, number, 1)
    return str(_("Week of %(day)s", day=written_day(monday, "d MMMM y")))
