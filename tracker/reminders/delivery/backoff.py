"""How long to wait before a mail is tried again. Pure: the caller gives the chance."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=2)
JITTER = 0.2
"""Up to this part is added or taken off, so that mails that failed together don't come back together."""

MOST_ATTEMPTS = 16
"""About a day of a relay that says "later"; then a person must look."""
MOST_RENDERINGS = 3
"""A mail that can't be written fails for a reason of ours, which waiting seldom mends."""


def wait_after(attempts: int, chance: float) -> timedelta:
    """The wait after the `attempts`-th failure (from 1); `chance` in [0, 1) spreads it."""
    wait = min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)
    return wait * (1 + JITTER * (2 * chance - 1))


def next_try(now: datetime, attempts: int, most: int, useful_until: datetime | None, chance: float) -> datetime | None:
    """When to try again after `attempts` failures; None: no more, it is out of tries or would come too late."""
    if attempts >= most:
        return None
    again = now + wait_after(attempts, chance)
    return None if useful_until is not None and again >= useful_until else again
