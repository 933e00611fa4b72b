"""What somebody asks of a rule, on a page or on the command line, and why there is no answer, in words."""

from __future__ import annotations

from datetime import date
from typing import Literal

from flask_babel import gettext as _

from tracker.clocks.calendars import UnknownCalendar, codes_for
from tracker.clocks.installed import is_off
from tracker.clocks.reckoning import NoPeriod, NotAPeriod, OutOfRange, Reckoning, has_period, reckon, with_period
from tracker.clocks.words import off_words
from tracker.core.dates import Precision, earliest_day, latest_day, precision_of
from tracker.pathways.schema import Clock
from tracker.pathways.spoken import spoken_rule

About = Literal["trigger", "calendar", "period"]


class NoAnswer(ValueError):
    """The rule gives no date for what was asked; the message says why, `about` which of what was said it is."""

    def __init__(self, message: str, about: About = "trigger") -> None:
        super().__init__(message)
        self.about = about


class PeriodWanted(NoAnswer):
    """Only the act names the period, and nobody said it."""


def takes_a_period(rule: Clock) -> bool:
    """Whether an act names the period that this rule counts."""
    return rule.amount is None and rule.counting not in (None, "calendar")


def takes_a_calendar(rule: Clock) -> Literal["", "part", "state"]:
    """Whether there is a choice of calendars: of a Land or canton, or of any State; else the rule has its one."""
    if _goes_by_any_state(rule):
        return "state"
    return "part" if rule.subdivision is not None else ""


def _goes_by_any_state(rule: Clock) -> bool:
    return rule.calendar_code == "EU" or (rule.calendar_code is None and rule.type == "internal")


def answer(rule: Clock, trigger: str, calendar: str | None = None, period: str | None = None) -> Reckoning:
    """What `rule` comes to. Raises NoAnswer."""
    day = day_of(trigger)
    code = calendar.strip().upper() if calendar else None
    try:
        return reckon(with_period(rule, period) if period else rule, day, code)
    except NoPeriod as error:
        wanted = takes_a_period(rule) and not is_off(rule)
        raise (PeriodWanted if wanted else NoAnswer)(no_period_words(rule), "period") from error
    except NotAPeriod as error:
        words = _("“%(text)s” is no period: write 10 days, 2 weeks or 1 month.", text=period)
        raise NoAnswer(words, "period") from error
    except OutOfRange as error:
        raise NoAnswer(_("For a day so far away no calendar is known.")) from error
    except UnknownCalendar as error:
        raise NoAnswer(_no_calendar_words(rule, code or ""), "calendar") from error


def day_of(trigger: str) -> date:
    """The one day that `trigger` names. Raises NoAnswer for anything vaguer."""
    try:
        if precision_of(trigger) is Precision.DAY:
            return earliest_day(trigger)
        first, last = earliest_day(trigger), latest_day(trigger)
    except ValueError as error:
        raise NoAnswer(_("“%(text)s” is no day of the calendar: write YYYY-MM-DD.", text=trigger)) from error
    raise NoAnswer(
        _(
            "The trigger is vague: %(text)s may be any day from %(first)s to %(last)s. "
            "A clock starts from one day: which one was it?",
            text=trigger,
            first=first,
            last=last,
        )
    )


def no_period_words(rule: Clock) -> str:
    """Why no date may be computed from `rule`."""
    said = spoken_rule(rule)
    if is_off(rule):
        return f"{said.key}: {off_words(rule)}"
    if has_period(rule):  # an act was named to a rule that has its own period
        return str(_("%(rule)s has its own period.", rule=said.key))
    said_of_it = {
        "rule": said.key,
        "note": said.note or "",
        "source": said.source,
        "certainty": said.certainty,
    }
    if takes_a_period(rule):
        return str(
            _(
                "%(rule)s: no period in law of its own, so the one that the act names is needed, such as 10 days, "
                "2 weeks or 1 month. %(note)s Source: %(source)s [%(certainty)s]",
                **said_of_it,
            )
        )
    return str(
        _(
            "%(rule)s: no period in law, so no date may be computed. %(note)s Source: %(source)s [%(certainty)s]",
            **said_of_it,
        )
    )


def _no_calendar_words(rule: Clock, code: str) -> str:
    """Why `rule` is not counted by the calendar `code`, and by which it may be."""
    own = rule.calendar_code
    if _goes_by_any_state(rule):
        return str(_("There is no calendar '%(code)s': name a State, such as PL or DE-BW.", code=code))
    if own is None:
        return str(_("%(rule)s is counted by no calendar: leave '%(code)s' out.", rule=rule.key, code=code))
    words = {"rule": rule.key, "own": own, "code": code, "codes": ", ".join(codes_for(own))}
    if code.partition("-")[0] == own:
        return str(_("There is no calendar '%(code)s'. For %(rule)s there are: %(codes)s.", **words))
    return str(_("%(rule)s is counted by %(own)s, not by '%(code)s'. For it there are: %(codes)s.", **words))
