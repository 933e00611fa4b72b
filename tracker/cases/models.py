"""Dossiers, cases and their history. The history is the truth; the case row carries a projection of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.contacts.models import Contact
from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.dates import VagueDate
from tracker.core.provenance import Provenance, unique_key

LEVEL_CHECK = "level IN ('public', 'internal', 'restricted', 'sealed')"
PHASES = ("prep", "open", "paused", "decided", "closed")
STARTS_CHECK = (
    "CASE WHEN clock_rule IS NULL THEN clock_party IS NULL AND clock_on IS NULL"
    " ELSE status IS NULL AND source IS NOT NULL END"
)
LINK_KINDS = ("joins", "arises_from", "replaces", "litigates", "related")


class Dossier(Identified, Provenance, Base):
    """The bigger story that links cases. Visible through its cases."""

    __tablename__ = "dossiers"

    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    is_open: Mapped[bool] = mapped_column(
        server_default=false(), default=False, comment="seen by everybody of the house, whatever cases it holds"
    )
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Case(Identified, Provenance, Base):
    """A matter in one forum. From `status` to `last_event_at` it is a projection that `cases.projection` recomputes."""

    __tablename__ = "cases"
    __table_args__ = (
        unique_key(),
        CheckConstraint(LEVEL_CHECK, name="level"),
        Index("ix_cases_activity", text("activity_at DESC"), text("id DESC")),
        Index("ix_cases_deadline", "next_due_on", "id"),
        Index("ix_cases_title", "title", "id"),
        Index("ix_cases_pathway_activity", "pathway", text("activity_at DESC"), text("id DESC")),
        Index("ix_cases_phase_activity", "phase", text("activity_at DESC"), text("id DESC")),
        Index("ix_cases_pathway_status_activity", "pathway", "status", text("activity_at DESC"), text("id DESC")),
        Index("ix_cases_last_event", "last_event_on", "id", postgresql_where=text("phase <> 'closed'")),
        Index("ix_cases_review_due", "lead_id", "review_due_on", postgresql_where=text("review_due_on IS NOT NULL")),
        Index("ix_cases_countries", "countries", postgresql_using="gin"),
    )

    reference: Mapped[str] = mapped_column(unique=True, comment="for people, e.g. ICC-K7QX; random, shows no gap")
    pathway: Mapped[str]
    definition_version: Mapped[int] = mapped_column(comment="which version judged its last move")
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossiers.id"), index=True)
    countries: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    level: Mapped[str] = mapped_column(default="internal")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lead_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), index=True, comment="first current lead, for lists; memberships rule"
    )
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    activity_at: Mapped[datetime] = mapped_column(default=clock.now, comment="last change that its readers care about")
    version: Mapped[int] = mapped_column(default=1)

    status: Mapped[str | None]
    phase: Mapped[str | None]
    status_since: Mapped[str | None] = mapped_column(comment="YYYY[-MM[-DD]] of the event that gave the status")
    status_since_earliest: Mapped[date | None]
    status_since_latest: Mapped[date | None]
    left_status: Mapped[str | None] = mapped_column(comment="while paused: the status that was left")
    resume_to: Mapped[str | None]
    outcome: Mapped[str | None]
    expires_on: Mapped[date | None] = mapped_column(
        comment="end of the current period, as its opening event or a later one says"
    )
    flags: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    next_due_on: Mapped[date | None] = mapped_column(
        comment="earliest due date of an open follow-up that is no more secret than the case"
    )
    gap_count: Mapped[int] = mapped_column(default=0)
    last_event_on: Mapped[date | None] = mapped_column(
        comment="last possible day of the newest dated entry that everybody who sees the case sees"
    )
    review_due_on: Mapped[date | None] = mapped_column(
        comment="when its lead has to look at who sees it; null: seen by role"
    )
    removed_at: Mapped[datetime | None] = mapped_column(comment="a mistaken case: seen by nobody, kept in the audit")
    removed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    remove_reason: Mapped[str | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)

    dossier: Mapped[Dossier | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


class CaseEvent(Identified, Base):
    """One dated entry of a case's history. Append-only: a wrong one is voided, and entered anew."""

    __tablename__ = "case_events"
    __table_args__ = (
        CheckConstraint("level IS NULL OR " + LEVEL_CHECK, name="level"),
        CheckConstraint(STARTS_CHECK, name="starts"),
        Index("ix_case_events_case_place", "case_id", "place"),
        Index("uq_case_events_place", "case_id", "place", unique=True, postgresql_where=text("voided_at IS NULL")),
        Index(
            "uq_case_events_ref",
            "case_id",
            "ref",
            unique=True,
            postgresql_where=text("voided_at IS NULL AND ref IS NOT NULL"),
        ),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    ref: Mapped[str | None]
    seq: Mapped[int | None] = mapped_column(comment="the place that the import file gave; the order is `place`")
    place: Mapped[Decimal] = mapped_column(Numeric, comment="sort key; a later entry fits between two others")
    occurred_on: Mapped[str | None] = mapped_column(comment="YYYY[-MM[-DD]]; null: unknown")
    between_earliest: Mapped[str | None]
    between_latest: Mapped[str | None]
    earliest: Mapped[date | None] = mapped_column(comment="first day that the date and its bounds leave open")
    latest: Mapped[date | None]
    known_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    time: Mapped[str | None]
    event_place: Mapped[str | None] = mapped_column("location")
    status: Mapped[str | None]
    move: Mapped[str | None] = mapped_column(
        comment="kind as judged: forward, back, suspend, resume, close, reopen, jump"
    )
    move_said: Mapped[bool] = mapped_column(
        default=False,
        comment="whether the sender said the kind; else it is what the definition gave, and an export leaves it out",
    )
    resume_to: Mapped[str | None]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    new_facts: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    flags: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    summary: Mapped[str]
    authority: Mapped[str | None]
    reference_no: Mapped[str | None]
    source: Mapped[str | None]
    clock_rule: Mapped[str | None] = mapped_column(
        comment="the rule whose clock this entry starts, where somebody typed the day that no other entry carries"
    )
    clock_party: Mapped[str | None] = mapped_column(comment="the State or party whose own day it is")
    clock_on: Mapped[str | None] = mapped_column(
        comment="YYYY[-MM[-DD]] that starts it, where that is not the day of the entry: one that lies ahead"
    )
    level: Mapped[str | None] = mapped_column(comment="null: the case's level")
    definition_version: Mapped[int]
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_events.id"))
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    void_reason: Mapped[str | None]

    @property
    def when(self) -> VagueDate:
        return VagueDate(self.occurred_on, self.between_earliest, self.between_latest)


class Subject(Identified, Provenance, Base):
    """A person or entity whom cases are about: accused, listed. Never a victim."""

    __tablename__ = "subjects"
    __table_args__ = (unique_key(), CheckConstraint("kind IN ('person', 'entity')", name="kind"))

    name: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(default="person")
    aliases: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    office: Mapped[str | None]
    notes: Mapped[str | None]
    is_open: Mapped[bool] = mapped_column(
        server_default=false(), default=False, comment="seen by everybody of the house, whatever case it is on"
    )
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class CaseSubject(Identified, Base):
    """One subject in one case, with their own charges and outcome."""

    __tablename__ = "case_subjects"
    __table_args__ = (UniqueConstraint("case_id", "subject_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    role: Mapped[str | None]
    counts: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True), comment="charges: text or a list of texts")
    outcome: Mapped[str | None]

    subject: Mapped[Subject] = relationship(lazy="raise_on_sql")


class CaseLink(Identified, Base):
    """A directed link between two cases: visible where both are."""

    __tablename__ = "case_links"
    __table_args__ = (
        UniqueConstraint("from_case_id", "to_case_id", "kind"),
        CheckConstraint(f"kind IN {LINK_KINDS}", name="kind"),
    )

    from_case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    to_case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]


