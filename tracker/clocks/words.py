"""A computation in words, for pages and for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tracker.clocks.installed import InstalledRule
from tracker.clocks.reckoning import Leg, Reckoning
from tracker.clocks.running import DATED, RunningClock, State
from tracker.core.languages import format_day, format_instant, written_day
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
COUNTING_WORDS = {
    "C0": _l("calendar days; the day of the event does not count"),
    "CW": _l("weeks; the last day has the name of the day of the event"),
    "CM": _l("months or years; the last day has the number of the day of the event, else it is the last of its month"),
    "C-ICC": _l("calendar days; notified on a Friday or on the eve of a holiday, it starts on the next working day"),
    "C24": _l("blocks of 24 hours from the hour of the event"),
    "C126": _l("calendar days, then the first day of the month after the one in which they end"),
    "calendar": _l("the date that the act names"),
}
ROLL_WORDS = {
    "R0": _l("stays where it falls"),
    "R-ICC": _l("stays; a filing is in time until 16:00 on the first working day after it"),
    "R-PREV": _l("on a Saturday, a Sunday or a holiday of the forum it becomes the working day before"),
}
_ROLLS = _l("on a Saturday, a Sunday or a holiday of the forum it becomes the next working day")
FORUM_WORDS = {
    "EU courts": _l("EU courts"),
    "UN Human Rights Council": _l("UN Human Rights Council"),
}
"""Forums that are named by words; the others by codes."""
UNIT_WORDS = {
    "hours": _l("hours"),
    "days": _l("days"),
    "working_days": _l("working days"),
    "weeks": _l("weeks"),
    "months": _l("months"),
    "years": _l("years"),
}
DEED_WORDS = {
    "verified": _l("verified here"),
    "corrected": _l("corrected here"),
    "switched_off": _l("switched off"),
    "switched_on": _l("switched on again"),
    "restored": _l("text of the release"),
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


def calendar_words(found: Reckoning) -> list[str]:
    """By whose holidays it was counted, and what is not sure about them; nothing where no holiday can move its days."""
    if not found.goes_by_holidays:
        return []
    code, source, note = found.calendar.code, found.calendar.source, str(found.calendar.note)
    named = _("Holidays: %(calendar)s (%(source)s).", calendar=code, source=source)
    return [*([named] if code and source else []), *([note] if note else [])]


def steps_of(clock: RunningClock) -> list[str]:
    """How the date of a clock was reckoned, and by whose holidays; nothing where it has none."""
    return [] if clock.found is None else [*in_words(clock.found), *calendar_words(clock.found)]


def kind_words(rule: Clock) -> str:
    """What kind of date it is, and for whom. Only what the law sets for a party is called a legal deadline."""
    is_deadline = rule.type == "statutory" and rule.binds == "party"
    kind = _("legal deadline") if is_deadline else TYPE_WORDS[rule.type]
    words = [kind, BINDS_WORDS[rule.binds], *([_("opens a right")] if rule.opens_right else [])]
    said = "; ".join(str(word) for word in (words[1:] if rule.type == "none" else words))
    return said[:1].upper() + said[1:]


def counting_words(rule: Clock) -> str:
    """How its period is counted."""
    if rule.counting == "C0" and rule.unit == "working_days":
        return str(_("working days; the day of the event does not count"))
    return str(COUNTING_WORDS.get(rule.counting or "", ""))


def roll_words(rule: Clock) -> str:
    """What becomes of a last day without work."""
    return "" if rule.roll is None else roll_words_of(rule.roll)


def roll_words_of(roll: str) -> str:
    return str(ROLL_WORDS.get(roll, _ROLLS))


def forum_words(forum: str | None) -> str:
    return str(FORUM_WORDS.get(forum or "", forum or ""))


def unit_words(unit: str) -> str:
    return str(UNIT_WORDS[unit])


def rule_period(rule: Clock) -> str:
    """The whole period of a rule: `14 days + 2 months + 10 days`; empty where an act names it, or none is set."""
    own = [] if rule.amount is None or rule.unit is None else [period_in_words(rule.amount, rule.unit)]
    legs = [period_in_words(step.amount, step.unit) for step in rule.before]
    return " + ".join([*legs, *own, *(period_in_words(step.amount, step.unit) for step in rule.then)])


def off_words(rule: Clock) -> str:
    """That a rule was switched off, by whom and when; empty where it is not."""
    if not isinstance(rule, InstalledRule) or not rule.is_off:
        return ""
    day = format_instant(rule.decided.at)
    if not rule.decided.names:
        return str(_("rule switched off on %(day)s by two persons: no date is computed", day=day))
    return str(_("rule switched off on %(day)s by %(names)s: no date is computed", day=day, names=rule.decided.names))


def decided_words(rule: Clock) -> str:
    """What two persons decided about a rule last, with the day and the version; empty where it is as it ships."""
    if not isinstance(rule, InstalledRule):
        return ""
    said = rule.decided
    words = {"what": DEED_WORDS[said.what], "number": said.number, "day": format_instant(said.at)}
    return str(_("%(what)s: version %(number)s of %(day)s", **words))


def brief(clock: RunningClock, labels: Mapping[str, str]) -> str:
    """A clock in a line: its date, or why there is none. `labels`: of the details and facts of the pathway."""
    first, last = clock.between
    missing = ", ".join(labels.get(key, key) for key in clock.missing)
    words = {
        State.COMPUTED: format_day(clock.due_on),
        State.VAGUE: _vague_end(first, last),
        State.UNKNOWN: _("the date is not known")
        if is_stated(clock.rule)
        else _("the day that starts it is not known"),
        State.DEPENDS: _("depends on what is not filled in: %(details)s", details=missing),
        State.OTHER: _("a rule of another forum"),
        State.NONE: _("no period in law"),
        State.OFF: off_words(clock.rule),
        State.OVER: _("over"),
    }[clock.state]
    return str(
        _("%(date)s, but only if: %(what)s", date=words, what=clock.rule.only_if) if _is_guarded(clock) else words
    )


def is_stated(rule: Clock) -> bool:
    """Whether the date is what an act or an institution says, and nothing is reckoned."""
    return rule.counting == "calendar"


def _is_guarded(clock: RunningClock) -> bool:
    return clock.rule.only_if is not None and clock.state in DATED


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
        "fixed": _(
            "Acts of this kind end on a fixed day: the next one, or, for a renewal in the fortnight before it, "
            "the one after: %(day)s.",
            day=day,
        ),
        "rolls": _("No working day there, so the next one: %(day)s.", day=day),
        "rolls_back": _("No working day there, so the one before: %(day)s.", day=day),
        "filing": _("The last moment for filing, 16:00 on the first working day after: %(day)s.", day=day),
    }
    return str(sentences[leg.what])
