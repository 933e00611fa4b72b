"""Reads of papers. What is more secret than its case is seen by members only."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tracker.access.visibility import sees
from tracker.core.actor import Actor
from tracker.core.statements import kept_statement
from tracker.documents.models import DocumentCase, DocumentRecord


def documents_on_case(session: Session, actor: Actor, case_id: UUID, limit: int = 100) -> Sequence[DocumentRecord]:
    """Papers of a visible case, the newest date first."""
    return session.scalars(_on_case_statement(actor, limit), {"case_id": case_id}).all()


@kept_statement
def _on_case_statement(actor: Actor, limit: int) -> Select[DocumentRecord]:
    return (
        select(DocumentRecord)
        .join(DocumentCase, DocumentCase.document_id == DocumentRecord.id)
        .where(DocumentCase.case_id == bindparam("case_id"), sees(actor, DocumentRecord.level, DocumentCase.case_id))
        .order_by(DocumentRecord.dated_on.desc().nulls_last(), DocumentRecord.title, DocumentRecord.id)
        .limit(limit)
    )
