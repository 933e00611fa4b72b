"""Rule 2 of the format: each change of status is lawful in the pathway's table. And the gaps of rule 4. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.access.levels import OPEN_LEVELS
from tracker.interchange.findings import Findings, at_key
from tracker.pathways.conditions import is_below, required_level
from tracker.pathways.demands import missing
from tracker.pathways.machine import Verdict, judge, jump_targets
from tracker.pathways.refusals import InKeys
from tracker.pathways.schema import Definition
from tracker.pathways.state import CaseState, advance
from tracker.pathways.vocabulary import JUMP

ANYTHING = object()
"""Stands for a status that cannot be read: what follows it is judged as if the history began there."""


@dataclass(frozen=True)
class Said:
    """What one event says about the status: an event of the file (`is_new`), or one that is recorded here."""

    path: str
    status: str | object | None
    move: str | None = None
    resume_to: str | None = None
    insists: bool = True
    """Whether the file says the move. A kind that was said earlier gives way where another neighbour changes it."""
    is_new: bool = True
    excused: bool = False
    """An entry recorded here that was unlawful before this import: what it was it may stay."""
    columns: Mapping[str, Any] = field(default_factory=dict)
    """The event's own columns, by the names of the definitions' `field`, and its `facts`."""


def judge_history(
    definition: Definition, details: Mapping[str, Any], history: Sequence[Said], findings: Findings
) -> dict[str, str]:
    """The kind of each event's move by the event's path, every unlawful move reported.

    After an unlawful move the history goes on from where it led, after an unknown status it begins anew, so that one
    fault doesn't make ten.
    """
    state = CaseState(details=details)
    kinds: dict[str, str] = {}
    for said in history:
        if said.status is ANYTHING:
            state = CaseState(details=details)
            continue
        if not isinstance(said.status, str):
            continue
        verdict = _verdict(definition, state, said, said.status)
        if verdict.lawful and verdict.kind:
            kinds[said.path] = verdict.kind
        elif not verdict.lawful and not said.excused:
            findings.error(_fault_path(said, verdict), _with_help(definition, state, said.status, verdict))
        if said.status in definition.by_key:
            state = advance(definition, state, status=said.status, resume_to=said.resume_to)
        else:
            state = CaseState(details=details)
    return kinds


def judge_apart(
    definition: Definition, details: Mapping[str, Any], history: Sequence[Said], findings: Findings
) -> dict[str, str]:
    """What is wrong with each event wherever it stands: for a case whose order nobody can tell yet."""
    kinds: dict[str, str] = {}
    for said in history:
        kinds |= judge_history(definition, details, [said], findings)
    return kinds


def _verdict(definition: Definition, state: CaseState, said: Said, status: str) -> Verdict:
    verdict = judge(definition, state, status, said.move, importing=True)
    if verdict.code == "wrong_kind" and not said.insists:
        return judge(definition, state, status, importing=True)
    return verdict


def unlawful_paths(definition: Definition, details: Mapping[str, Any], history: Sequence[Said]) -> set[str]:
    """The paths of the entries of a history that its table does not allow."""
    findings = Findings()
    judge_history(definition, details, history, findings)
    return {finding.path.rpartition(".")[0] for finding in findings.errors}


def _fault_path(said: Said, verdict: Verdict) -> str:
    about_move = verdict.code in ("wrong_kind", "unknown_kind", "not_reachable")
    return at_key(said.path, "move" if about_move else "status")


def _with_help(definition: Definition, state: CaseState, target: str, verdict: Verdict) -> str:
    if verdict.refusal is None:
        return ""
    if state.status is None and verdict.code in ("forbidden", "other_subtype"):
        why = verdict.refusal.why(InKeys(definition))
        return f"{why} Lawful here: {', '.join(_possible(definition, state))}."
    if verdict.code == "not_listed" and target in jump_targets(definition, state):
        return f"{verdict.refusal.in_keys()} If steps between are unknown or were skipped, say so with move: {JUMP}."
    return verdict.refusal.in_keys()


def _possible(definition: Definition, state: CaseState) -> list[str]:
    """What an imported history may begin with: every status that the facts of the case do not rule out."""
    return [key for key in definition.by_key if judge(definition, state, key, importing=True).lawful]


def check_return(definition: Definition, said: Said, findings: Findings) -> None:
    """`resume_to` must name a status of the pathway."""
    if said.resume_to is not None and said.resume_to not in definition.by_key:
        message = f"'{said.resume_to}' is no status of {definition.key}. Statuses: {', '.join(definition.by_key)}."
        findings.error(at_key(said.path, "resume_to"), message)


def report_gaps(definition: Definition, details: Mapping[str, Any], said: Said, kind: str, findings: Findings) -> None:
    """What the status and the kind of move ask to know and neither the event nor the case says."""
    if not isinstance(said.status, str) or said.status not in definition.by_key:
        return
    facts = said.columns.get("facts") or {}
    asked = {key: said.columns.get(key) for key in ("resume_to", "outcome", "reason", "new_facts")}
    for gap in missing(definition, said.status, kind, facts=facts, fields=said.columns, details=details, **asked):
        if gap.field == "occurred_on" and said.columns.get("between"):
            continue  # bounds are an answer, too
        path = at_key(said.path, gap.field or f"facts.{gap.key}")
        findings.gap(path, gap.message)


def report_level(definition: Definition, path: str, level: str, status: str | None, findings: Findings) -> None:
    """A case that is open to more people than its status asks for keeps its level; that is a gap."""
    asked = required_level(definition, status)
    if is_below(level, asked):
        message = f"'{status}' asks for at least the level {asked}; the level given, {level}, is kept."
        findings.gap(at_key(path, "confidentiality"), message)


def report_subtype(definition: Definition, path: str, details: Mapping[str, Any], findings: Findings) -> None:
    """A subtype that the definition does not name is kept, and rules nothing out; that is a gap."""
    said, known = details.get("subtype"), [subtype.key for subtype in definition.subtypes]
    if known and said is not None and said not in known:
        shown = repr(said[:40]) if isinstance(said, str) else "this"
        message = f"{shown} is no subtype of {definition.key}; it is kept. Subtypes: {', '.join(known)}."
        findings.gap(at_key(at_key(path, "details"), "subtype"), message)


def report_held_back(history: Sequence[Said], findings: Findings) -> None:
    """In a case that all staff sees, a status that only its members may know: the others see an earlier one."""
    giving = [said for said in history if isinstance(said.status, str)]
    if not giving or not _is_held_back(giving[-1]):
        return
    seen = next((said.status for said in reversed(giving) if not _is_held_back(said)), None)
    others = f"others see '{seen}'" if seen is not None else "others see a case without a status"
    if seen != giving[-1].status:
        message = f"the status '{giving[-1].status}' stays with the members; {others}"
        findings.gap(at_key(giving[-1].path, "confidentiality"), message)


def _is_held_back(said: Said) -> bool:
    return said.columns.get("confidentiality") not in (None, *OPEN_LEVELS)
