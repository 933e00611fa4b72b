"""The job behind every reminder: plan and drain, and show that the machinery lives."""

from __future__ import annotations

import gc
import logging
import time

from celery import shared_task

from tracker.reminders.delivery.desk import DATABASE_GONE
from tracker.reminders.delivery.sightings import worker_names
from tracker.reminders.delivery.tick import TickReport
from tracker.reminders.delivery.tick import tick as run_tick
from worker import ending
from worker.ground import Ground, ground
from worker.schedule import LONGEST_BUDGET_S

log = logging.getLogger(__name__)

DATABASE_WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""A database that starts again is there in seconds; the next tick of beat may be a minute away."""


@shared_task(name="worker.jobs.tick")
def tick(origin: str = "nudge") -> None:
    """Send what is due. `origin`: `beat` proves that beat lives; `help` and `backlog` go on with another's work."""
    report = _run(ground(), origin)
    log.info(
        "tick (%s): %s planned, %s sent, %s deferred, %s dead, %s withdrawn",
        origin,
        report.planned,
        report.sent,
        report.deferred,
        report.dead,
        report.cancelled,
    )
    if report.sent:
        gc.collect()  # mails leave cycles behind, which the collector of a settled process would let pile up
    if not report.is_done and not ending.has_begun():
        tick.apply_async(kwargs={"origin": "backlog"}, retry=False)


def _run(here: Ground, origin: str) -> TickReport:
    names = (*worker_names(), "beat") if origin == "beat" else worker_names()
    waits = iter(DATABASE_WAITS_S)
    while True:
        try:
            return run_tick(
                here.database,
                here.settings,
                min(LONGEST_BUDGET_S, 0.75 * here.settings.reminder_tick_s),
                names=names,
                may_go_on=lambda: not ending.has_begun(),
                call_helpers=None if origin == "help" else _call_helpers,
            )
        except DATABASE_GONE as error:
            wait_s = next(waits, None)
            if wait_s is None or ending.has_begun():
                raise
            log.warning("no database, trying again in %s s: %s", wait_s, type(error).__name__)
            time.sleep(wait_s)


def _call_helpers(count: int) -> None:
    """Whoever is idle takes one of these; helpers call no others."""
    try:
        for _ in range(count):
            tick.apply_async(kwargs={"origin": "help"}, retry=False)
    except Exception as error:
        log.info("nobody called to help: %s", type(error).__name__)
