"""The append-only trail. The app's role may only INSERT and SELECT here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified


class AuditEntry(Identified, Base):
    """Who did what to which thing, when. Ids and field names only: never the content."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_at_id", "at", "id"),
        Index("ix_audit_entries_object", "object_type", "object_id", "at"),
    )

    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(comment="past tense, e.g. case.status_changed")
    object_type: Mapped[str]
    object_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    request_id: Mapped[str | None]
