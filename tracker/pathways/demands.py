"""What must be known before a move: the facts of the status entered, and what the kind of move itself demands. Pure.

Source: section 0.3 of the domain reference (suspend, close, reopen) and the column "must know on entry".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from tracker.pathways.schema import Definition, Fact
from tracker.pathways.vocabulary import JUMP

RESUME_TO = Fact(key="resume_to", label="Status to which it will return", field="resume_to")
REASON = Fact(key="reason", label="Reason", field="reason")
OUTCOME = Fact(key="outcome", label="Outcome", field="outcome")
NEW_FACTS = Fact(key="new_facts", label="New facts, or the decision that orders it", field="new_facts")
ORDERING_DECISION = "ordering_decision"
"""The fact that stands in for new facts, where a court or a superior ordered the reopening."""

KIND_DEMANDS: Mapping[str, tuple[Fact, ...]] = {
    "suspend": (RESUME_TO, REASON),
    "close": (OUTCOME,),
    "reopen": (NEW_FACTS,),
}


@dataclass(frozen=True)
class Gap:
    """Something that the definition asks for and nobody has said. ``field`` is the event's own column for it."""

    key: str
    label: str
    message: str
    field: str | None = None


def demands(definition: Definition, target: str, kind: str | None) -> tuple[Fact, ...]:
    """Everything to know on entering ``target`` by a move of ``kind``, each once, the status's own facts first."""
    row = definition.status(target)
    own = {fact.field or fact.key for fact in row.facts if fact.required}
    extra = tuple(fact for fact in _of_kind(row.phase, kind) if fact.key not in own)
    return (*row.facts, *extra)


def missing(
    definition: Definition,
    target: str,
    kind: str | None,
    *,
    facts: Mapping[str, object] | None = None,
    resume_to: str | None = None,
    outcome: str | None = None,
    reason: str | None = None,
    new_facts: str | None = None,
    fields: Mapping[str, object] | None = None,
    details: Mapping[str, object] | None = None,
) -> tuple[Gap, ...]:
    """The required facts that are not known.

    ``fields`` are the event's own columns (``occurred_on``, ``reference_no`` …), which answer the facts that name them;
    where it is None, those facts are taken as answered. What the case's ``details`` say under a fact's key needs no
    second saying. A blank text, None and an empty map are unknown; 0 and False are not.
    """
    said = {"resume_to": resume_to, "outcome": outcome, "reason": reason, "new_facts": new_facts}
    known = {**(fields or {}), **{key: value for key, value in said.items() if _is_known(value)}}
    stated = {**(details or {}), **{key: value for key, value in (facts or {}).items() if _is_known(value)}}
    if _is_known(stated.get(ORDERING_DECISION)):
        known.setdefault("new_facts", True)
    gaps = [
        _gap(definition, target, fact)
        for fact in demands(definition, target, kind)
        if fact.required and not _is_answered(fact, stated, known, fields is None)
    ]
    return (*gaps, *_unknown_return(definition, resume_to))


def _of_kind(phase: str, kind: str | None) -> tuple[Fact, ...]:
    """A jump demands what a listed move to such a status would."""
    if kind == JUMP:
        kind = {"paused": "suspend", "closed": "close"}.get(phase)
    facts = KIND_DEMANDS.get(kind or "", ())
    return tuple(fact.model_copy(update={"label": gettext(fact.label)}) for fact in facts)


def _is_answered(fact: Fact, facts: Mapping[str, object], known: Mapping[str, object], fields_unknown: bool) -> bool:
    if _is_known(facts.get(fact.key)) or (fact.field is not None and _is_known(known.get(fact.field))):
        return True
    asked_apart = fact.field in {"resume_to", "outcome", "reason", "new_facts"}
    return fact.field is not None and fields_unknown and not asked_apart


def _is_known(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(_is_known(part) for part in value.values())
    return value is not None and value != [] and value != ()


def _gap(definition: Definition, target: str, fact: Fact) -> Gap:
    label = definition.status(target).label
    return Gap(fact.key, fact.label, f"'{target}' ({label}) asks for '{fact.key}': {fact.label}.", fact.field)


def _unknown_return(definition: Definition, resume_to: str | None) -> tuple[Gap, ...]:
    if not resume_to or resume_to in definition.by_key:
        return ()
    message = f"'{resume_to}' is no status of {definition.key}, so the case cannot return to it."
    return (Gap("resume_to", gettext(RESUME_TO.label), message, "resume_to"),)
