"""The audit's own job: chain what is new; once a day look at all of it, sign the head, and send that away."""

from __future__ import annotations

import logging

from celery import shared_task

from tracker.audit.keys import AuditKeys
from tracker.reminders.delivery.auditing import AuditReport, run_audit
from worker.ground import ground

log = logging.getLogger(__name__)


@shared_task(name="worker.jobs.audit")
def audit() -> None:
    """Any number of these may run: one works, the others find the lock taken or nothing to do."""
    here = ground()
    report = run_audit(here.database, here.settings, AuditKeys.of(here.settings.audit_keys))
    _tell(report)


def _tell(report: AuditReport) -> None:
    if report.anchor is not None:
        log.info("audit: anchor %s signed", report.anchor)
    if report.check is not None and not report.check.is_whole:
        # Kinds and counts: nothing of an entry.
        log.error("audit: the chain does not hold: %s", dict(report.check.counts))
