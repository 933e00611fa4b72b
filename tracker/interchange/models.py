"""Dossier files that were given on a page, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.encryption import EncryptedText, SealedBytes


class DossierImport(Identified, Base):
    """`asked` until a job has answered; then `checked` (could be taken in), `imported` or `refused`."""

    __tablename__ = "dossier_imports"
    __table_args__ = (
        CheckConstraint("wanted IN ('check', 'import')", name="wanted"),
        CheckConstraint("state IN ('asked', 'checked', 'imported', 'refused')", name="state"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    is_assured: Mapped[bool] = mapped_column(comment="whether a passkey was shown in the session that asked")
    wanted: Mapped[str] = mapped_column(default="check")
    state: Mapped[str] = mapped_column(default="asked")
    attempts: Mapped[int] = mapped_column(default=0, comment="how often a job has begun with it")
    result_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, comment="what was found and counted, as JSON")
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]

    result = EncryptedText("result_sealed")

    def encryption_identity(self) -> Any:
        return self.id
