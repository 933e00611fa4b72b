"""Which day it is, and on which days work is done, for the person who looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.accounts.current import signed_in
from tracker.accounts.current import today_here as today_here
from tracker.core.working_days import WorkingDays, working_days_among
from tracker.followups.dates import read_day


def read_day_here(text: str, countries: Sequence[str] = ()) -> date:
    """The day that the person means by `text`. Raises NotADay.

    Working days: of the first of `countries` (a case's) whose holidays are known, else of the person's country.
    """
    person = signed_in()
    return read_day(text, today_here(), working_days_here(countries), person.language if person else None)


def working_days_here(countries: Sequence[str] = ()) -> WorkingDays:
    """Those of the first of `countries` whose holidays are known, else of the person's country."""
    person = signed_in()
    return working_days_among(countries, person.country if person else None)
