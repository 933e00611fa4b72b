"""The history of one case of a file: the kinds of its moves, what is unlawful, what is missing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.access.levels import OPEN_LEVELS
from tracker.interchange.findings import Findings, at_key
from tracker.interchange.known import RecordedCase
from tracker.interchange.lawfulness import (
    ANYTHING,
    Said,
    check_return,
    judge_apart,
    judge_history,
    report_gaps,
    report_held_back,
    report_level,
    report_subtype,
    unlawful_paths,
)
from tracker.interchange.matching import Entry
from tracker.interchange.schema import CaseObject
from tracker.interchange.starting import report_start
from tracker.pathways.schema import Definition

DEFAULT_LEVEL = "internal"
COLUMNS = (
    "occurred_on",
    "known_on",
    "effective_on",
    "expires_on",
    "time",
    "place",
    "authority",
    "reference_no",
    "source",
    "outcome",
    "reason",
    "resume_to",
    "new_facts",
    "facts",
    "between",
    "confidentiality",
)
"""What of an entry the rules ask to know."""


@dataclass(frozen=True)
class History:
    """One case of the file, what is recorded of it here, and its entries, each with its path."""

    case: CaseObject
    recorded: RecordedCase | None
    definition: Definition
    entries: Sequence[Entry]
    paths: Sequence[str]
    is_ordered: bool = True
    """False: the dates leave the order open, so no move from one entry to the next can be judged."""


def judge_case(history: History, findings: Findings) -> dict[str, str]:
    """The kind of each entry's move by the entry's path; every fault and gap of the history is reported."""
    definition, details = history.definition, details_of(history.case, history.recorded)
    excused = _unlawful_already(definition, history.recorded)
    said = [_said(path, entry, excused, findings) for path, entry in zip(history.paths, history.entries, strict=True)]
    report_subtype(definition, history.case.path, details, findings)
    for path, entry in zip(history.paths, history.entries, strict=True):
        if entry.given is not None:
            report_start(definition, path, entry, findings)
    if history.is_ordered:
        kinds = judge_history(definition, details, said, findings)
    else:
        kinds = judge_apart(definition, details, said, findings)
    for step in said:
        if step.is_new:
            check_return(definition, step, findings)
            report_gaps(definition, details, step, kinds.get(step.path, "forward"), findings)
    if history.is_ordered:
        _report_end(history, said, findings)
    return kinds


def _report_end(history: History, said: Sequence[Said], findings: Findings) -> None:
    """What the status that the case comes to asks of its level, and who will know of that status."""
    level = level_of(history.case, history.recorded)
    status = next((step.status for step in reversed(said) if step.status is not None), None)
    if isinstance(status, str):
        report_level(history.definition, history.case.path, level, status, findings)
    if level in OPEN_LEVELS:
        report_held_back(said, findings)


def _unlawful_already(definition: Definition, recorded: RecordedCase | None) -> set[str]:
    if recorded is None:
        return set()
    history = [
        Said(str(event.id), event.content["status"], event.content["move"], event.content["resume_to"], insists=False)
        for event in recorded.events
    ]
    return unlawful_paths(definition, recorded.details, history)


def _said(path: str, entry: Entry, excused: set[str], findings: Findings) -> Said:
    given = entry.given
    unreadable = given is not None and given.is_faulty("status")
    status = ANYTHING if unreadable else entry.value("status")
    insists = given is not None and given.move is not None
    if given is not None and given.move is not None and status is None:
        findings.error(at_key(path, "move"), "a move needs a status that the case has after it")
    columns = {name: entry.value(name) for name in COLUMNS}
    is_excused = entry.recorded is not None and not entry.is_changed and str(entry.recorded.id) in excused
    return Said(
        path, status, entry.value("move"), entry.value("resume_to"), insists, given is not None, is_excused, columns
    )


def level_of(case: CaseObject, recorded: RecordedCase | None) -> str:
    """The level that the case will have."""
    if case.confidentiality is not None:
        return case.confidentiality
    return recorded.level if recorded is not None and "confidentiality" not in case.given else DEFAULT_LEVEL


def details_of(case: CaseObject, recorded: RecordedCase | None) -> dict[str, Any]:
    """The facts of the case as they will be: those that the file leaves out stay, null clears."""
    if "details" in case.given and case.details is None:
        return {}
    merged = {**(recorded.details if recorded else {}), **(case.details or {})}
    return {key: value for key, value in merged.items() if value is not None}
