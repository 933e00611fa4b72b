"""Which day it is, and which days are free, for the person who looks."""

from __future__ import annotations

from datetime import date

from tracker.accounts.current import signed_in
from tracker.core import clock
from tracker.followups.dates import read_day
from tracker.followups.working_days import holidays_of


def today_here() -> date:
    """Today in the time zone of the signed-in person; in UTC where there is none."""
    person = signed_in()
    return clock.today(person.time_zone if person else "UTC")


def read_day_here(text: str) -> date:
    """The day that the person means by `text`, with the holidays of their country. Raises NotADay."""
    person = signed_in()
    return read_day(text, today_here(), holidays_of(person.country if person else None))
