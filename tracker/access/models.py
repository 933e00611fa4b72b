"""Memberships: who works on which case, why, from when to when, and who said so."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.database import Base, Identified


class CaseMembership(Identified, Base):
    """One person's membership of one case. Ended rows stay: they are the log."""

    __tablename__ = "case_memberships"
    __table_args__ = (
        CheckConstraint("kind IN ('lead', 'member', 'reader')", name="kind"),
        Index(
            "uq_case_memberships_current",
            "case_id",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_case_memberships_approval", "case_id", "starts_at", postgresql_where=text("approval_id IS NOT NULL")),
        Index(
            "ix_case_memberships_person_current",
            "person_id",
            "case_id",
            postgresql_include=["starts_at", "ends_at"],
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime] = mapped_column(
        default=func.now(), comment="by the database's clock, as the policies read it"
    )
    ends_at: Mapped[datetime | None] = mapped_column(comment="planned end; from then on the case is not seen")
    given_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
    approval_id: Mapped[UUID | None] = mapped_column(comment="the request with which the glass was broken")
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class AccessReview(Identified, Base):
    """A lead looked at who sees a case, and kept or ended each membership."""

    __tablename__ = "access_reviews"
    __table_args__ = (Index("ix_access_reviews_case_id", "case_id", "reviewed_at"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    due_on: Mapped[date | None]
    reviewed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    reviewed_at: Mapped[datetime]
    kept: Mapped[int] = mapped_column(comment="memberships that were confirmed")
    ended: Mapped[int]
