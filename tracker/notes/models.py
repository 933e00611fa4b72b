"""The table of secret notes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.encryption import EncryptedText, SealedBytes

OBJECT_TYPES = ("case", "follow_up", "engagement", "contact")


class SecretNote(Identified, Base):
    """What is known of something and must not be read off a disk. Not searched, listed, exported or mailed."""

    __tablename__ = "secret_notes"
    __table_args__ = (
        CheckConstraint(f"object_type IN {OBJECT_TYPES}", name="object_type"),
        Index("ix_secret_notes_object", "object_type", "object_id", "written_at"),
    )

    object_type: Mapped[str]
    object_id: Mapped[UUID]
    case_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), index=True, comment="of a case and of a follow-up: whose it is"
    )
    note_sealed: Mapped[bytes] = mapped_column(SealedBytes)
    written_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime] = mapped_column(default=clock.now)

    note = EncryptedText("note_sealed")

    def encryption_identity(self) -> Any:
        return self.id
