"""Which day it is, and which days are free, for the person who looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.accounts.current import signed_in
from tracker.accounts.current import today_here as today_here
from tracker.followups.dates import IsHoliday, read_day
from tracker.followups.working_days import holidays_among


def read_day_here(text: str, countries: Sequence[str] = ()) -> date:
    """The day that the person means by `text`. Raises NotADay.

    Working days: of the first of `countries` (a case's) whose holidays are known, else of the person's country.
    """
    person = signed_in()
    is_holiday = holidays_among(countries, person.country if person else None)
    return read_day(text, today_here(), is_holiday, person.language if person else None)


def holidays_here(countries: Sequence[str] = ()) -> IsHoliday:
    """Free days by the first of `countries` whose holidays are known, else by the person's country."""
    person = signed_in()
    return holidays_among(countries, person.country if person else None)
