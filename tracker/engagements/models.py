"""Meetings, calls, letters; and the commitments made there, in their exact words."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.contacts.models import Contact
from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.dates import VagueDate
from tracker.core.provenance import Provenance, unique_key

COMMITMENT_KINDS = ("ask", "commitment", "position", "topic", "internal")
COMMITMENT_STATUSES = ("open", "kept", "partly_kept", "broken", "superseded")


class Engagement(Identified, Provenance, Base):
    """A meeting, call, letter or event with people outside."""

    __tablename__ = "engagements"
    __table_args__ = (
        unique_key(),
        CheckConstraint("level IN ('public', 'internal', 'restricted', 'sealed')", name="level"),
        Index("ix_engagements_order", sql_text("sort_on DESC NULLS LAST"), sql_text("id DESC")),
    )

    kind: Mapped[str] = mapped_column(default="meeting")
    occurred_on: Mapped[str | None] = mapped_column(comment="YYYY[-MM[-DD]]; null: unknown")
    date_text: Mapped[str | None] = mapped_column(comment="the date as the source words it")
    sort_on: Mapped[date | None] = mapped_column(comment="last possible day; null: unknown, and sorted last")
    place: Mapped[str | None]
    summary: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="internal")
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    participants: Mapped[list[Participant]] = relationship(
        cascade="all, delete-orphan", lazy="raise_on_sql", order_by="Participant.position"
    )
    commitments: Mapped[list[Commitment]] = relationship(lazy="raise_on_sql", order_by="Commitment.position")

    __mapper_args__ = {"version_id_col": version}

    @property
    def when(self) -> VagueDate:
        return VagueDate(self.occurred_on)


class EngagementCase(Base):
    __tablename__ = "engagement_cases"

    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True)


class Participant(Identified, Base):
    """Who took part: a contact, or plain text."""

    __tablename__ = "engagement_participants"
    __table_args__ = (CheckConstraint("(contact_id IS NULL) <> (name IS NULL)", name="contact_or_name"),)

    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    name: Mapped[str | None]
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True, comment="the office held then")

    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")


class Commitment(Identified, Provenance, Base):
    """Who promised, asked or said what, to whom, in which words.

    A side (`by`, `to`) is at most one of: a contact, an organisation, a country code, plain text.
    """

    __tablename__ = "commitments"
    __table_args__ = (
        unique_key(),
        CheckConstraint(f"kind IN {COMMITMENT_KINDS}", name="kind"),
        CheckConstraint(f"status IN {COMMITMENT_STATUSES}", name="status"),
        CheckConstraint("num_nonnulls(by_contact_id, by_organisation_id, by_country, by_text) <= 1", name="one_by"),
        Index("ix_commitments_due", "due_on", "id", postgresql_where=sql_text("status = 'open'")),
        CheckConstraint("num_nonnulls(to_contact_id, to_organisation_id, to_country, to_text) <= 1", name="one_to"),
    )

    engagement_id: Mapped[UUID | None] = mapped_column(ForeignKey("engagements.id", ondelete="CASCADE"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(default="commitment")
    by_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    by_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    by_country: Mapped[str | None]
    by_text: Mapped[str | None]
    to_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    to_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    to_country: Mapped[str | None]
    to_text: Mapped[str | None]
    text: Mapped[str] = mapped_column(comment="the exact words")
    due_on: Mapped[date | None]
    by_post_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("posts.id"), index=True, comment="the office that is bound, whoever holds it"
    )
    to_post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    status: Mapped[str] = mapped_column(default="open")
    settled_on: Mapped[date | None] = mapped_column(comment="day on which it was kept or broken, where known")
    check_note: Mapped[str | None] = mapped_column(comment="how it was checked")
    superseded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("commitments.id", ondelete="SET NULL"))
    checked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    checked_at: Mapped[datetime | None]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
