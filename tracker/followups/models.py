"""Work to do: a follow-up is a person's task (a Celery function is a job)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.provenance import Provenance

KINDS = ("follow_up", "deadline", "hearing", "renewal")
STATUSES = ("open", "in_progress", "waiting", "done", "cancelled")
ACTIVE_STATUSES = ("open", "in_progress", "waiting")


class FollowUp(Identified, Provenance, Base):
    """One thing that one person is to do, with a day on which it is due.

    `due_version` rises whenever the due day or the assignee changes: reminders' keys are made from it, never from
    the time of a run.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("sender", "ref"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint("level IS NULL OR level IN ('public', 'internal', 'restricted', 'sealed')", name="level"),
        Index(
            "uq_follow_ups_period",
            "case_id",
            "template_key",
            "period_key",
            unique=True,
            postgresql_where=text("template_key IS NOT NULL"),
        ),
        Index("ix_follow_ups_case_due", "case_id", "due_on", "id"),
        Index("ix_follow_ups_any_due", "due_on", "id"),
        Index("ix_follow_ups_status_due", "status", "due_on", "id"),
        Index(
            "ix_follow_ups_assignee_due",
            "assignee_id",
            "due_on",
            "id",
            postgresql_where=text("status IN ('open', 'in_progress', 'waiting')"),
        ),
        Index(
            "ix_follow_ups_due", "due_on", "id", postgresql_where=text("status IN ('open', 'in_progress', 'waiting')")
        ),
        Index("ix_follow_ups_next_plan", "next_plan_at", postgresql_where=text("next_plan_at IS NOT NULL")),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    engagement_id: Mapped[UUID | None] = mapped_column(ForeignKey("engagements.id", ondelete="SET NULL"), index=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(default="follow_up")
    status: Mapped[str] = mapped_column(default="open")
    due_on: Mapped[date | None]
    due_version: Mapped[int] = mapped_column(default=1)
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    assignee_named: Mapped[str | None] = mapped_column(comment="e-mail that an import named and nobody here has: a gap")
    notes: Mapped[str | None]
    level: Mapped[str | None] = mapped_column(comment="null: the case's level")
    completed_on: Mapped[date | None]
    completed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    template_key: Mapped[str | None] = mapped_column(comment="which standard follow-up of the pathway this is")
    period_key: Mapped[str | None] = mapped_column(
        comment="id of the event that opened the period: offered once per period"
    )
    every_days: Mapped[int | None] = mapped_column(comment="a standard follow-up that recurs while the status lasts")
    next_plan_at: Mapped[datetime | None] = mapped_column(comment="when the reminders of this row must be planned next")
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE_STATUSES
