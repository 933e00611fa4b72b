"""What the list of cases can show, on the page and in a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.cases.forms.fields import PHASE_WORDS
from tracker.cases.listing import CaseLine
from tracker.lists.cells import Value
from tracker.lists.columns import Column, ListKind
from tracker.lists.export import Concern
from tracker.pathways.schema import Definition

CASES = ListKind(
    "cases",
    "cases.list_cases",
    "cases.export_cases",
    _l("Cases"),
    (
        Column("title", _l("Case"), sort="title", fixed=True),
        Column("reference", _l("Reference"), shown=False),
        Column("pathway", _l("Pathway"), shown=False),
        Column("status", _l("Status")),
        Column("since", _l("Since"), shown=False),
        Column("phase", _l("Phase"), shown=False),
        Column("due", _l("Next deadline"), sort="deadline"),
        Column("lead", _l("Lead")),
        Column("countries", _l("Countries"), shown=False),
        Column("level", _l("Confidentiality")),
        Column("gaps", _l("Gaps"), shown=False, class_="numeric"),
        Column("last_event", _l("Last entry"), shown=False),
        Column("activity", _l("Last change"), sort="activity", falls=True, class_="cell-late"),
    ),
    ("activity", "deadline", "title"),
    {"pathway": _l("Pathway"), "phase": _l("Phase"), "lead": _l("Lead"), "level": _l("Confidentiality")},
)
LEVEL_WORDS = {
    "public": _l("Public"),
    "internal": _l("Internal"),
    "restricted": _l("Restricted"),
    "sealed": _l("Sealed"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What keys of cases are called, looked up once for a list. `known`: the newest definition of each pathway."""

    known: Mapping[str, Definition]

    def pathway(self, key: str) -> str:
        definition = self.known.get(key)
        return str(definition.label) if definition else key

    def status(self, line: CaseLine) -> str:
        definition = self.known.get(line.case.pathway)
        row = definition.by_key.get(line.status or "") if definition else None
        return str(row.label) if row else ""

    def phase(self, key: str | None) -> str:
        return str(PHASE_WORDS[key]) if key else str(_("No status yet"))

    def heading(self, line: CaseLine, group: str) -> str:
        """Of the group in which a case stands."""
        words: dict[str, Callable[[], Any]] = {
            "pathway": lambda: self.pathway(line.case.pathway),
            "phase": lambda: self.phase(line.case.phase),
            "lead": lambda: line.lead_name or _("Nobody"),
            "level": lambda: LEVEL_WORDS[line.case.level],
        }
        return str(words[group]())

    def cell(self, line: CaseLine, key: str) -> Value:
        """One cell of a file; days as days, a vague day as it is written: 2026-03."""
        return _CELLS[key](self, line)


_CELLS: dict[str, Callable[[Words, CaseLine], Value]] = {
    "title": lambda _words, line: line.case.title,
    "reference": lambda _words, line: line.case.reference,
    "pathway": lambda words, line: words.pathway(line.case.pathway),
    "status": lambda words, line: words.status(line),
    "since": lambda _words, line: line.since,
    "phase": lambda words, line: words.phase(line.phase),
    "due": lambda _words, line: line.case.next_due_on,
    "lead": lambda _words, line: line.lead_name,
    "countries": lambda _words, line: ", ".join(line.case.countries),
    "level": lambda _words, line: str(LEVEL_WORDS[line.case.level]),
    "gaps": lambda _words, line: line.case.gap_count,
    "last_event": lambda _words, line: line.case.last_event_on,
    "activity": lambda _words, line: line.case.activity_at.date(),
}
KEY_OF_GROUP: dict[str, Callable[[CaseLine], Any]] = {
    "pathway": lambda line: line.case.pathway,
    "phase": lambda line: line.case.phase,
    "lead": lambda line: line.lead_name,
    "level": lambda line: line.case.level,
}


def concerns_of(line: CaseLine) -> list[Concern]:
    return [(line.case.id, line.case.level)]
