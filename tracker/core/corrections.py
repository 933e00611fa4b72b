"""What somebody entered or corrected about a row, with what stood before: added to, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Identified


class Correction(Identified):
    """One line of the history of a row. `before` and `after` hold the changed fields, as JSON."""

    kind: Mapped[str]
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, comment="changed fields as they stood")
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    reason: Mapped[str | None]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
    at: Mapped[datetime] = mapped_column(default=clock.now)


def stored(value: Any) -> Any:
    """A field's value as JSON."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [stored(one) for one in value]
    return str(value) if isinstance(value, UUID) else value


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of one side of a correction as JSON."""
    return {name: stored(value) for name, value in values.items()}
