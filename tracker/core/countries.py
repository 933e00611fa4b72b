"""Country codes of the product: ISO 3166-1 alpha-2, EU and XK; their names in the reader's language."""

from __future__ import annotations

import pycountry
from flask_babel import get_locale

from tracker.core.collation import collation_key

BESIDE_ISO = ("EU", "XK")
COUNTRY_CODES = frozenset(country.alpha_2 for country in pycountry.countries) | frozenset(BESIDE_ISO)


def country_name(code: str | None) -> str:
    """`Lithuania` for LT; the code itself where no name is known, nothing for None."""
    if not code:
        return ""
    locale = get_locale()
    return str(locale.territories.get(code, code)) if locale is not None else code


def country_choices() -> list[tuple[str, str]]:
    """(code, name) of every country, by name."""
    return sorted(((code, country_name(code)) for code in COUNTRY_CODES), key=lambda choice: collation_key(choice[1]))
