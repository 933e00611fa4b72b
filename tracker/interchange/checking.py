"""Checks a whole dossier file, all rules at once, before anything is written. Pure: what is known here is passed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tracker.interchange.chronology import (
    Placed,
    check_bounds,
    check_order,
    check_precision,
    in_order,
    is_undecided,
)
from tracker.interchange.findings import Finding, Findings, at_key
from tracker.interchange.judging import History, judge_case
from tracker.interchange.known import NOTHING_KNOWN, Known, RecordedCase
from tracker.interchange.matching import Entry, merge
from tracker.interchange.newcomers import check_new, report_addresses
from tracker.interchange.references import References, check_own_lists, objects_of
from tracker.interchange.schema import CaseObject, DossierFile, FollowUpObject
from tracker.interchange.shaping import shape
from tracker.pathways.schema import Definition


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
    report_addresses(file, findings)
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
    undecided = is_undecided(case)
    if not undecided:
        check_order([Placed(path, entry.when) for path, entry in zip(paths, history, strict=True)], findings)
    _require_status(case, history, findings)
    definition = _definition(case, recorded, definitions, findings)
    if definition is None:
        return CheckedCase(case, None, history)
    told = History(case, recorded, definition, history, paths, is_ordered=not undecided)
    return CheckedCase(case, definition, history, judge_case(told, findings))


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
