"""Papers with a file, for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.core.ids import new_id
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.files.models import FilePiece, StoredFile
from tracker.files.pieces import new_key, sealed_pieces


def make_paper(session: Session, case: Case, **said: Any) -> DocumentRecord:
    """A paper of the case, as secret as it: `session` acts as the operator."""
    paper = DocumentRecord(id=new_id(), **({"title": "The letter", "level": case.level} | said))
    session.add(paper)
    session.flush()
    session.add(DocumentCase(document_id=paper.id, case_id=case.id))
    session.flush()
    return paper


def make_file(session: Session, case: Case, content: bytes = b"A letter", **said: Any) -> StoredFile:
    """A text file with a new paper of the case."""
    fields = {"kind": "text", "state": "clean", "document_id": make_paper(session, case).id} | said
    file = StoredFile(id=new_id(), size=len(content), **fields)
    file.name, file.key = "letter.txt", new_key()
    session.add(file)
    session.flush()
    for number, piece in enumerate(sealed_pieces(content, file.key, file.id)):
        session.add(FilePiece(file_id=file.id, number=number, content=piece))
    session.flush()
    return file
