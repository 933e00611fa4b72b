"""How a person may wish to be reminded: reading and checking it. Pure."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from tracker.core.errors import Fault, Invalid

MOST_DAYS = 365
MOST_REMINDERS = 10


def read_days(text: str) -> tuple[int, ...]:
    """`7, 3, 1` as numbers, the largest first; nothing for an empty text. Raises Invalid."""
    parts = [part for part in re.split(r"[\s,;]+", text.strip()) if part]
    if any(not (part.isascii() and part.isdigit() and len(part) <= 4) for part in parts):
        raise Invalid(_fault())
    days = tuple(sorted({int(part) for part in parts}, reverse=True))
    require_well_formed(days)
    return days


def require_well_formed(days: tuple[int, ...]) -> None:
    """Raise Invalid for days that no reminder can have."""
    if len(days) > MOST_REMINDERS or any(not 1 <= day <= MOST_DAYS for day in days):
        raise Invalid(_fault())


def _fault() -> Fault:
    words = _("Write up to %(most)s numbers of days between 1 and 365, such as 7, 3, 1.", most=MOST_REMINDERS)
    return Fault("days_before", words)
