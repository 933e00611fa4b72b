"""Descriptions of papers; the files themselves travel apart."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.provenance import Provenance, unique_key


class DocumentRecord(Identified, Provenance, Base):
    __tablename__ = "documents"
    __table_args__ = (
        unique_key(),
        CheckConstraint("level IN ('public', 'internal', 'restricted', 'sealed')", name="level"),
    )

    title: Mapped[str]
    dated_on: Mapped[str | None] = mapped_column(comment="YYYY[-MM[-DD]]")
    from_text: Mapped[str | None]
    to_text: Mapped[str | None]
    level: Mapped[str] = mapped_column(default="internal")
    sha256: Mapped[str | None]
    source: Mapped[str | None]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class DocumentCase(Base):
    __tablename__ = "document_cases"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True)
