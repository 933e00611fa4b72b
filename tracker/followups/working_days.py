"""Public holidays of a person's country, for counting working days."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import holidays

from tracker.followups.dates import IsHoliday, no_holidays


def holidays_of(country: str | None) -> IsHoliday:
    """Whether a day is a public holiday of `country` (ISO 3166-1 alpha-2); without a known one, no day is."""
    calendar = _calendar(country) if country else None
    return no_holidays if calendar is None else calendar.__contains__


def holidays_among(countries: Sequence[str], otherwise: str | None) -> IsHoliday:
    """The holidays of the first of `countries` that has a calendar here, else of `otherwise`."""
    known = next((one for one in countries if _calendar(one) is not None), otherwise)
    return holidays_of(known)


@lru_cache(maxsize=64)
def _calendar(country: str) -> holidays.HolidayBase | None:
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None
