"""Keeping files and giving them back. Who may is asked by whoever owns what the file belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.database import Database
from tracker.core.encryption import FieldNotReadable
from tracker.core.errors import NotVisible
from tracker.core.ids import new_id
from tracker.core.rewriting import write_anew
from tracker.files.examiner import examined
from tracker.files.kinds import Unfit, WhyNot
from tracker.files.models import FilePiece, StoredFile
from tracker.files.pieces import new_key, opened, sealed_pieces
from tracker.files.scanner import Finding, scan

LONGEST_NAME = 120
_AS_OPERATOR, _AS_ONESELF = text("SET ROLE tracker_operator"), text("RESET ROLE")  # may maintain it
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+')


def keep_file(
    session: Session,
    actor: Actor,
    name: str,
    content: bytes,
    *,
    document_id: UUID | None = None,
    import_id: UUID | None = None,
    clean: bool = False,
    scanner: Path | None = None,
) -> StoredFile:
    """Examine, scan, encrypt and keep a file with what it belongs to. Raises Unfit.

    `clean`: a picture is drawn anew, without its EXIF.
    """
    kind, content = examined(content, clean=clean)
    finding = Finding.CLEAN if scanner is None else scan(scanner, content)
    if finding is Finding.INFECTED:
        raise Unfit(WhyNot.INFECTED)
    file = StoredFile(
        id=new_id(),
        document_id=document_id,
        import_id=import_id,
        kind=kind.key,
        size=len(content),
        state="waiting" if finding is Finding.SILENT else "clean",
        uploaded_by_id=actor.person_id,
        checked_at=clock.now() if scanner is not None and finding is Finding.CLEAN else None,
    )
    file.name, file.key = plain_name(name, kind.endings), new_key()
    session.add(file)
    session.flush()
    for number, piece in enumerate(sealed_pieces(content, file.key, file.id)):
        session.execute(insert(FilePiece).values(file_id=file.id, number=number, content=piece))
    return file


def files_of(session: Session, document_ids: Sequence[UUID]) -> Sequence[StoredFile]:
    """The files that belong to these documents, the oldest first."""
    query = select(StoredFile).where(StoredFile.document_id.in_(document_ids))
    return session.scalars(query.order_by(StoredFile.uploaded_at, StoredFile.id)).all()


def content_of(session: Session, file: StoredFile) -> bytes:
    """Raises FieldNotReadable where it was altered, NotVisible where it is in quarantine."""
    if file.state != "clean":
        raise NotVisible
    return _opened(session, file)


def erase_content(session: Session, file: StoredFile) -> None:
    """Name, key and pieces go; that there was a file stays. `session` acts as the operator."""
    session.execute(delete(FilePiece).where(FilePiece.file_id == file.id))
    file.state, file.name, file.key, file.destroyed_at = "destroyed", None, None, clock.now()
    session.flush()


def rewrite_keys(database: Database) -> None:
    """Write the table of keys anew: until then its file holds keys of destroyed files. Raises StillOpen."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(_AS_OPERATOR)
        try:
            write_anew(connection, ["files"])
        finally:
            connection.execute(_AS_ONESELF)


def were_destroyed(session: Session, since: datetime) -> bool:
    """Whether files were destroyed since then."""
    return session.scalar(select(StoredFile.id).where(StoredFile.destroyed_at >= since).limit(1)) is not None


def scan_next(session: Session, scanner: Path, after: UUID | None = None) -> tuple[StoredFile, Finding] | None:
    """Ask about the next file in quarantine; None when there is none. `session` acts as the operator.

    What does not open stays where it is: nobody can say that it is clean.
    """
    query = select(StoredFile).where(StoredFile.state == "waiting").order_by(StoredFile.id).limit(1)
    if after is not None:
        query = query.where(StoredFile.id > after)
    file = session.scalar(query.with_for_update(skip_locked=True))
    if file is None:
        return None
    try:
        finding = scan(scanner, _opened(session, file))
    except FieldNotReadable:
        return file, Finding.UNREADABLE
    if finding is not Finding.SILENT:
        file.state = "clean" if finding is Finding.CLEAN else "refused"
        file.checked_at = clock.now()
    return file, finding


def waiting_files(session: Session) -> int:
    """How many are in quarantine."""
    return session.scalar(select(func.count()).where(StoredFile.state == "waiting")) or 0


def _opened(session: Session, file: StoredFile) -> bytes:
    if file.key is None:
        raise FieldNotReadable("This file has no key.")
    query = select(FilePiece.content).where(FilePiece.file_id == file.id).order_by(FilePiece.number)
    return opened(session.scalars(query), file.key, file.id, file.size)


def plain_name(name: str, endings: Sequence[str]) -> str:
    """A name that is no path and hides nothing, with an ending of its kind."""
    plain = " ".join(_NOT_IN_NAMES.sub(" ", name.replace("\\", "/").rpartition("/")[2]).split()).strip(". ")
    stem, dot, _ = plain.rpartition(".")
    has_its_ending = plain.lower().endswith(tuple(endings))
    ending = plain[plain.rfind(".") :].lower() if has_its_ending else endings[0]
    stem = stem if dot and stem else plain
    return f"{stem[:LONGEST_NAME] or 'file'}{ending}"
