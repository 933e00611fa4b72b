"""What beat does: it ticks. Any number of beats may run; a tick too many finds nothing to do."""

from __future__ import annotations

from typing import Any

from config import Settings

TIDY_EVERY_S = 3600.0
AUDIT_EVERY_S = 60.0
FILES_EVERY_S = 60.0
IMPORTS_EVERY_S = 10.0
CLOCKS_EVERY_S = 10.0
LONGEST_BUDGET_S = 45.0
"""A tick works no longer, so that sightings stay fresh in a long backlog; the rest goes to a tick after it."""


def schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """Beat's entries. No message expires: an expiry is a time of day, which a host with a wrong clock misreads.

    They don't pile up while no worker is there, because beat looks at the queue first (worker.beat).
    """
    entries: dict[str, dict[str, Any]] = {
        "tick": {
            "task": "worker.jobs.tick",
            "schedule": float(settings.reminder_tick_s),
            "kwargs": {"origin": "beat"},
            "options": {"retry": False},
        },
        "audit": {"task": "worker.jobs.audit", "schedule": AUDIT_EVERY_S, "options": {"retry": False}},
        "clocks": {"task": "worker.jobs.clocks", "schedule": CLOCKS_EVERY_S, "options": {"retry": False}},
        "imports": {"task": "worker.jobs.imports", "schedule": IMPORTS_EVERY_S, "options": {"retry": False}},
        "tidy": {"task": "worker.jobs.tidy", "schedule": TIDY_EVERY_S, "options": {"retry": False}},
    }
    if settings.clamav_socket is not None:
        entries["files"] = {"task": "worker.jobs.files", "schedule": FILES_EVERY_S, "options": {"retry": False}}
    return entries
