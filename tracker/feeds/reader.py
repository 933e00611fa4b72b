"""Whose calendar it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tracker.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose calendar an address opens, as they are now. `is_bare`: it says no title, whatever its lines are about.

    `actor` is not assured: a calendar program shows no passkey, so what is sealed is not there.
    """

    feed_id: UUID
    actor: Actor
    whose: str
    is_bare: bool
    with_sittings: bool
    last_used_at: datetime | None
    language: str
    time_zone: str
