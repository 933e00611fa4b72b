"""Closing and throwing away what has ended: memberships, sessions, failed guesses, drafts that nobody came back to."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task

from tracker.access.ending import end_memberships
from tracker.accounts.sessions import purge_challenges
from tracker.audit.refusals import forget_settled
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.volume import forget_counts
from tracker.files.store import rewrite_keys, were_destroyed
from tracker.reminders.delivery.pace import forget_old
from tracker.retention.services import forget_past
from worker.ground import ground
from worker.schedule import TIDY_EVERY_S

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=TIDY_EVERY_S)


@shared_task(name="worker.jobs.tidy")
def tidy() -> None:
    """Close memberships whose time is over.

    Forget what is past its period (`TRACKER_RETENTION`), challenges that were answered, counts of windows that are
    over, buckets of mail that are full; and the keys of files that were destroyed, on the disk as well.
    """
    gone = forget_past(ground().database, ground().settings.retention)
    if gone:
        log.info("past their periods: %s", gone)
    with ground().database.unit_of_work(OPERATOR) as session:
        end_memberships(session)
        purge_challenges(session)
        forget_counts(session)
        forget_settled(session)
        forget_old(session)
        has_dead_keys = were_destroyed(session, clock.now() - 2 * EVERY)
    if has_dead_keys:
        rewrite_keys(ground().database)
