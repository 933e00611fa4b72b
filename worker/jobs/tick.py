"""The job behind every reminder: plan and drain, and show that the machinery lives."""

from __future__ import annotations

import logging

from celery import shared_task

from tracker.core.actor import PLANNER
from tracker.reminders.sightings import mark_seen
from tracker.reminders.tick import tick as run_tick
from worker.ground import ground

log = logging.getLogger(__name__)

BUDGET_S = 45.0
"""Less than beat's interval, so that sightings stay fresh in a long backlog; the rest goes to a job that follows."""


@shared_task(name="worker.jobs.tick")
def tick(origin: str = "nudge") -> None:
    """Send what is due. `origin`: `beat` proves that beat lives, `start` a worker that comes up, else `nudge`."""
    here = ground()
    seen = {"worker", "tick"} | ({"beat"} if origin == "beat" else set())
    with here.database.unit_of_work(PLANNER) as session:
        mark_seen(session, *seen)
    report = run_tick(here.database, here.settings, BUDGET_S)
    log.info(
        "tick (%s): %s planned, %s sent, %s deferred, %s dead, %s withdrawn",
        origin,
        report.planned,
        report.sent,
        report.deferred,
        report.dead,
        report.cancelled,
    )
    if not report.is_done:
        tick.apply_async(kwargs={"origin": "backlog"}, expires=BUDGET_S, retry=False)
