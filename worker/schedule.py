"""What beat does: it ticks. Any number of beats may run; a tick too many finds nothing to do."""

from __future__ import annotations

from typing import Any

TICK_EVERY_S = 60.0
TIDY_EVERY_S = 3600.0

SCHEDULE: dict[str, dict[str, Any]] = {
    # A tick that nobody took before the next one is not needed any more: none pile up while workers are away.
    "tick": {
        "task": "worker.jobs.tick",
        "schedule": TICK_EVERY_S,
        "kwargs": {"origin": "beat"},
        "options": {"expires": TICK_EVERY_S - 5},
    },
    "tidy": {
        "task": "worker.jobs.tidy",
        "schedule": TIDY_EVERY_S,
        "options": {"expires": TIDY_EVERY_S - 60},
    },
}
