"""References for people of new cases: the pathway's prefix and a random part that shows no gap."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.core.ids import new_reference


def fresh_references(session: Session, prefixes: list[str]) -> list[str]:
    """One unused reference for each prefix, in a statement or two whatever their number."""
    attempt = 0
    found = [new_reference(prefix) for prefix in prefixes]
    while taken := _taken(session, found):
        attempt += 1
        for index in taken:
            found[index] = new_reference(prefixes[index], attempt)
    return found


def _taken(session: Session, references: list[str]) -> list[int]:
    if not references:
        return []
    used = set(session.scalars(select(Case.reference).where(Case.reference.in_(references))))
    return [index for index, reference in enumerate(references) if reference in used or reference in references[:index]]
