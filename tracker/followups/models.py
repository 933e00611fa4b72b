"""Work to do: a follow-up is a person's task (a Celery function is a job)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.provenance import Provenance, unique_key

KINDS = ("follow_up", "deadline", "hearing", "renewal")
STATUSES = ("open", "in_progress", "waiting", "done", "cancelled")
ACTIVE_STATUSES = ("open", "in_progress", "waiting")
PRIORITIES = ("low", "normal", "high", "urgent")
RECURS = ("on_completion", "by_date")
CAUSES = ("followed", "corrected", "voided", "rule_changed", "details_edited", "sitting_moved")


class FollowUp(Identified, Provenance, Base):
    """One thing that one person is to do, with a day on which it is due.

    `due_version` rises whenever the due day or the assignee changes: reminders' keys are made from it, never from
    the time of a run.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        unique_key(),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint("level IS NULL OR level IN ('public', 'internal', 'restricted', 'sealed')", name="level"),
        CheckConstraint(f"priority IN {PRIORITIES}", name="priority"),
        CheckConstraint(
            f"(rrule IS NULL) = (recurs IS NULL) AND (recurs IS NULL OR recurs IN {RECURS})", name="recurs"
        ),
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
        Index(
            "uq_follow_ups_commitment", "commitment_id", unique=True, postgresql_where=text("commitment_id IS NOT NULL")
        ),
        *(
            Index(f"ix_follow_ups_{name}", name, postgresql_where=text(f"{name} IS NOT NULL"))
            for name in ("engagement_id", "waiting_on_contact_id", "timeline_id", "post_id")
        ),
        Index("ix_follow_ups_recurs", "due_on", postgresql_where=text("recurs = 'by_date'")),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    engagement_id: Mapped[UUID | None] = mapped_column(ForeignKey("engagements.id", ondelete="SET NULL"))
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
    priority: Mapped[str] = mapped_column(default="normal", server_default="normal")
    waiting_on: Mapped[str | None] = mapped_column(comment="whom the work waits for, in words")
    waiting_on_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    waiting_since: Mapped[date | None]
    snoozed_until: Mapped[date | None] = mapped_column(comment="the assignee sees it again from this day; due_on stays")
    rrule: Mapped[str | None] = mapped_column(comment="RFC 5545 recurrence rule without DTSTART, e.g. FREQ=MONTHLY")
    recurs: Mapped[str | None] = mapped_column(comment="on_completion: counted from its day; by_date: made when due")
    recurrence_of_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("follow_ups.id", ondelete="SET NULL"), index=True, unique=True, comment="each has one next at most"
    )
    timeline_id: Mapped[UUID | None] = mapped_column(ForeignKey("timelines.id", ondelete="SET NULL"))
    due_offset: Mapped[str | None] = mapped_column(comment="+14, -30 or +10wd from the timeline's reference date")
    due_by_hand: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="somebody set the day; never moved silently"
    )
    due_to_check: Mapped[date | None] = mapped_column(
        comment="where the reference date moved and the day was set by hand: what the offset gives now"
    )
    post_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("posts.id"), comment="the office that the work is about, whoever holds it"
    )
    commitment_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("commitments.id", ondelete="SET NULL"), comment="made to check this commitment when it is due"
    )
    next_plan_at: Mapped[datetime | None] = mapped_column(
        comment="when planning its reminders was last asked for; the queue is follow_up_plans"
    )
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE_STATUSES


class FollowUpWatcher(Base):
    """Somebody who wants to hear of a follow-up without being its assignee."""

    __tablename__ = "follow_up_watchers"

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)


class FollowUpDependency(Base):
    """`follow_up_id` can't be done before `needs_id` is."""

    __tablename__ = "follow_up_dependencies"
    __table_args__ = (CheckConstraint("follow_up_id <> needs_id", name="not_itself"),)

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True)
    needs_id: Mapped[UUID] = mapped_column(
        ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ChecklistItem(Identified, Base):
    """One line of a follow-up's checklist."""

    __tablename__ = "checklist_items"

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class FollowUpChange(Identified, Base):
    """One change of one follow-up, with what stood before: its history, and what an undo puts back."""

    __tablename__ = "follow_up_changes"
    __table_args__ = (Index("ix_follow_up_changes_follow_up", "follow_up_id", "id"),)

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"))
    batch_id: Mapped[UUID | None] = mapped_column(index=True, comment="changes made, and undone, together")
    kind: Mapped[str] = mapped_column(comment="created, edited, completed, …: as announced")
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, comment="changed fields as they stood")
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator or a schedule")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    undone_at: Mapped[datetime | None]
    undoes_id: Mapped[UUID | None] = mapped_column(ForeignKey("follow_up_changes.id"))


class Timeline(Identified, Base):
    """A standard set of follow-ups as applied to one case, around a reference date."""

    __tablename__ = "timelines"
    __table_args__ = (
        CheckConstraint("(sitting_id IS NULL) OR (sitting_on IS NOT NULL)", name="sitting"),
        Index("ix_timelines_sitting_id", "sitting_id", postgresql_where=text("sitting_id IS NOT NULL")),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    set_id: Mapped[UUID | None] = mapped_column(ForeignKey("timeline_sets.id", ondelete="SET NULL"))
    title: Mapped[str]
    reference_on: Mapped[date]
    event_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("case_events.id", ondelete="SET NULL"), comment="the entry whose date is the reference"
    )
    sitting_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("sittings.id", ondelete="SET NULL"), comment="the sitting whose first day is the reference"
    )
    sitting_on: Mapped[date | None] = mapped_column(
        comment="the first day of that sitting by which the timeline was last reckoned"
    )
    level: Mapped[str | None] = mapped_column(comment="null: the case's level")
    applied_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    applied_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class TimelineSet(Identified, Base):
    """A named set of follow-ups with offsets, kept by the organisation; those of the pathways stand in their files."""

    __tablename__ = "timeline_sets"

    title: Mapped[str]
    pathway: Mapped[str | None] = mapped_column(comment="offered on cases of this pathway; null: on all")
    items: Mapped[list[Any]] = mapped_column(comment="[{title, offset, role?, kind?}] in order")
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class FollowedClock(Base):
    """The clock of the case that a follow-up hangs on: which rule, whose day, from which entry."""

    __tablename__ = "followed_clocks"
    __table_args__ = (Index("ix_followed_clocks_rule", "rule_key", "rule_version"),)

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True)
    rule_key: Mapped[str]
    party: Mapped[str] = mapped_column(
        default="", comment="the State whose own day it is; empty where there is one day for all"
    )
    event_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("case_events.id", ondelete="SET NULL"), index=True, comment="the entry that starts the clock"
    )
    due_on: Mapped[date | None] = mapped_column(
        comment="what the rule came to when it was last reckoned; null: nothing any more"
    )
    rule_version: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="of the rule here, by which it was last reckoned; 0: as it shipped"
    )


class ClockMove(Identified, Base):
    """One line of the ledger: what a clock came to before and after, and why."""

    __tablename__ = "clock_moves"
    __table_args__ = (CheckConstraint(f"cause IN {CAUSES}", name="cause"),)

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
    old_on: Mapped[date | None]
    new_on: Mapped[date | None]
    cause: Mapped[str]
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_events.id", ondelete="SET NULL"))
    is_by_hand: Mapped[bool] = mapped_column(
        default=False, comment="the day of the follow-up had been set by hand: it was flagged, and stayed"
    )
    rule_version: Mapped[int | None] = mapped_column(comment="of the rule, where its change was the cause")
