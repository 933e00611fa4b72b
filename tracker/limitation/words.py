"""How pages say what stands in charges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.clocks.words import CERTAINTY_WORDS, period_in_words
from tracker.core.countries import COUNTRY_CODES, country_choices, country_name
from tracker.core.languages import format_day
from tracker.limitation.models import Charge
from tracker.limitation.rules import ICC
from tracker.pathways.vocabulary import Unit

CRIME_WORDS = {
    "genocide": _l("Genocide"),
    "crimes_against_humanity": _l("Crimes against humanity"),
    "war_crimes": _l("War crimes"),
    "aggression": _l("Aggression"),
    "torture": _l("Torture by itself"),
    "ordinary": _l("Ordinary offence"),
}
LIMITATION_WORDS = {
    "unknown": _l("Not known"),
    "none": _l("No limitation"),
    "date": _l("Sets in on a day"),
}
ACT_WORDS = {
    "suspended": _l("Suspended"),
    "resumed": _l("Runs again"),
    "interrupted": _l("Interrupted"),
    "extended": _l("Extended"),
}
CHANGE_WORDS = {
    "entered": _l("Entered"),
    "corrected": _l("Corrected"),
    "checked": _l("Looked at: it stands"),
    "struck_out": _l("Struck out"),
}
FIELD_WORDS = {
    "jurisdiction": _l("Jurisdiction"),
    "offence": _l("Charge"),
    "accused": _l("Against whom"),
    "crime": _l("Kind of crime"),
    "law": _l("Article"),
    "gravity": _l("Gravity as the law has it"),
    "limitation": _l("Limitation"),
    "lapses_on": _l("Last day"),
    "counted_from": _l("Counted from"),
    "period_amount": _l("Length of the period"),
    "period_unit": _l("Unit of the period"),
    "limitation_source": _l("Provision"),
    "certainty": _l("How sure"),
    "note": _l("Note"),
}
CERTAINTIES_HERE = {key: CERTAINTY_WORDS[key] for key in ("V", "V2", "K")}
"""Only what somebody read in a law, or took from elsewhere, is limitation: no convention of our own is."""


def jurisdiction_words(code: str) -> str:
    """`Poland` for PL; the Court by its name."""
    return str(_("International Criminal Court")) if code == ICC else country_name(code)


def jurisdiction_called(said: str) -> str | None:
    """The jurisdiction of this code, or of this name in the reader's language; None where there is none."""
    if said.upper() == ICC or said.upper() in COUNTRY_CODES:
        return said.upper()
    names = [(ICC, jurisdiction_words(ICC)), *country_choices()] if said else []
    return next((code for code, name in names if name.casefold() == said.casefold()), None)


def limitation_words(limitation: str, lapses_on: date | None) -> str:
    """In a line: that there is none, the last day, or that nobody knows."""
    if limitation == "none":
        return str(_("No limitation"))
    if lapses_on is not None:
        return str(_("Sets in after %(day)s", day=format_day(lapses_on)))
    return str(_("Limitation not known"))


def period_words(charge: Charge) -> str:
    """`15 years`, where the date was counted."""
    if charge.period_amount is None or charge.period_unit is None:
        return ""
    return period_in_words(charge.period_amount, cast(Unit, charge.period_unit))


def taken_back_words(words: str) -> str:
    """Of what was known at the last look and has turned out wrong."""
    return str(_("Struck out since: %(what)s", what=words))


def field_value(name: str, value: Any, names: Mapping[UUID, str]) -> str:
    """What stood in a field of a change, as pages say it; `names`: of the people and entities in it."""
    if name == "accused":
        nobody = _("not said")
        return ", ".join(names.get(UUID(one), _("somebody on no case that you see")) for one in value or ()) or nobody
    known = {"crime": CRIME_WORDS, "limitation": LIMITATION_WORDS, "certainty": CERTAINTIES_HERE}
    if value is None:
        return "–"
    if name in known:
        return str(known[name].get(value, value))
    if name == "jurisdiction":
        return jurisdiction_words(value)
    return str(_(str(value))) if name == "period_unit" else str(value)
