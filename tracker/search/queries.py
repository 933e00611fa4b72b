"""What a question finds: ids by kind, from the functions that apply the rule of visibility in the database (ADR 10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker.access.visibility import sees
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.ids import ALPHABET

KINDS = (
    *("case", "subject", "contact", "organisation", "follow_up"),
    *("event", "engagement", "commitment", "recommendation", "comment", "document"),
)
"""In the order in which they are shown."""

COUNTED = 100
"""Totals are exact up to here; beyond, "100+"."""


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """`kinds`: empty means all. `pathway` leaves only what belongs to a case. Days are those of the entries."""

    kinds: tuple[str, ...] = ()
    pathway: str | None = None
    since: date | None = None
    until: date | None = None


def find(
    session: Session, said: str, filters: SearchFilters | None = None, most: int = COUNTED + 1
) -> dict[str, list[UUID]]:
    """Ids of what the acting person sees and `said` finds, by kind, newest first, at most `most` of each.

    Raises ValueError for an unknown kind.
    """
    filters = filters or SearchFilters()
    kinds = filters.kinds or KINDS
    if not set(kinds) <= set(KINDS):
        raise ValueError(f"unknown kinds: {kinds}")
    wanted = {
        "said": said,
        "kinds": list(kinds),
        "most": most,
        "since": filters.since,
        "until": filters.until,
        "pathways": [filters.pathway] if filters.pathway else None,
    }
    found: dict[str, list[UUID]] = {}
    for kind, object_id in session.execute(_FIND, wanted):
        found.setdefault(kind, []).append(object_id)
    return {kind: found[kind] for kind in KINDS if kind in found}


def find_near(session: Session, said: str, most: int = 10) -> list[tuple[str, UUID]]:
    """(kind, id) of people and organisations whose name is a slip of the hand away from a word of `said`."""
    return [(kind, object_id) for kind, object_id in session.execute(_NEAR, {"said": said, "most": most})]


def reference_of(session: Session, actor: Actor, said: str) -> str | None:
    """The reference of the visible case that `said` names in full, in any case of letters."""
    typed = said.strip().upper().replace(" ", "-")
    if not _REFERENCE.fullmatch(typed):
        return None
    return session.scalar(select(Case.reference).where(Case.reference == typed, sees(actor, Case.level, Case.id)))


_REFERENCE = re.compile(f"[A-Z]{{2,8}}-[{ALPHABET}]{{4,12}}")
_FIND = text(
    "SELECT kind, object_id FROM app_search(:said, cast(:kinds as text[]), :most, cast(:since as date),"
    " cast(:until as date), cast(:pathways as text[])) ORDER BY place"
)
_NEAR = text("SELECT kind, object_id FROM app_search_near(:said, :most)")
