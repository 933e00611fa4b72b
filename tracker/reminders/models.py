"""The outbox: a row is the promise of one mail. And what shows that the machinery runs."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.ids import random_id

STATUSES = ("planned", "sending", "committing", "sent", "shown", "dead", "cancelled")
"""`committing`: past the fence, the final dot may have gone. `shown`: told in the app only, by the person's wish."""
VIAS = ("mail", "digest", "app")
SUBJECT_TYPES = (
    "follow_up",
    "case_event",
    "case",
    "commitment",
    "membership",
    "openpgp_key",
    "approval",
    "digest",
    "summary",
    "watchdog",
)
DELIVERIES = ("single", "daily", "weekly")
SCOPES = ("all", "pathway", "case")


class Reminder(Identified, Base):
    """One event for one person: a mail of its own, a line of a digest, or a line of the bell only (`via`).

    No body is stored: it is rendered at sending, as the recipient. The key is (subject, kind, due_key, recipient):
    `due_key` comes from the due fact, never from a run. A digest is a row too (`subject_type` digest, its subject the
    recipient); its lines point to it by `digest_id` from the moment at which it is written, and settle with it.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("subject_id", "kind", "due_key", "recipient_id", name="uq_reminders_key"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"via IN {VIAS}", name="via"),
        CheckConstraint(f"subject_type IN {SUBJECT_TYPES}", name="subject_type"),
        Index("ix_reminders_claim", "send_at", "id", postgresql_where=text("status = 'planned' AND via = 'mail'")),
        Index("ix_reminders_gather", "send_at", "id", postgresql_where=text("status = 'planned' AND via <> 'mail'")),
        Index("ix_reminders_digest", "digest_id", postgresql_where=text("digest_id IS NOT NULL")),
        Index("ix_reminders_sent", text("settled_at DESC"), postgresql_where=text("status = 'sent'")),
        Index(
            "ix_reminders_unread",
            "recipient_id",
            text("scheduled_at DESC"),
            text("id DESC"),
            postgresql_where=text("read_at IS NULL AND status <> 'cancelled'"),
        ),
        Index("ix_reminders_unlooked", "settled_at", postgresql_where=text("status = 'dead' AND looked_at IS NULL")),
        Index("ix_reminders_leases", "lease_until", postgresql_where=text("status IN ('sending', 'committing')")),
        Index(
            "ix_reminders_put_off",
            "scheduled_at",
            postgresql_where=text("status = 'planned' AND send_at <> scheduled_at"),
        ),
        Index("ix_reminders_ledger", text("scheduled_at DESC"), text("id DESC")),
        Index(
            "ix_reminders_dead", text("scheduled_at DESC"), text("id DESC"), postgresql_where=text("status = 'dead'")
        ),
        Index("ix_reminders_recipient", "recipient_id", text("scheduled_at DESC"), text("id DESC")),
        Index("ix_reminders_case", "case_id", text("scheduled_at DESC"), text("id DESC")),
    )

    subject_id: Mapped[UUID] = mapped_column(comment="what it is about; of digests and summaries the recipient")
    subject_type: Mapped[str] = mapped_column(default="follow_up")
    via: Mapped[str] = mapped_column(default="mail", server_default="mail")
    digest_id: Mapped[UUID | None] = mapped_column(ForeignKey("reminders.id", ondelete="SET NULL"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(
        comment="tracker.reminders.kinds: assigned, before, on_the_day, overdue, escalation, waiting, …"
    )
    due_key: Mapped[str] = mapped_column(comment="due_version and offset, e.g. 3:-7")
    due_on: Mapped[date | None]
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    number: Mapped[str] = mapped_column(unique=True, comment="opaque number shown for restricted and sealed cases")
    status: Mapped[str] = mapped_column(default="planned")
    scheduled_at: Mapped[datetime] = mapped_column(comment="when the rules want it sent; backoff leaves it alone")
    send_at: Mapped[datetime] = mapped_column(comment="not before; moved by backoff")
    useful_until: Mapped[datetime | None]
    message_id: Mapped[UUID] = mapped_column(default=random_id, comment="fixed at insert; no case data in it")
    token: Mapped[UUID | None] = mapped_column(comment="whoever claimed it")
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, comment="times it was offered to a relay")
    failures: Mapped[int] = mapped_column(default=0, server_default="0", comment="times it could not be written")
    fenced_at: Mapped[datetime | None] = mapped_column(comment="when the fence was passed: the final dot may have gone")
    relay: Mapped[str | None] = mapped_column(comment="host:port of the relay that it was offered to last")
    last_error: Mapped[str | None] = mapped_column(
        comment="a code such as smtp_451; never an address or a text of the mail"
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None] = mapped_column(comment="when the recipient saw it in the app")
    looked_at: Mapped[datetime | None] = mapped_column(
        comment="when somebody who keeps mail in order saw that it is dead"
    )


class ReminderPreference(Base):
    """One person's wishes. Absent: the defaults of domain/pathways.md 0.6.

    Times are wall time in the person's zone, days are days there. Null in `days_before` and `overdue_every`: as the
    case says, else its pathway, else everywhere (ReminderRule).
    """

    __tablename__ = "reminder_preferences"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    days_before: Mapped[list[int] | None] = mapped_column(ARRAY(INTEGER))
    overdue_every: Mapped[int | None] = mapped_column(comment="working days from one overdue reminder to the next")
    send_time: Mapped[time] = mapped_column(default=time(9, 0), comment="wall time in the person's zone")
    wants_mail: Mapped[bool] = mapped_column(default=True, comment="false: everything in the app only")
    unwanted_kinds: Mapped[list[str]] = mapped_column(
        ARRAY(TEXT), default=list, server_default="{}", comment="kinds of which there is to be no mail"
    )
    working_days: Mapped[list[int]] = mapped_column(
        ARRAY(INTEGER), default=lambda: [1, 2, 3, 4, 5], server_default="{1,2,3,4,5}", comment="ISO weekdays, Monday 1"
    )
    only_working_days: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="no mail on other days: earlier what comes before, else later"
    )
    quiet_from: Mapped[time | None] = mapped_column(comment="no mail from here until quiet_until, over midnight too")
    quiet_until: Mapped[time | None]
    delivery: Mapped[str] = mapped_column(default="single", server_default="single")
    digest_day: Mapped[int] = mapped_column(default=1, server_default="1", comment="ISO weekday of a weekly digest")
    paused_until: Mapped[date | None] = mapped_column(comment="no mail before this day")
    away_from: Mapped[date | None]
    away_until: Mapped[date | None] = mapped_column(comment="last day away")
    substitute_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), comment="gets the mail meanwhile, where they may see the case"
    )


class ReminderRule(Identified, Base):
    """What holds everywhere, on one pathway, or on one case, where it says something (null: the wider one says it).

    `escalation`: [{"after": 3, "to": "lead"}, {"after": 7, "to": "coordinator"}], in working days after the due day.
    """

    __tablename__ = "reminder_rules"
    __table_args__ = (
        CheckConstraint(f"scope IN {SCOPES}", name="scope"),
        CheckConstraint("(scope = 'case') = (case_id IS NOT NULL)", name="case"),
        CheckConstraint("(scope = 'pathway') = (pathway IS NOT NULL)", name="pathway"),
        UniqueConstraint(
            "scope", "pathway", "case_id", name="uq_reminder_rules_scope", postgresql_nulls_not_distinct=True
        ),
    )

    scope: Mapped[str]
    pathway: Mapped[str | None]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    days_before: Mapped[list[int] | None] = mapped_column(ARRAY(INTEGER))
    renewal_days_before: Mapped[list[int] | None] = mapped_column(ARRAY(INTEGER))
    overdue_every: Mapped[int | None] = mapped_column(comment="working days")
    waiting_every: Mapped[int | None] = mapped_column(comment="working days from one nudge to the next")
    escalation: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ReminderPlan(Base):
    """Something other than a follow-up that is to be planned: written with the change, taken by the sweep."""

    __tablename__ = "reminder_plans"
    __table_args__ = (Index("ix_reminder_plans_next", "next_plan_at"),)

    subject_type: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    next_plan_at: Mapped[datetime]


class FollowUpPlan(Base):
    """When a follow-up is to be planned next. Made with it by the database, which notes there what is asked for in it.

    A row of its own, because planning is no edit: the follow-up's own row is wide and stands in many indexes.
    """

    __tablename__ = "follow_up_plans"
    __table_args__ = (
        Index("ix_follow_up_plans_next", "next_plan_at", postgresql_where=text("next_plan_at IS NOT NULL")),
    )

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True)
    next_plan_at: Mapped[datetime | None] = mapped_column(
        comment="when the reminders of this follow-up must be planned next"
    )


class ReminderSweep(Base):
    """How far the slow look at all open work has come, which finds what no change asked for. One row."""

    __tablename__ = "reminder_sweep"
    __table_args__ = (
        CheckConstraint("id", name="one"),
        {"comment": "how far the slow look at everything has come that finds what no change asked for"},
    )

    id: Mapped[bool] = mapped_column(primary_key=True, default=True, server_default="true")
    cursor: Mapped[UUID] = mapped_column(comment="the last follow-up looked at")
    next_at: Mapped[datetime] = mapped_column(comment="not to be gone on with before")
    hurries: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="a rule changed: on to the end without a rest"
    )


class MailPace(Base):
    """How many mails may still go to one relay or one recipient domain: a bucket that all workers share."""

    __tablename__ = "mail_pace"

    name: Mapped[str] = mapped_column(primary_key=True, comment="relay:host:port or domain:example.org")
    left: Mapped[float] = mapped_column(comment="mails that may go at once")
    counted_at: Mapped[datetime] = mapped_column(comment="by the database's clock")


class Sighting(Base):
    """When a part of the machinery was last seen: worker, beat, tick (begun), done (a whole tick without an error)."""

    __tablename__ = "sightings"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
