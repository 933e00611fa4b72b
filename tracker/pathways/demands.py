"""What must be known before a move: the facts of the status entered, and what the kind of move itself demands. Pure.

Source: section 0.3 of the domain reference (suspend, close, reopen) and the column "must know on entry".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    extra = (fact.model_copy(update={"label": gettext(fact.label)}) for fact in _of_kind(definition, target, kind))
    return (*definition.status(target).facts, *extra)


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
    told = _Told(facts or {}, details or {}, said, fields)
    own = definition.status(target).facts
    gaps = [_gap(definition, target, fact, fact.label) for fact in own if fact.required and not told.answers(fact)]
    for fact in _of_kind(definition, target, kind):
        if not told.answers(fact):
            gaps.append(_gap(definition, target, fact, gettext(fact.label)))
    return (*gaps, *_unknown_return(definition, resume_to))


def _of_kind(definition: Definition, target: str, kind: str | None) -> Sequence[Fact]:
    """What the kind of the move asks for beside the status, in the words above.

    A jump demands what a listed move to such a status would.
    """
    row = definition.status(target)
    if kind == JUMP:
        kind = {"paused": "suspend", "closed": "close"}.get(row.phase)
    facts = KIND_DEMANDS.get(kind or "", ())
    own = {fact.field or fact.key for fact in row.facts if fact.required} if facts else ()
    return [fact for fact in facts if fact.key not in own]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known, looked up fact by fact: a page asks about each entry of a history, and most ask for little."""

    facts: Mapping[str, object]
    details: Mapping[str, object]
    said: Mapping[str, str | None]
    fields: Mapping[str, object] | None

    def answers(self, fact: Fact) -> bool:
        if _is_known(self._stated(fact.key)):
            return True
        if fact.field is None:
            return False
        if _is_known(self.said.get(fact.field)):
            return True
        if fact.field == "new_facts" and "new_facts" not in (self.fields or ()) and self._is_ordered():
            return True
        return fact.field not in self.said if self.fields is None else _is_known(self.fields.get(fact.field))

    def _stated(self, key: str) -> object:
        value = self.facts.get(key)
        return value if _is_known(value) else self.details.get(key)

    def _is_ordered(self) -> bool:
        return _is_known(self._stated(ORDERING_DECISION))


def _is_known(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(_is_known(part) for part in value.values())
    return value is not None and value != [] and value != ()


def _gap(definition: Definition, target: str, fact: Fact, words: str) -> Gap:
    label = definition.status(target).label
    return Gap(fact.key, words, f"'{target}' ({label}) asks for '{fact.key}': {words}.", fact.field)


def _unknown_return(definition: Definition, resume_to: str | None) -> tuple[Gap, ...]:
    if not resume_to or resume_to in definition.by_key:
        return ()
    message = f"'{resume_to}' is no status of {definition.key}, so the case cannot return to it."
    return (Gap("resume_to", gettext(RESUME_TO.label), message, "resume_to"),)
