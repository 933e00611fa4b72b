"""Organisations, people outside, and the offices that they hold from–to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.encryption import EncryptedText, SealedBytes
from tracker.core.provenance import Provenance


class Organisation(Identified, Provenance, Base):
    __tablename__ = "organisations"

    name: Mapped[str] = mapped_column(index=True)
    country: Mapped[str | None] = mapped_column(index=True, comment="ISO 3166-1 alpha-2, EU or XK")
    kind: Mapped[str | None]
    compartment_id: Mapped[UUID | None] = mapped_column(
        comment="the sealed case that it was made for; null: seen by role"
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Contact(Identified, Provenance, Base):
    """Somebody outside. `name` is null where only the office is known. Private data stand in ContactPrivate."""

    __tablename__ = "contacts"

    name: Mapped[str | None] = mapped_column(index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    country: Mapped[str | None] = mapped_column(index=True)
    languages: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    compartment_id: Mapped[UUID | None] = mapped_column(
        comment="the sealed case that it was made for; null: seen by role"
    )
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    offices: Mapped[list[Office]] = relationship(
        back_populates="contact", cascade="all, delete-orphan", lazy="raise_on_sql", order_by="Office.position"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def display_name(self) -> str:
        """The name, or the first office where the name is not known."""
        if self.name:
            return self.name
        return self.offices[0].title if self.offices else self.ref


class Office(Identified, Base):
    """A post held by a contact, with vague dates from–to (YYYY[-MM[-DD]])."""

    __tablename__ = "offices"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    held_from: Mapped[str | None]
    held_to: Mapped[str | None]
    held_to_latest: Mapped[date | None] = mapped_column(comment="last day that held_to may mean; null: still held")

    contact: Mapped[Contact] = relationship(back_populates="offices", lazy="raise_on_sql")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")


class Post(Identified, Base):
    """An office as such, whoever holds it: commitments and follow-ups stay with it when the holder changes."""

    __tablename__ = "posts"

    title: Mapped[str] = mapped_column(index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    country: Mapped[str | None]
    compartment_id: Mapped[UUID | None] = mapped_column(
        comment="the sealed case that it was made for; null: seen by role"
    )
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


class ContactMerge(Identified, Base):
    """One contact became part of another. What was moved is kept, so that it can be undone."""

    __tablename__ = "contact_merges"

    kept_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    gone_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    moved: Mapped[dict[str, Any]] = mapped_column(
        default=dict, comment="table -> ids of rows; hidden cases among them, so nobody reads it but the undo"
    )
    merged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    merged_at: Mapped[datetime] = mapped_column(default=clock.now)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class ContactPrivate(Base):
    """E-mail, phone and notes of a contact: encrypted, and seen only by those whom access.md names (own row policy)."""

    __tablename__ = "contact_private"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    email_sealed: Mapped[bytes | None] = mapped_column(SealedBytes)
    phone_sealed: Mapped[bytes | None] = mapped_column(SealedBytes)
    notes_sealed: Mapped[bytes | None] = mapped_column(SealedBytes)

    email = EncryptedText("email_sealed")
    phone = EncryptedText("phone_sealed")
    notes = EncryptedText("notes_sealed")

    def encryption_identity(self) -> Any:
        return self.contact_id


Index("ix_offices_title", Office.title)
for _model in (Organisation, Contact, Post):
    Index(
        f"ix_{_model.__tablename__}_compartment",
        _model.compartment_id,
        postgresql_where=_model.compartment_id.is_not(None),
    )
