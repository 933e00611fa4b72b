"""Closing and throwing away what has ended: memberships, sessions, failed guesses, drafts that nobody came back to."""

from __future__ import annotations

from celery import shared_task

from tracker.access.ending import end_memberships
from tracker.accounts.drafts import purge_drafts
from tracker.accounts.sessions import purge_ended
from tracker.core.actor import OPERATOR
from tracker.reminders.delivery.pace import forget_old
from worker.ground import ground


@shared_task(name="worker.jobs.tidy")
def tidy() -> None:
    """Close memberships whose time is over.

    Forget sessions and attempts that are past, drafts of a month ago, and buckets of mail that are full.
    """
    with ground().database.unit_of_work(OPERATOR) as session:
        end_memberships(session)
        purge_ended(session)
        purge_drafts(session)
        forget_old(session)
