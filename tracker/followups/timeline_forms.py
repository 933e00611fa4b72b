"""What people enter about standard timelines: the lines of a set, and the rows of a preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.cases.models import Case
from tracker.core.errors import Fault, Invalid
from tracker.core.working_days import WorkingDays
from tracker.followups.dates import NotADay
from tracker.followups.offsets import day_of
from tracker.followups.timeline_sets import MOST_ITEMS, Item
from tracker.followups.timelines import NewRow
from tracker.followups.today import read_day_here

ROLE_WORDS = {"lead": _l("The lead of the case"), "me": _l("Whoever applies it"), "none": _l("Nobody yet")}
SPARE_LINES = 3


@dataclass(slots=True)
class Row:
    """One row of the preview, as offered or as the person left it; `problems` are words by field."""

    title: str
    due: str
    who: str
    offset: str
    kind: str
    ticked: bool = True
    problems: dict[str, str] = field(default_factory=dict)


def sent_items(said: Mapping[str, str]) -> list[Item]:
    """The lines of a set that were filled in, in their order."""
    items = []
    for number in range(MOST_ITEMS + SPARE_LINES):
        title, offset = said.get(f"items-{number}-title", "").strip(), said.get(f"items-{number}-offset", "").strip()
        if title or offset:
            role, kind = said.get(f"items-{number}-role", "none"), said.get(f"items-{number}-kind", "follow_up")
            items.append(Item(title, offset, role, kind))
    return items


def offered_rows(
    items: Sequence[Item], reference_on: date, case: Case, me: UUID | None, today: date, working_days: WorkingDays
) -> list[Row]:
    """The lines of a set around a day. What would lie in the past starts unticked."""
    people = {"lead": case.lead_id, "me": me}
    rows = []
    for item in items:
        due_on = day_of(reference_on, item.offset, working_days)
        rows.append(
            Row(
                title=item.title,
                due=due_on.isoformat() if due_on else "",
                who=str(people.get(item.role) or ""),
                offset=item.offset,
                kind=item.kind,
                ticked=due_on is not None and due_on >= today,
            )
        )
    return rows


def sent_rows(said: Mapping[str, str]) -> list[Row]:
    """The rows of the preview as they came back."""
    rows = []
    for number in range(MOST_ITEMS):
        name = f"row-{number}-"
        if name + "title" not in said:
            break
        rows.append(
            Row(
                title=said[name + "title"].strip()[:400],
                due=said.get(name + "due", "").strip()[:60],
                who=said.get(name + "who", ""),
                offset=said.get(name + "offset", "")[:20],
                kind=said.get(name + "kind", "follow_up"),
                ticked=name + "on" in said,
            )
        )
    return rows


def chosen_rows(rows: Sequence[Row], countries: Sequence[str]) -> list[NewRow]:
    """The ticked ones as what to make. Raises Invalid, after noting at each row what is wrong with it."""
    made, faults = [], []
    for number, row in enumerate(rows):
        if not row.ticked:
            continue
        try:
            due_on = read_day_here(row.due, countries) if row.due else None
        except NotADay:
            row.problems["due"] = _("Give a day such as 2026-12-01, 1 Dec, +14, +10wd or next friday.")
            faults.append(Fault(f"row-{number}-due", row.problems["due"]))
            continue
        made.append(NewRow(row.title, due_on, row.offset or None, _id(row.who), row.kind))
    if faults:
        raise Invalid(*faults)
    return made


def note_faults(rows: Sequence[Row], problem: Invalid) -> None:
    """Put faults named `rows.<n>.<field>` (n counts the ticked ones) at their rows."""
    ticked = [row for row in rows if row.ticked]
    names: dict[str, Any] = {"due_on": "due", "assignee_id": "who"}
    for fault in problem.faults:
        _rows, number, name = [*fault.path.split("."), "", ""][:3]
        if number.isdigit() and int(number) < len(ticked):
            ticked[int(number)].problems[names.get(name, name)] = fault.message


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