class CaseContact(Identified, Base):
    """A contact's role on a case."""

    __tablename__ = "case_contacts"
    __table_args__ = (UniqueConstraint("case_id", "contact_id", "role"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), index=True)
    role: Mapped[str]

    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")


class Comment(Identified, Base):
    """What a colleague remarks on a case, or on one follow-up of it. No part of the case's history."""

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("level IS NULL OR " + LEVEL_CHECK, name="level"),
        Index("ix_comments_case", "case_id", "id"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    follow_up_id: Mapped[UUID | None] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    body: Mapped[str]
    level: Mapped[str | None] = mapped_column(comment="null: the case's level")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class CommentMention(Base):
    """Somebody whose attention a comment asks for."""

    __tablename__ = "comment_mentions"

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    seen_at: Mapped[datetime | None]


Index("ix_comment_mentions_unseen", CommentMention.person_id, postgresql_where=CommentMention.seen_at.is_(None))


class CaseVisit(Base):
    """When somebody last looked at a case: for "what changed since I was last here"."""

    __tablename__ = "case_visits"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True)
    seen_at: Mapped[datetime] = mapped_column(comment="the running visit")
    before_at: Mapped[datetime | None] = mapped_column(comment="the visit before: changes since then are marked")


class CaseWatcher(Base):
    """Somebody who wants to hear when a case's status changes."""

    __tablename__ = "case_watchers"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
