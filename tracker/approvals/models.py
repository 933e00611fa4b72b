"""What somebody asks a second person to agree to, and what became of it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified


class Kind(StrEnum):
    """What needs two persons (ADR 15)."""

    UNSEAL = "unseal"
    EXPORT_ALL = "export_all"
    ADMINISTRATOR = "administrator"
    ERASE = "erase"
    DESTROY = "destroy"
    BREAK_GLASS = "break_glass"
    FACTORS = "factors"
    HAND_OVER = "hand_over"
    CLOCK_RULE = "clock_rule"


class Answer(StrEnum):
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Approval(Identified, Base):
    """One request. `digest` binds the answer to exactly this content; it is carried out once, before `expires_at`."""

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('unseal', 'export_all', 'administrator', 'erase', 'destroy', 'break_glass', 'factors',"
            " 'hand_over', 'clock_rule')",
            name="kind",
        ),
        CheckConstraint("decision IN ('agreed', 'refused', 'withdrawn')", name="decision"),
        CheckConstraint(
            "CASE decision WHEN 'withdrawn' THEN decided_by_id = asked_by_id"
            " ELSE decided_by_id IS DISTINCT FROM asked_by_id END",
            name="two_persons",
        ),
        CheckConstraint("done_at IS NULL OR coalesce(decision = 'agreed', false)", name="done"),
        CheckConstraint("(case_id IS NOT NULL) = (kind = 'unseal')", name="case"),
        Index("ix_approvals_open", "expires_at", postgresql_where=text("decision IS NULL")),
        Index("ix_approvals_asked_by", "asked_by_id", "asked_at"),
        Index("ix_approvals_case_id", "case_id", postgresql_where=text("case_id IS NOT NULL")),
    )

    kind: Mapped[str]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    object_id: Mapped[UUID | None] = mapped_column(
        comment="the person whom it is about, what is to be destroyed, or what on the case is to be unsealed"
    )
    payload: Mapped[dict[str, Any]] = mapped_column(
        comment="what exactly is to be done; for breaking the glass the reference as it was typed"
    )
    digest: Mapped[str] = mapped_column(
        comment="SHA-256 over kind, ids, payload and asker: what was agreed to can't become something else"
    )
    reason: Mapped[str]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    decision: Mapped[str | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None] = mapped_column(comment="when it was carried out, once")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    def content_digest(self) -> str:
        """What `digest` has to be, from what the row says."""
        said = [self.kind, self.case_id, self.object_id, self.payload, self.reason, self.asked_by_id]
        whole = json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.decision is None and self.expires_at > clock.now()

    @property
    def is_ready(self) -> bool:
        """Whether it was agreed to, and is still to be carried out."""
        return self.decision == Answer.AGREED and self.done_at is None and self.expires_at > clock.now()
