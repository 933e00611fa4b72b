"""Which country codes a dossier file may use."""

from __future__ import annotations

import pycountry

BESIDE_ISO: dict[str, str] = {"EU": "European Union", "XK": "Kosovo"}
"""Codes that the format allows beside ISO 3166-1: the Union acts as one, Kosovo has no ISO code."""

COUNTRY_CODES: frozenset[str] = frozenset(country.alpha_2 for country in pycountry.countries) | frozenset(BESIDE_ISO)
