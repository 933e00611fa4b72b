"""Sittings and sessions of institutions: public dates, of no case."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified

INSTITUTIONS = ("hrc", "upr", "asp", "ep", "pace", "council", "other")
CERTAINTIES = ("confirmed", "secondary", "unverified")


class Sitting(Identified, Base):
    """One sitting; `key` is its name in files, by which it is found again."""

    __tablename__ = "sittings"
    __table_args__ = (
        CheckConstraint(f"institution IN {INSTITUTIONS}", name="institution"),
        CheckConstraint(f"certainty IN {CERTAINTIES}", name="certainty"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="order"),
        Index("ix_sittings_starts_on", "starts_on", "id"),
    )

    key: Mapped[str] = mapped_column(unique=True, comment="its name in files, such as hrc-61")
    institution: Mapped[str]
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(comment="last day; null: not known")
    place: Mapped[str] = mapped_column(default="")
    certainty: Mapped[str] = mapped_column(
        comment="confirmed: the institution says so; secondary: somebody else does; unverified: nobody was asked"
    )
    source: Mapped[str] = mapped_column(comment="where the dates stand")
    taken_at: Mapped[datetime] = mapped_column(default=clock.now, comment="when a file last made or changed it")
    taken_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
