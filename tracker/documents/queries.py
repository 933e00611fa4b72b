"""Reads of papers. What is more secret than its case is seen by members only."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import Session

from tracker.access.levels import Level, MembershipKind, highest
from tracker.access.queries import membership_of
from tracker.access.visibility import is_open, sees
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.core.statements import kept_statement
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.files.models import StoredFile


def documents_on_case(session: Session, actor: Actor, case_id: UUID, limit: int = 100) -> Sequence[DocumentRecord]:
    """Papers of a visible case, the newest date first."""
    return session.scalars(_on_case_statement(actor, limit), {"case_id": case_id}).all()


def document_of_file(session: Session, actor: Actor, file_id: UUID) -> tuple[StoredFile, UUID]:
    """A file whose paper the actor sees, and a case that it stands on. Raises NotVisible."""
    found = session.execute(_of_file(actor, file_id)).one_or_none()
    if found is None:
        raise NotVisible
    return found[0], found[1]


def case_of_file(
    session: Session, actor: Actor, file_id: UUID
) -> tuple[StoredFile, Case, Level, MembershipKind | None]:
    """A file, a case that it stands on, the higher level of case and paper, and what the actor is there.

    Raises NotVisible.
    """
    file, case_id = document_of_file(session, actor, file_id)
    case = session.get_one(Case, case_id)
    paper = session.get_one(DocumentRecord, file.document_id)
    return file, case, highest(case.level, paper.level), membership_of(session, actor, case_id)


def _of_file(actor: Actor, file_id: UUID) -> Select[StoredFile, UUID]:
    return (
        select(StoredFile, DocumentCase.case_id)
        .join(DocumentRecord, DocumentRecord.id == StoredFile.document_id)
        .join(DocumentCase, DocumentCase.document_id == DocumentRecord.id)
        .join(Case, Case.id == DocumentCase.case_id)
        .where(
            StoredFile.id == file_id,
            sees(actor, Case.level, Case.id),
            sees(actor, DocumentRecord.level, DocumentCase.case_id),
        )
        .order_by(DocumentCase.case_id)
        .limit(1)
    )


def visible_documents(actor: Actor) -> Select[DocumentRecord]:
    """Papers through their visible cases, secret ones as a member; one of no case by its level and by who made it."""
    return select(DocumentRecord).where(_sees(actor))


def _sees(actor: Actor) -> ColumnElement[bool]:
    if actor.is_operator:
        return true()
    if not actor.is_person:
        return false()
    through_case = (
        select(DocumentCase.case_id)
        .join(Case, Case.id == DocumentCase.case_id)
        .where(
            DocumentCase.document_id == DocumentRecord.id,
            sees(actor, Case.level, Case.id),
            sees(actor, DocumentRecord.level, DocumentCase.case_id),
        )
        .correlate(DocumentRecord)
        .exists()
    )
    by_role = is_open(DocumentRecord.level) if actor.is_staff else false()
    own = DocumentRecord.created_by_id == actor.person_id
    return or_(through_case, and_(or_(by_role, own), ~func.app_document_has_cases(DocumentRecord.id)))


@kept_statement
def _on_case_statement(actor: Actor, limit: int) -> Select[DocumentRecord]:
    return (
        select(DocumentRecord)
        .join(DocumentCase, DocumentCase.document_id == DocumentRecord.id)
        .where(DocumentCase.case_id == bindparam("case_id"), sees(actor, DocumentRecord.level, DocumentCase.case_id))
        .order_by(DocumentRecord.dated_on.desc().nulls_last(), DocumentRecord.title, DocumentRecord.id)
        .limit(limit)
    )
