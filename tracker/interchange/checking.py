"""Checks a whole dossier file, all rules at once, before anything is written. Pure: what is known here is passed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tracker.interchange.chronology import Placed, check_bounds, check_order, check_precision, in_order
from tracker.interchange.findings import Finding, Findings, at_key
from tracker.interchange.known import NOTHING_KNOWN, Known, RecordedCase
from tracker.interchange.lawfulness import (
    ANYTHING,
    Said,
    check_return,
    judge_history,
    report_gaps,
    report_level,
    unlawful_paths,
)
from tracker.interchange.matching import Entry, merge
from tracker.interchange.newcomers import check_new
from tracker.interchange.references import References, check_own_lists, objects_of
from tracker.interchange.schema import CaseObject, DossierFile, FollowUpObject
from tracker.interchange.shaping import shape
from tracker.pathways.schema import Definition
from tracker.pathways.vocabulary import JUMP

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
)


class Definitions(Protocol):
    """The pathways in force. `get` raises LookupError for a key that is none."""

    def get(self, key: str) -> Definition: ...

    def keys(self) -> Iterable[str]: ...


@dataclass(frozen=True)
class CheckedCase:
    """A case of the file with its whole history in order, and the kind of move of each entry by path."""

    given: CaseObject
    definition: Definition | None
    history: list[Entry] = field(default_factory=list)
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """What checking says of a file. `file` is None when the file is no map at all."""

    file: DossierFile | None
    findings: Findings
    cases: list[CheckedCase] = field(default_factory=list)

    @property
    def lawful(self) -> bool:
        return not self.findings.errors


def shape_file(document: Any, faults: Iterable[Finding]) -> tuple[DossierFile | None, Findings]:
    """The file's objects as far as they can be used, and every fault of shape."""
    findings = Findings(errors=list(faults))
    return shape(DossierFile, document, "", findings), findings


def check(
    file: DossierFile | None, findings: Findings, definitions: Definitions, known: Known = NOTHING_KNOWN
) -> Checked:
    """All rules, on top of the faults that shaping has found."""
    if file is None:
        return Checked(None, findings)
    References(file, known).check(findings)
    check_new(file, known, findings)
    for engagement in file.engagements or ():
        check_precision(engagement, findings)
    cases = [_check_case(case, definitions, known, findings) for case in file.cases or ()]
    _report_unknown_people(file, known, findings)
    return Checked(file, findings, cases)


def _check_case(case: CaseObject, definitions: Definitions, known: Known, findings: Findings) -> CheckedCase:
    check_own_lists(case, findings)
    for event in case.events or ():
        check_precision(event, findings)
        check_bounds(event, findings)
    recorded = known.cases.get(case.ref)
    ordered = in_order(case.events or (), findings)
    history = merge(ordered, recorded.events if recorded else ())
    paths = _paths(case, history)
    check_order([Placed(path, entry.when) for path, entry in zip(paths, history, strict=True)], findings)
    _require_status(case, history, findings)
    definition = _definition(case, recorded, definitions, findings)
    if definition is None:
        return CheckedCase(case, None, history)
    return CheckedCase(case, definition, history, _judge(case, recorded, definition, history, paths, findings))


def _paths(case: CaseObject, history: list[Entry]) -> list[str]:
    """Where each entry stands: in the file, or among what is recorded here."""
    return [
        entry.given.path if entry.given is not None else f"{case.path}.events[recorded here as {number}]"
        for number, entry in enumerate(history, 1)
    ]


def _require_status(case: CaseObject, history: list[Entry], findings: Findings) -> None:
    if not history or case.is_faulty("events"):
        return
    unreadable = any(entry.given is not None and entry.given.is_faulty("status") for entry in history)
    if not unreadable and all(entry.value("status") is None for entry in history):
        findings.error(at_key(case.path, "events"), "at least one event must have a status")


def _definition(
    case: CaseObject, recorded: RecordedCase | None, definitions: Definitions, findings: Findings
) -> Definition | None:
    if case.is_faulty("pathway"):
        return None
    path = at_key(case.path, "pathway")
    if recorded is not None and recorded.pathway != case.pathway:
        findings.error(path, f"this case is recorded here under the pathway {recorded.pathway}, which cannot change")
    try:
        return definitions.get(case.pathway)
    except LookupError:
        findings.error(path, f"{case.pathway!r} is no pathway. Pathways: {', '.join(sorted(definitions.keys()))}.")
        return None


def _judge(
    case: CaseObject,
    recorded: RecordedCase | None,
    definition: Definition,
    history: list[Entry],
    paths: list[str],
    findings: Findings,
) -> dict[str, str]:
    excused = _unlawful_already(definition, recorded)
    said = [_said(path, entry, excused, findings) for path, entry in zip(paths, history, strict=True)]
    details = details_of(case, recorded)
    kinds = judge_history(definition, details, said, findings)
    for step in said:
        if step.is_new:
            check_return(definition, step, findings)
            report_gaps(definition, details, step, kinds.get(step.path, "forward"), findings)
    status = next((step.status for step in reversed(said) if step.status is not None), None)
    if isinstance(status, str):
        report_level(definition, case.path, level_of(case, recorded), status, findings)
    return kinds


def _unlawful_already(definition: Definition, recorded: RecordedCase | None) -> set[str]:
    if recorded is None:
        return set()
    history = [
        Said(str(event.id), event.content["status"], _said_move(event.content["move"]), event.content["resume_to"])
        for event in recorded.events
    ]
    return unlawful_paths(definition, recorded.details, history)


def _said_move(recorded: str | None) -> str | None:
    """What was recorded is the kind as it was judged; only a jump was surely said, another may change by its place."""
    return JUMP if recorded == JUMP else None


def _said(path: str, entry: Entry, excused: set[str], findings: Findings) -> Said:
    given = entry.given
    unreadable = given is not None and given.is_faulty("status")
    status = ANYTHING if unreadable else entry.value("status")
    move = entry.value("move")
    if given is None or (entry.recorded is not None and "move" not in given.given):
        move = _said_move(move)
    if given is not None and given.move is not None and status is None:
        findings.error(at_key(path, "move"), "a move needs a status that the case has after it")
    columns = {name: entry.value(name) for name in COLUMNS}
    is_excused = entry.recorded is not None and not entry.is_changed and str(entry.recorded.id) in excused
    return Said(path, status, move, entry.value("resume_to"), given is not None, is_excused, columns)


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


def _report_unknown_people(file: DossierFile, known: Known, findings: Findings) -> None:
    for path, email in _people_named(file):
        if email not in known.people:
            findings.gap(path, f"nobody here has the e-mail address {email}; name somebody who has an account")
        elif not path.endswith("assignee") and known.people[email] not in known.case_readers:
            findings.gap(path, f"{email} has no role that works on cases; name somebody who has")


def _people_named(file: DossierFile) -> Iterable[tuple[str, str]]:
    for case in file.cases or ():
        if case.lead is not None:
            yield at_key(case.path, "lead"), case.lead
        for member in case.members or ():
            if not member.is_faulty("user"):
                yield at_key(member.path, "user"), member.user
    for item in objects_of(file, "follow_ups"):
        if isinstance(item, FollowUpObject) and item.assignee is not None:
            yield at_key(item.path, "assignee"), item.assignee
