"""What a run may leave in the broker: nothing new, nothing that has grown, and of its work no more than is in hand."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.reminders.delivery.tick import MOST_HELPERS
from worker.beat import MOST_WAITING

UNACKED = ("unacked", "unacked_index")
AT_WORK = {"celery", "unacked_mutex", *UNACKED}
"""Keys that are there while a job waits or runs."""


def most_at_work(processes: int, left_by_killed: int = 0) -> dict[str, int]:
    """How much may be in each key of the work. `left_by_killed`: jobs whose time to be handed out again is to come."""
    queue = MOST_WAITING + processes * (1 + MOST_HELPERS) + left_by_killed
    return {"celery": queue, "unacked_mutex": 1} | dict.fromkeys(UNACKED, processes + left_by_killed)


def broker_faults(before: Mapping[str, int], after: Mapping[str, int], most: Mapping[str, int]) -> list[str]:
    """The bars that were missed, as sentences: sizes of each key before and after a run, and the most of its work."""
    faults = []
    if new := sorted(after.keys() - before.keys() - AT_WORK):
        faults.append(f"new keys in the broker: {', '.join(new)}")
    for name, size in after.items():
        allowed = most[name] if name in AT_WORK else before.get(name, size)
        if size > allowed:
            faults.append(f"{name} in the broker holds {size}, not at most {allowed}")
    return faults
