"""Institutions and certainties in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

INSTITUTION_WORDS = {
    "hrc": _l("UN Human Rights Council"),
    "upr": _l("Working Group of the Universal Periodic Review"),
    "asp": _l("Assembly of States Parties of the ICC"),
    "ep": _l("European Parliament, plenary"),
    "pace": _l("Parliamentary Assembly of the Council of Europe"),
    "council": _l("Council of the EU, Foreign Affairs"),
    "other": _l("Another institution"),
}
CERTAINTY_WORDS = {
    "confirmed": (_l("confirmed"), "success"),
    "secondary": (_l("from another source"), "info"),
    "unverified": (_l("not verified"), "warning"),
}
"""Words and tone."""
