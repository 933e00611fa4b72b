"""Records of periods, and the periods on them. A renewal is a new period on the same record."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.dates import VagueDate
from tracker.core.provenance import new_ref

KINDS = ("framework", "listing", "mandate", "state_membership", "body_membership", "power_of_attorney")
END_KINDS = ("day", "open", "unknown")
_STANDING = text("voided_at IS NULL")


class PeriodRecord(Identified, Base):
    """What is granted for a time, to whom, by whom. As secret as its case."""

    __tablename__ = "period_records"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index("uq_period_records_ref", "case_id", "ref", unique=True, postgresql_where=_STANDING),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    ref: Mapped[str] = mapped_column(default=new_ref, comment="the name that a dossier file has for it")
    kind: Mapped[str]
    title: Mapped[str]
    holder: Mapped[str | None] = mapped_column(comment="who is listed, appointed, a member, empowered; never a victim")
    authority: Mapped[str | None] = mapped_column(comment="who grants and renews it")
    rule_key: Mapped[str | None] = mapped_column(
        comment="the rule of a clock by which its periods end, where there is one"
    )
    note: Mapped[str | None]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Period(Identified, Base):
    """From when until when, and by which act. A wrong one is struck out, and entered anew."""

    __tablename__ = "periods"
    __table_args__ = (
        CheckConstraint(f"end_kind IN {END_KINDS} AND (end_kind = 'day') = (ends_on IS NOT NULL)", name="end_kind"),
        Index("uq_periods_ref", "record_id", "ref", unique=True, postgresql_where=_STANDING),
        Index(
            "ix_periods_ends_by",
            "ends_by",
            "id",
            postgresql_where=text("is_last AND ends_by IS NOT NULL"),
        ),
    )

    record_id: Mapped[UUID] = mapped_column(ForeignKey("period_records.id", ondelete="CASCADE"), index=True)
    ref: Mapped[str] = mapped_column(default=new_ref)
    begins_on: Mapped[str | None] = mapped_column(comment="YYYY[-MM[-DD]]; null: unknown")
    ends_on: Mapped[str | None] = mapped_column(comment="YYYY[-MM[-DD]]: the last day of it")
    end_kind: Mapped[str] = mapped_column(default="day", comment="day; open: until somebody ends it; unknown")
    ends_by: Mapped[date | None] = mapped_column(comment="the last day that ends_on leaves open")
    basis: Mapped[str | None] = mapped_column(comment="the act that grants it")
    is_last: Mapped[bool] = mapped_column(
        server_default="true",
        comment="it stands, and nothing later is entered on its record; kept by a trigger",
    )
    source: Mapped[str | None]
    is_overlapping: Mapped[bool] = mapped_column(default=False, comment="whoever entered it said that the acts overlap")
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("periods.id"))
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    void_reason: Mapped[str | None]

    @property
    def begin(self) -> VagueDate:
        return VagueDate(self.begins_on)

    @property
    def end(self) -> VagueDate:
        return VagueDate(self.ends_on)


class PeriodFollowUp(Base):
    """A follow-up that hangs on the end of a period."""

    __tablename__ = "period_follow_ups"

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True)
    period_id: Mapped[UUID] = mapped_column(ForeignKey("periods.id", ondelete="CASCADE"), index=True)
    due_on: Mapped[date | None] = mapped_column(comment="the day that it was made for")
