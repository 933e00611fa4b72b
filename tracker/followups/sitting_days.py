"""The day of a sitting that work counts from. Sittings are kept above this feature: no more is read here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Date, String, Uuid, column, select, table
from sqlalchemy.orm import Session

from tracker.core.errors import Conflict
from tracker.pathways.schema import Definition

SITTINGS = table(
    "sittings",
    *(column("id", Uuid), column("name", String), column("starts_on", Date), column("institution", String)),
)
MOST = 20
"""Sittings of an institution that are offered to choose from."""


_DAYS = select(SITTINGS.c.id, SITTINGS.c.name, SITTINGS.c.starts_on)


@dataclass(frozen=True, slots=True)
class SittingDay:
    """What work knows of the sitting that it counts from."""

    id: UUID
    name: str
    starts_on: date


def sitting_of(session: Session, sitting_id: UUID | None) -> SittingDay | None:
    """The sitting with this id; None for none. One statement at most."""
    if sitting_id is None:
        return None
    row = session.execute(_DAYS.where(SITTINGS.c.id == sitting_id)).one_or_none()
    return SittingDay(*row) if row is not None else None


def coming_sittings(session: Session, institutions: Collection[str], today: date) -> Mapping[str, Sequence[SittingDay]]:
    """The next sittings of each institution. One statement; none where there is nothing to ask."""
    found: dict[str, list[SittingDay]] = {}
    if institutions:
        query = _DAYS.add_columns(SITTINGS.c.institution).where(
            SITTINGS.c.institution.in_(sorted(institutions)), SITTINGS.c.starts_on >= today
        )
        for *day, institution in session.execute(query.order_by(SITTINGS.c.starts_on, SITTINGS.c.id)):
            found.setdefault(institution, []).append(SittingDay(*day))
    return {institution: days[:MOST] for institution, days in found.items()}


def sittings_named(
    session: Session, definition: Definition, status: str | None, facts: Mapping[str, Any], today: date
) -> Mapping[str, SittingDay]:
    """By fact: the coming sitting that it names. One statement where one is named, and none else."""
    row = definition.by_key.get(status or "")
    said = {fact.key: fact.sitting for fact in (row.facts if row is not None else ()) if fact.sitting is not None}
    wanted = {key: words for key in said if isinstance(facts.get(key), str) and (words := _folded(facts[key]))}
    coming = coming_sittings(session, {said[key] for key in wanted}, today)
    return {
        key: next(day for day in coming[said[key]] if _folded(day.name) == words)
        for key, words in wanted.items()
        if any(_folded(day.name) == words for day in coming.get(said[key], ()))
    }


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def require_sitting(session: Session, sitting_id: UUID, reference_on: date) -> None:
    """Raises Conflict where it begins on another day (by now)."""
    found = sitting_of(session, sitting_id)
    if found is None or found.starts_on != reference_on:
        raise Conflict(_("The sitting begins on another day by now: look at it again."))
