"""After two persons changed a rule of law, or a sitting got another day: what hangs on it is reckoned anew."""

from __future__ import annotations

import logging
import time

from celery import shared_task

from tracker.followups.recomputing import recompute_next
from tracker.followups.timeline_sittings import follow_sittings
from worker import ending
from worker.ground import ground

log = logging.getLogger(__name__)

BUDGET_S = 45.0


@shared_task(name="worker.jobs.clocks")
def clocks() -> None:
    """Any number of these may run: one works, the others find the lock taken or nothing to do."""
    end = time.monotonic() + BUDGET_S
    follow_sittings(ground().database)
    while recompute_next(ground().database):
        if ending.has_begun():
            return
        if time.monotonic() > end:
            clocks.apply_async(retry=False)
            return
