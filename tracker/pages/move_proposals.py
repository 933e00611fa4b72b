"""What a change of status proposes, so that only what nobody can know has to be typed; and where to begin. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.cases.forms.entry import EntryForm
from tracker.pages.move_targets import Chosen, Moving
from tracker.pathways.schema import Fact

_OWN_PLACE = frozenset({"occurred_on", "resume_to"})
"""Asked by the form in any case, and proposed already."""
_NEVER_TODAY = frozenset({"expires_on"})


def proposed(moving: Moving, pick: Chosen, asked: Sequence[Fact], today: date) -> dict[str, Any]:
    """By field: the status in words as what happened, today as its day, and as the one date that is asked besides."""
    found: dict[str, Any] = {
        "summary": moving.definition.status(pick.target).label,
        "occurred_on": today.isoformat(),
    }
    needed = [fact for fact in asked if fact.required and fact.field not in _OWN_PLACE]
    if len(needed) == 1 and needed[0].type == "date" and needed[0].field not in _NEVER_TODAY:
        found[name_of(needed[0])] = today if needed[0].field else today.isoformat()  # a fact is stored as text
    return found


def name_of(fact: Fact) -> str:
    """The field of the form that answers a fact."""
    return fact.field or f"fact_{fact.key}"


def first_needed(form: EntryForm, asked: Sequence[Fact]) -> str:
    """The field to begin with: the first that has to be filled and is empty, else the words about what happened."""
    for fact in asked:
        field = form._fields.get(name_of(fact))
        if fact.required and field is not None and not field.data:
            return str(field.name)
    return "summary"
