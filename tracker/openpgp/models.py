"""The public key that a person gave."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base


class OpenPgpKey(Base):
    """One for each person who gave one. It stays when it expires: from then on mail says as little as can be."""

    __tablename__ = "openpgp_keys"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    cert: Mapped[bytes] = mapped_column(comment="the public certificate, binary (RFC 9580)")
    fingerprint: Mapped[str]
    expires_at: Mapped[datetime | None] = mapped_column(comment="when nothing can be encrypted to it any more")
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
