"""The outbox: a row is the promise of one mail. And what shows that the machinery runs."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified

STATUSES = ("planned", "sending", "committing", "sent", "dead", "cancelled")


class Reminder(Identified, Base):
    """One mail to one person about one due fact. No body is stored: it is rendered at sending, as the recipient.

    The key is (subject, kind, due_key, recipient): `due_key` comes from the due fact, never from a run.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("subject_id", "kind", "due_key", "recipient_id", name="uq_reminders_key"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        Index("ix_reminders_claim", "send_at", "id", postgresql_where=text("status = 'planned'")),
        Index("ix_reminders_leases", "lease_until", postgresql_where=text("status IN ('sending', 'committing')")),
        Index(
            "ix_reminders_unsent",
            "scheduled_at",
            postgresql_where=text("status IN ('planned', 'sending', 'committing')"),
        ),
        Index("ix_reminders_ledger", text("scheduled_at DESC"), text("id DESC")),
        Index(
            "ix_reminders_dead", text("scheduled_at DESC"), text("id DESC"), postgresql_where=text("status = 'dead'")
        ),
        Index("ix_reminders_recipient", "recipient_id", text("scheduled_at DESC"), text("id DESC")),
        Index("ix_reminders_case", "case_id", text("scheduled_at DESC"), text("id DESC")),
    )

    subject_id: Mapped[UUID] = mapped_column(comment="the follow-up's id")
    subject_type: Mapped[str] = mapped_column(default="follow_up")
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(
        comment="assigned, before, on_the_day, overdue, escalation_lead, escalation_coordinator"
    )
    due_key: Mapped[str] = mapped_column(comment="due_version and offset, e.g. 3:-7")
    due_on: Mapped[date | None]
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    number: Mapped[str] = mapped_column(unique=True, comment="opaque number shown for restricted and sealed cases")
    status: Mapped[str] = mapped_column(default="planned")
    scheduled_at: Mapped[datetime] = mapped_column(comment="when the rules want it sent; backoff leaves it alone")
    send_at: Mapped[datetime] = mapped_column(comment="not before; moved by backoff")
    useful_until: Mapped[datetime | None]
    message_id: Mapped[UUID] = mapped_column(default=uuid4, comment="fixed at insert; no case data in it")
    token: Mapped[UUID | None] = mapped_column(comment="whoever claimed it")
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(
        comment="a code such as smtp_451; never an address or a text of the mail"
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]


class ReminderPreference(Base):
    """One person's wishes. Absent: the defaults of domain/pathways.md 0.6."""

    __tablename__ = "reminder_preferences"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    days_before: Mapped[list[int]] = mapped_column(ARRAY(INTEGER), default=lambda: [7, 3, 1])
    send_time: Mapped[time] = mapped_column(default=time(9, 0), comment="wall time in the person's zone")
    wants_mail: Mapped[bool] = mapped_column(default=True)


class Sighting(Base):
    """When a part of the machinery was last seen: worker, beat, tick, mail."""

    __tablename__ = "sightings"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
