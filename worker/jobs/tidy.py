"""Throwing away what has ended: sessions and failed guesses at passwords."""

from __future__ import annotations

from celery import shared_task

from tracker.accounts.sessions import purge_ended
from tracker.core.actor import OPERATOR
from worker.ground import ground


@shared_task(name="worker.jobs.tidy")
def tidy() -> None:
    """Forget sessions and attempts that are past."""
    with ground().database.unit_of_work(OPERATOR) as session:
        purge_ended(session)
