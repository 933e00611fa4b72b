"""Definitions by version, so that no process needs a shared disk; the YAML files are their source."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base


class StoredDefinition(Base):
    """One version of one pathway. Never changed: a new content is a new version."""

    __tablename__ = "pathway_definitions"

    key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    body: Mapped[dict[str, Any]]
    checked_sha256: Mapped[str | None] = mapped_column(
        comment="of all files and of the code that found them in order; the same again needs no second reading"
    )
    stored_at: Mapped[datetime] = mapped_column(default=clock.now)
