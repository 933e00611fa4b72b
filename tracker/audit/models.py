"""The append-only trail, its chain and its anchors. The app's role may only INSERT and SELECT entries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified


class AuditEntry(Identified, Base):
    """Who did what to which thing, when. Ids and field names only: never the content."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_at_id", "at", "id"),
        Index("ix_audit_entries_actor", "actor_id", "at"),
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


class AuditLink(Base):
    """One place of the chain. Written by the auditor a moment after its entry; read by nobody else."""

    __tablename__ = "audit_links"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(
        unique=True, comment="no foreign key: an entry that is gone is to be found, not to be prevented"
    )
    form: Mapped[int] = mapped_column(SmallInteger, comment="version of the canonical form that was digested")
    key_id: Mapped[str]
    chained_at: Mapped[datetime]
    digest: Mapped[bytes] = mapped_column(comment="HMAC-SHA-256 of the digest before and the entry")


class AuditAnchor(Base):
    """The head of the chain on one day, signed and sent away."""

    __tablename__ = "audit_anchors"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes]
    made_at: Mapped[datetime]
    key_id: Mapped[str]
    signature: Mapped[bytes] = mapped_column(comment="Ed25519 over number, digest and time")
    mailed_at: Mapped[datetime | None] = mapped_column(comment="when the relay took it")
    written_at: Mapped[datetime | None] = mapped_column(comment="when its file was written")


class AuditCheck(Identified, Base):
    """What a verification of the chain found."""

    __tablename__ = "audit_checks"

    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    is_whole: Mapped[bool]
    findings: Mapped[int]
    last_anchor: Mapped[int | None]


class AuditRefusal(Identified, Base):
    """Something was asked for by its number or reference and refused, be it there or not. A job looks which it is."""

    __tablename__ = "audit_refusals"
    __table_args__ = (
        UniqueConstraint("person_id", "day", "object_type", "asked"),
        Index("ix_audit_refusals_waiting", "at", postgresql_where=text("settled_at IS NULL")),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    object_type: Mapped[str]
    asked: Mapped[str] = mapped_column(comment="a reference or an id, as it stood in the address")
    day: Mapped[date] = mapped_column(comment="in UTC: each thing once a day")
    status: Mapped[int] = mapped_column(SmallInteger)
    is_assured: Mapped[bool]
    at: Mapped[datetime]
    request_id: Mapped[str | None]
    settled_at: Mapped[datetime | None] = mapped_column(comment="when it was found secret")


class ReadingAlarm(Base):
    """Somebody opened more than the house calls ordinary, in one hour or day."""

    __tablename__ = "reading_alarms"
    __table_args__ = (Index("ix_reading_alarms_at", "at"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    span: Mapped[str] = mapped_column(primary_key=True, comment="hour or day")
    began_at: Mapped[datetime] = mapped_column(primary_key=True, comment="when the window began that it was counted in")
    step: Mapped[int] = mapped_column(
        primary_key=True,
        autoincrement=False,
        comment="0: administrators are told; n: for the n-th time a fresh sign-in was asked for",
    )
    at: Mapped[datetime]
