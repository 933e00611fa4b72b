"""A computation in words, for pages and for the command line."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.clocks.reckoning import Leg, Reckoning
from tracker.core.languages import written_day

_DAY = "EEEE, d MMMM yyyy"


def in_words(found: Reckoning) -> list[str]:
    """The steps of a computation, one sentence each, and what is unsure about them."""
    lines = [_of_leg(leg) for leg in found.legs]
    if found.ask_on is not None:
        lines.append(_("What is to follow has to be asked for by %(day)s.", day=_day(found.ask_on)))
    if found.opens_on is not None:
        lines.append(_("The right opens on %(day)s.", day=_day(found.opens_on)))
    return lines


def _of_leg(leg: Leg) -> str:
    day, period = _day(leg.day), _period(leg)
    sentences = {
        "trigger": _("The trigger: %(day)s.", day=day),
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


def _period(leg: Leg) -> str:
    written = {
        "hours": ngettext("%(num)s hour", "%(num)s hours", leg.amount),
        "days": ngettext("%(num)s day", "%(num)s days", leg.amount),
        "weeks": ngettext("%(num)s week", "%(num)s weeks", leg.amount),
        "months": ngettext("%(num)s month", "%(num)s months", leg.amount),
        "years": ngettext("%(num)s year", "%(num)s years", leg.amount),
    }
    return str(written[leg.unit]) if leg.unit else ""


def _day(day: date) -> str:
    return written_day(day, _DAY)
