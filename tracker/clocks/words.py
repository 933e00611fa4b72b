"""A computation in words, for pages and for the command line."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tracker.clocks.reckoning import Leg, Reckoning
from tracker.core.languages import written_day
from tracker.pathways.spoken import spoken_rule
from tracker.pathways.vocabulary import Unit

BINDS_WORDS = {
    "party": _l("binds a party"),
    "state": _l("binds a State"),
    "authority": _l("binds the authority, not us"),
    "court": _l("binds the court, not us"),
    "institution": _l("binds the institution, not us"),
    "nobody": _l("binds nobody"),
}
CERTAINTY_WORDS = {
    "V": _l("seen in the text named"),
    "V2": _l("unverified rule: seen in a secondary text only"),
    "K": _l("unverified rule: text not seen"),
    "I": _l("our own convention, not law"),
}
TYPE_WORDS = {
    "statutory": _l("legal deadline"),
    "institutional": _l("date of an institution"),
    "internal": _l("our own date"),
    "none": _l("no period in law"),
}
_DAY = "EEEE, d MMMM yyyy"


def in_words(found: Reckoning) -> list[str]:
    """The steps of a computation, one sentence each, and what is unsure about them."""
    lines = [_of_leg(leg, found) for leg in found.legs]
    if found.ask_on is not None:
        lines.append(_("What is to follow has to be asked for by %(day)s.", day=full_day(found.ask_on)))
    if found.opens_on is not None:
        lines.append(_("The right opens on %(day)s.", day=full_day(found.opens_on)))
    if found.extended_to is not None:
        lines.append(_("Where the forum makes it longer, by %(day)s.", day=full_day(found.extended_to)))
    return lines


def period_in_words(amount: int, unit: Unit) -> str:
    """`one month`, `90 days`."""
    written = {
        "hours": ngettext("%(num)s hour", "%(num)s hours", amount),
        "days": ngettext("%(num)s day", "%(num)s days", amount),
        "weeks": ngettext("%(num)s week", "%(num)s weeks", amount),
        "months": ngettext("%(num)s month", "%(num)s months", amount),
        "years": ngettext("%(num)s year", "%(num)s years", amount),
    }
    return str(written[unit])


def full_day(day: date) -> str:
    """With the day of the week, which tells why a day was moved: `Tuesday, 14 April 2026`."""
    return written_day(day, _DAY)


def _of_leg(leg: Leg, found: Reckoning) -> str:
    day = full_day(leg.day)
    period = period_in_words(leg.amount, leg.unit) if leg.unit else ""
    if leg.what == "trigger":
        return str(_("Trigger, %(event)s: %(day)s.", event=spoken_rule(found.rule).trigger.event, day=day))
    sentences = {
        "date": _("The date that the act names is the date: %(day)s.", day=day),
        "starts": _(
            "Notified on a Friday, on the eve of a holiday or on a day without work: the first day is %(day)s.", day=day
        ),
        "adds": _("%(period)s on: %(day)s.", period=period, day=day),
        "goes_back": _("%(period)s back: %(day)s.", period=period, day=day),
        "month_end": _("%(period)s on; that month lacks the day, so its last one: %(day)s.", period=period, day=day),
        "standstill": _("Days that stood still and did not count: %(number)s.", number=leg.amount),
        "next_month": _("The first day of the month after it: %(day)s.", day=day),
        "fixed": _("Acts of this kind always print the nearest fixed day: %(day)s.", day=day),
        "rolls": _("No working day there, so the next one: %(day)s.", day=day),
        "filing": _("The last moment for filing, 16:00 on the first working day after: %(day)s.", day=day),
    }
    return str(sentences[leg.what])
