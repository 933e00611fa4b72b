"""When nothing has happened on a case for too long, by pathway."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tracker.pathways.store import definitions

SILENT_DAYS = 180
"""How long a case may be without an entry before somebody should look at it."""


def stalled_before(today: date) -> Sequence[tuple[str, date]]:
    """(pathway, day): a case of it that is not closed stalls when its last entry is older than the day."""
    since = today - timedelta(days=SILENT_DAYS)
    return [(definition.key, since) for definition in definitions().all()]
