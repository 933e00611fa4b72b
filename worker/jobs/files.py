"""Asking the scanner about files in quarantine, once it answers again."""

from __future__ import annotations

import logging
import time
from collections import Counter
from pathlib import Path
from uuid import UUID

from celery import shared_task

from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.files.scanner import Finding
from tracker.files.store import scan_next
from worker.ground import ground

log = logging.getLogger(__name__)

BUDGET_S = 45.0


@shared_task(name="worker.jobs.files")
def files() -> None:
    """Any number of these may run: each takes files that no other has at hand."""
    here = ground()
    if here.settings.clamav_socket is not None:
        found = look_at_quarantine(here.database, here.settings.clamav_socket)
        if found:
            log.info("files in quarantine: %s", {str(name): count for name, count in found.items()})


def look_at_quarantine(database: Database, scanner: Path) -> Counter[Finding]:
    """One file a transaction, so that what is settled stays settled; a silent scanner is asked once."""
    found: Counter[Finding] = Counter()
    after: UUID | None = None
    end = time.monotonic() + BUDGET_S
    while time.monotonic() < end and not found[Finding.SILENT]:
        with database.unit_of_work(OPERATOR) as session:
            looked = scan_next(session, scanner, after)
            if looked is None:
                break
            after = looked[0].id
            found[looked[1]] += 1
    return found
