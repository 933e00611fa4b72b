"""Files, their pieces, pictures of people. Content and name are encrypted; what a file belongs to says who sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.encryption import EncryptedText, SealedBytes

STATES = ("waiting", "clean", "refused", "destroyed")


class StoredFile(Identified, Base):
    """One file. `waiting`: in quarantine until the scanner has said a word; only what is `clean` is given back.

    `destroyed`: that there was one stays, its name, key and pieces are gone.
    """

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(
            "(state = 'destroyed') = (key_sealed IS NULL) AND (state = 'destroyed') = (name_sealed IS NULL)"
            " AND (state = 'destroyed') = (destroyed_at IS NOT NULL)",
            name="destroyed",
        ),
        CheckConstraint("num_nonnulls(document_id, import_id) = 1", name="owner"),
        Index("ix_files_import_id", "import_id", postgresql_where=text("import_id IS NOT NULL")),
    )

    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier_imports.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(comment="tracker.files.kinds, told from the content")
    size: Mapped[int] = mapped_column(comment="bytes")
    state: Mapped[str]
    name_sealed: Mapped[bytes | None] = mapped_column(SealedBytes)
    key_sealed: Mapped[bytes | None] = mapped_column(
        SealedBytes, comment="the key of its pieces; without it they are noise"
    )
    uploaded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    uploaded_at: Mapped[datetime] = mapped_column(default=clock.now)
    checked_at: Mapped[datetime | None] = mapped_column(comment="when the scanner last said a word")
    destroyed_at: Mapped[datetime | None]

    name = EncryptedText("name_sealed")
    key = EncryptedText("key_sealed")

    def encryption_identity(self) -> Any:
        return self.id


class FilePiece(Base):
    __tablename__ = "file_pieces"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, comment="from 0")
    content: Mapped[bytes] = mapped_column(comment="nonce and ciphertext, bound to file, number and count")


class PersonPicture(Base):
    """Somebody's picture, as we drew it; `mark` changes with it."""

    __tablename__ = "person_pictures"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[UUID]
    drawn_sealed: Mapped[bytes] = mapped_column(SealedBytes, comment="a JPEG, in base64")
    given_at: Mapped[datetime] = mapped_column(default=clock.now)

    drawn = EncryptedText("drawn_sealed")

    def encryption_identity(self) -> Any:
        return self.person_id
