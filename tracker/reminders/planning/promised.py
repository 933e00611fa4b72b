"""What a row of the outbox is about. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Promise:
    """The subject of a reminder, as its row keeps it: `follow_up`, `case_event`, `case`, `commitment`, `membership`,
    `openpgp_key`, `approval`, `summary` or `watchdog`.
    """

    subject_type: str
    subject_id: UUID
    case_id: UUID | None
    due_on: date | None = None
