"""The secret addresses by which calendar programs fetch somebody's days."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.tokens import seal_of

OWN, TEAM = "own", "team"
WHOSE = (OWN, TEAM)


class CalendarFeed(Identified, Base):
    """One address. The table holds its keyed digest, and a seal over what it opens."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (CheckConstraint(f"whose IN {WHOSE}", name="whose"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(comment="where its person uses it, in their words")
    whose: Mapped[str] = mapped_column(comment="own: their work; team: all that they see")
    is_neutral: Mapped[bool] = mapped_column(comment="every line is a day and a number, whatever it is about")
    with_sittings: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="sittings of institutions stand in it as well"
    )
    token_hash: Mapped[bytes] = mapped_column(unique=True, comment="keyed digest of what stands in the address")
    made_at: Mapped[datetime] = mapped_column(default=clock.now, comment="when the address was made or renewed")
    last_used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    seal: Mapped[bytes] = mapped_column(comment="keyed digest of whose it is and what it shows")


def seal_of_feed(row: Any) -> bytes:
    """What `seal` has to be, for a row of the table or of what found it."""
    return seal_of(
        "calendar feed", row.id, row.person_id, row.whose, row.is_neutral, bytes(row.token_hash), row.made_at
    )
