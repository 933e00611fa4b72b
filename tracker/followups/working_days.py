"""Public holidays of a person's country, for counting working days."""

from __future__ import annotations

from functools import lru_cache

import holidays

from tracker.followups.dates import IsHoliday, no_holidays


def holidays_of(country: str | None) -> IsHoliday:
    """Whether a day is a public holiday of `country` (ISO 3166-1 alpha-2); without a known one, no day is."""
    calendar = _calendar(country) if country else None
    return no_holidays if calendar is None else calendar.__contains__


@lru_cache(maxsize=64)
def _calendar(country: str) -> holidays.HolidayBase | None:
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None
