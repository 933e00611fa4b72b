"""Cases with a history, for tests: written as an import would, without judging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.case_event import make_event
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.cases.projection import refresh
from tracker.core.ids import new_reference
from tracker.pathways.store import definitions


def make_case(
    session: Session,
    history: Sequence[tuple[str, str | None]] = (("considering", "2025-03-01"),),
    *,
    pathway: str = "country_accession",
    level: str = "internal",
    lead: Person | None = None,
    **said: Any,
) -> Case:
    """A case that went through `history`: (status, date) pairs, in order. `session` acts as the operator."""
    fields: dict[str, Any] = {"title": "Latvia and the referral", "countries": ["LV"], "details": {}, "flags": []}
    case = Case(
        reference=new_reference("ACC", attempt=8),
        pathway=pathway,
        definition_version=definitions().get(pathway).version,
        level=level,
        **(fields | said),
    )
    session.add(case)
    session.flush()
    if lead is not None:
        join(session, case, lead, "lead")
    for place, (status, on) in enumerate(history, start=1):
        make_event(session, case, place, on, status)
    refresh(session, case)
    session.flush()
    return case


def join(session: Session, case: Case, person: Person, kind: str = "member") -> CaseMembership:
    """Make `person` a member of `case`."""
    membership = CaseMembership(case_id=case.id, person_id=person.id, kind=kind, reason="Works on it")
    session.add(membership)
    session.flush()
    return membership
