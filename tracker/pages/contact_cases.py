"""On which cases a contact has a role, as far as the reader sees them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from tracker.cases.models import Case, CaseContact
from tracker.cases.queries import visible_cases
from tracker.core.actor import Actor


def cases_of_contact(session: Session, actor: Actor, contact_id: UUID) -> Sequence[Row[str, str, str]]:
    """(reference, title, role), the liveliest case first."""
    query = visible_cases(actor).join(CaseContact, CaseContact.case_id == Case.id)
    rows = query.where(CaseContact.contact_id == contact_id).order_by(Case.activity_at.desc(), CaseContact.role)
    return session.execute(rows.with_only_columns(Case.reference, Case.title, CaseContact.role)).all()
