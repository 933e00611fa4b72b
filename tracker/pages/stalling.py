"""When nothing has happened on a case for too long, by pathway."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tracker.cases.stalled import stalls_after
from tracker.pathways.store import definitions


def stalled_before(today: date) -> Sequence[tuple[str, date]]:
    """(pathway, day): a case of it that should move stalls when its last entry is older than the day."""
    keys = sorted({definition.key for definition in definitions().all()})
    return [(key, today - timedelta(days=stalls_after(key))) for key in keys]
