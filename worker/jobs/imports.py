"""Looking at dossier files that people gave on a page, and taking them in."""

from __future__ import annotations

import time

from celery import shared_task

from tracker.interchange.given import answer_next
from worker import ending
from worker.ground import ground

BUDGET_S = 45.0


@shared_task(name="worker.jobs.imports")
def imports() -> None:
    """Any number of these may run: each takes what no other has at hand, and acts as whoever gave it."""
    end = time.monotonic() + BUDGET_S
    while time.monotonic() < end and not ending.has_begun() and answer_next(ground().database):
        pass
