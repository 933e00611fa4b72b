"""What was typed on the way to a change of status, and stays in the form whatever the case has become meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from tracker.cases.forms.entry import EntryForm
from tracker.core.languages import words_of_key
from tracker.pathways.schema import Definition, Fact

ASKED_BY_SOME = ("resume_to", "outcome", "reason", "new_facts")
"""Columns of an entry that a form shows only to those moves that ask for them."""
BELOW = ("offer", "work_")
"""How the names begin of what stands under the fields: follow-ups that are offered, and open ones."""


@dataclass(frozen=True, slots=True)
class LeftOver:
    """An answer to what this move doesn't ask: shown, carried along, and not written."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a page of fields shows or carries beyond what its move asks."""

    fields: tuple[str, ...]
    left_over: tuple[LeftOver, ...]
    offers: tuple[tuple[str, str], ...]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        return [*((one.name, one.value) for one in self.left_over), *self.offers]


def typed(definition: Definition, form: EntryForm, asked: Iterable[Fact], said: MultiDict[str, str]) -> Typed:
    """`said` is the form as it was sent; empty where nothing was sent yet."""
    columns = {fact.field for fact in asked}
    facts = [name for name in said if name.startswith("fact_") and name not in form._fields]
    labels = _labels(definition)
    return Typed(
        fields=tuple(name for name in ASKED_BY_SOME if name not in columns and said.get(name, "").strip()),
        left_over=tuple(
            LeftOver(name, labels.get(name, words_of_key(name.removeprefix("fact_"))), said[name])
            for name in facts
            if said[name].strip()
        ),
        offers=tuple((name, value) for name, value in said.items(multi=True) if name.startswith(BELOW)),
    )


def is_kept(name: str) -> bool:
    """Whether a preview carries the field as it came; offers and open work have fields of their own there."""
    return name not in ("csrf_token", "step", "inline", "timeline") and not name.startswith(BELOW)


def _labels(definition: Definition) -> Mapping[str, str]:
    return {f"fact_{fact.key}": fact.label for row in definition.statuses for fact in row.facts}
