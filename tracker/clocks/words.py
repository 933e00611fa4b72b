"""A computation in words, for pages and for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tracker.clocks.reckoning import Leg, Reckoning
from tracker.clocks.running import RunningClock, State
from tracker.core.languages import format_day, written_day
from tracker.pathways.schema import Clock
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
    "statutory": _l("legal period"),
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


def kind_words(rule: Clock) -> str:
    """What kind of date it is, and for whom. Only what the law sets for a party is called a legal deadline."""
    is_deadline = rule.type == "statutory" and rule.binds == "party"
    kind = _("legal deadline") if is_deadline else TYPE_WORDS[rule.type]
    words = [kind, BINDS_WORDS[rule.binds], *([_("opens a right")] if rule.opens_right else [])]
    return "; ".join(str(word) for word in (words[1:] if rule.type == "none" else words))


def brief(clock: RunningClock, labels: Mapping[str, str]) -> str:
    """A clock in a line: its date, or why there is none. `labels`: of the details and facts of the pathway."""
    first, last = clock.between
    missing = ", ".join(labels.get(key, key) for key in clock.missing)
    words = {
        State.COMPUTED: format_day(clock.due_on),
        State.VAGUE: _vague_end(first, last),
        State.UNKNOWN: _("the day that starts it is not known"),
        State.DEPENDS: _("depends on what is not filled in: %(details)s", details=missing),
        State.OTHER: _("a rule of another forum"),
        State.NONE: _("no period in law"),
    }[clock.state]
    return str(
        _("%(date)s, but only if: %(what)s", date=words, what=clock.rule.only_if) if _is_guarded(clock) else words
    )


def _is_guarded(clock: RunningClock) -> bool:
    return clock.rule.only_if is not None and clock.state in (State.COMPUTED, State.VAGUE)


def _vague_end(first: date | None, last: date | None) -> str:
    if first is not None and last is not None:
        return str(_("between %(first)s and %(last)s", first=format_day(first), last=format_day(last)))
    if first is not None:
        return str(_("not before %(first)s", first=format_day(first)))
    return str(_("not after %(last)s", last=format_day(last)))


def period_in_words(amount: int, unit: Unit) -> str:
    """`one month`, `90 days`."""
    written = {
        "hours": ngettext("%(num)s hour", "%(num)s hours", amount),
        "days": ngettext("%(num)s day", "%(num)s days", amount),
        "working_days": ngettext("%(num)s working day", "%(num)s working days", amount),
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
