"""Papers of a case: recording one with its file, adding a file to one, giving a file back, destroying one."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tracker.access.policy import Action, require
from tracker.approvals import services as approvals
from tracker.approvals.happened import ApprovalAgreed
from tracker.approvals.models import Approval, Kind
from tracker.approvals.policy import Standing, may_ask
from tracker.approvals.queries import membership_of_person
from tracker.audit.services import record
from tracker.cases.services.guard import take_case
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid, NotVisible
from tracker.core.ids import new_id
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.documents.queries import case_of_file, document_of_file, documents_on_case
from tracker.files.models import StoredFile
from tracker.files.store import content_of, erase_content, keep_file

MOST_FILES = 200
"""Of one case."""
LONGEST_TITLE = 300
_DESTROY = text("SELECT app_destroy_file(:approval_id)")


def add_paper(session: Session, actor: Actor, case_id: UUID, title: str, dated_on: str | None) -> DocumentRecord:
    """Record a paper, as secret as its case. Raises NotVisible, NotPermitted, Invalid."""
    case = take_case(session, actor, case_id, Action.UPLOAD)
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Invalid(Fault("title", _("Say in up to 300 characters what this paper is.")))
    document = DocumentRecord(
        id=new_id(), title=title.strip(), dated_on=dated_on, level=case.level, created_by_id=actor.person_id
    )
    session.add(document)
    session.flush()
    session.add(DocumentCase(document_id=document.id, case_id=case.id))
    session.flush()
    record(session, actor, "document.recorded", "document", document.id, case_id=case.id)
    return document


def add_file(
    session: Session,
    actor: Actor,
    case_id: UUID,
    document_id: UUID,
    name: str,
    content: bytes,
    *,
    clean: bool = False,
    scanner: Path | None = None,
) -> StoredFile:
    """Keep a file with a paper of the case. Raises NotVisible, NotPermitted, Invalid, Unfit (tracker.files.kinds)."""
    case = take_case(session, actor, case_id, Action.UPLOAD)
    if document_id not in {one.id for one in documents_on_case(session, actor, case.id, 1000)}:
        raise NotVisible
    if _files_on(session, case.id) >= MOST_FILES:
        raise Invalid(
            Fault("file", _("There are %(number)s files on this case, and no more are taken.", number=MOST_FILES))
        )
    file = keep_file(session, actor, name, content, document_id=document_id, clean=clean, scanner=scanner)
    record(session, actor, "document.file_added", "document", document_id, case_id=case.id, kind=file.kind)
    return file


def give_file(session: Session, actor: Actor, file_id: UUID) -> tuple[StoredFile, bytes]:
    """A file and its content, for somebody who sees its paper; noted in the audit. Raises NotVisible."""
    file, case_id = document_of_file(session, actor, file_id)
    content = content_of(session, file)
    record(session, actor, "file.read", "file", file.id, case_id=case_id)
    return file, content


def ask_to_destroy(session: Session, actor: Actor, file_id: UUID, reason: str) -> Approval:
    """Ask a second person to agree that a file goes for good. Raises NotVisible, NotPermitted, Invalid."""
    file, case, level, membership = case_of_file(session, actor, file_id)
    if file.state == "destroyed":
        raise Invalid(Fault("reason", _("This file was destroyed already.")))
    about = {"case": str(case.id), "reference": case.reference}
    return approvals.ask(
        session, actor, Kind.DESTROY, about, reason, object_id=file.id, level=level, membership=membership
    )


def destroy_when_agreed(session: Session, event: ApprovalAgreed) -> None:
    """Carry it out; the rights of whoever asked are asked again. Raises NotVisible, NotPermitted."""
    approval = event.approval
    if approval.kind != Kind.DESTROY or approval.object_id is None:
        return
    file, case, level, _membership = case_of_file(session, event.agreed_by, approval.object_id)
    asker_is = membership_of_person(session, approval.asked_by_id, case.id)
    require(may_ask(event.asked_by, Kind.DESTROY, level, Standing(asker_is)))
    session.flush()
    session.execute(_DESTROY, {"approval_id": approval.id})
    session.expire(approval)
    record(session, event.agreed_by, "approval.carried_out", "approval", approval.id, kind=approval.kind)
    _note_destroyed(session, event.agreed_by, file.document_id, case.id)


def destroy_file(session: Session, actor: Actor, file_id: UUID) -> None:
    """The same from the operator's shell, which needs no second person. Raises NotVisible."""
    file, case, _level, _membership = case_of_file(session, actor, file_id)
    erase_content(session, file)
    _note_destroyed(session, actor, file.document_id, case.id)


def _note_destroyed(session: Session, actor: Actor, document_id: UUID | None, case_id: UUID) -> None:
    record(session, actor, "document.file_destroyed", "document", document_id, case_id=case_id)


def _files_on(session: Session, case_id: UUID) -> int:
    on_case = select(DocumentCase.document_id).where(DocumentCase.case_id == case_id)
    return session.scalar(select(func.count()).where(StoredFile.document_id.in_(on_case))) or 0
