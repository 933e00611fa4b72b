"""From a rule and the day of its trigger to the days that matter, step by step. Pure.

The ways of counting and of rolling are those of the clock table (its codes stand in the rules): calendar days of the
forum, no hours but where a rule counts blocks of 24 (which keep the hour of the trigger). Where a text is silent the
earlier day is taken.
"""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import ClassVar

from tracker.clocks.calendars import CourtCalendar, UnknownCalendar, calendar_of, calendar_of_country, stands_still
from tracker.clocks.installed import is_off
from tracker.pathways.schema import Clock, Step
from tracker.pathways.vocabulary import Unit

_DAY = timedelta(days=1)
_RENEWED_WITHIN = timedelta(days=14)
"""The Council renews its regimes in the last days before they end."""
_PERIOD = re.compile(r"([1-9][0-9]{0,2}) (day|week|month|year)s?", re.ASCII)
_FRIDAY = 4
_YEARS = range(1900, 3000)
_IN_DAYS = {"days": 1, "weeks": 7}
_IN_MONTHS = {"months": 1, "years": 12}


class NotAPeriod(ValueError):
    """The text names no period."""


class OutOfRange(ValueError):
    """The trigger lies beyond the years for which calendars are known."""


class NoPeriod(ValueError):
    """The rule has no period: no date may be computed from it."""


class SwitchedOff(NoPeriod):
    """Two persons of this installation switched the rule off: it gives no date."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of a computation: what was done (`what`), and the day that it led to.

    `what`: trigger, date (the trigger is the date), starts (the first day is moved), adds, goes_back, standstill (days
    that did not count lie in it), month_end (that month lacks the day), next_month, fixed (acts of the kind always end
    on such a day), rolls, rolls_back, filing.
    """

    what: str
    day: date
    amount: int = 0
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a rule comes to. `due_on`: the safe last day. `latest_filing`: the forum's later outer limit, if it has one.

    `opens_on`: the day from which a right may be used, where the period opens one instead of closing it.
    `ask_on`: by when to ask for what is to follow, where the rule says so.
    `extended_to`: the last day where the forum makes it longer by as much as the rule names.
    """

    rule: Clock
    trigger_on: date
    due_on: date
    calendar: CourtCalendar
    latest_filing: date | None = None
    opens_on: date | None = None
    ask_on: date | None = None
    extended_to: date | None = None
    legs: tuple[Leg, ...] = ()

    @property
    def goes_by_holidays(self) -> bool:
        """Whether a holiday could have made any of its days another."""
        rule = self.rule
        units = (rule.unit, *(step.unit for step in (*rule.before, *rule.then)))
        return rule.roll not in (None, "R0") or rule.counting == "C-ICC" or "working_days" in units


def reckon(rule: Clock, trigger_on: date, calendar_code: str | None = None) -> Reckoning:
    """What `rule` comes to for a trigger on `trigger_on`.

    `calendar_code`: with a subdivision (`CH-SG`), where the rule's own names none. Raises NoPeriod, SwitchedOff,
    UnknownCalendar, OutOfRange.
    """
    require_period(rule)
    if trigger_on.year not in _YEARS:
        raise OutOfRange(trigger_on.isoformat())
    calendar = _calendar_for(rule, calendar_code)
    counting = _Counting(rule, calendar, [Leg("trigger", trigger_on)])
    last = counting.last_day(trigger_on)
    last = counting.rolled(last)
    filing = counting.latest_filing(last)
    return Reckoning(
        rule=rule,
        trigger_on=trigger_on,
        due_on=last,
        calendar=calendar,
        latest_filing=filing,
        opens_on=last + _DAY if rule.opens_after else None,
        ask_on=_step_from(last, rule.ask_before, -1),
        extended_to=_step_from(last, rule.extended_by, 1),
        legs=tuple(counting.legs),
    )


def has_period(rule: Clock) -> bool:
    """Whether a date may be computed: there is an amount, or the trigger is the date itself."""
    return rule.amount is not None or (rule.counting == "calendar" and rule.trigger.fact is not None)


def with_period(rule: Clock, text: str) -> Clock:
    """The rule for the period that the act in question names: `10 days`, `1 month`.

    Raises NoPeriod where acts name none, NotAPeriod.
    """
    if rule.amount is not None or rule.counting in (None, "calendar"):
        raise NoPeriod(rule.note or rule.label)
    step = step_of(text)
    return rule.model_copy(update={"amount": step.amount, "unit": step.unit})


def step_of(text: str) -> Step:
    """`10 days`, `1 month`. Raises NotAPeriod."""
    match = _PERIOD.fullmatch(text.strip().lower())
    if match is None:
        raise NotAPeriod(text)
    return Step.model_validate({"amount": int(match[1]), "unit": f"{match[2]}s"})


def require_period(rule: Clock) -> None:
    """Nothing where the rule has a period. Raises NoPeriod, SwitchedOff."""
    if is_off(rule):
        raise SwitchedOff(rule.label)
    if not has_period(rule):
        raise NoPeriod(rule.note or "No period in law.")


def _calendar_for(rule: Clock, code: str | None) -> CourtCalendar:
    """The calendar asked for, where it is one of the rule's forum; acts of the EU may be done in any State (Art. 2(1)).

    What this house counts for itself goes by the calendar of any country.
    """
    own = rule.calendar_code
    if rule.type == "internal" and own is None and code is not None:
        return calendar_of_country(code)
    if code is None or code == own:
        return calendar_of(own)
    if own == "EU" and (calendar := calendar_of_country(code)).source:
        return calendar
    if own is None or code.partition("-")[0] != own:
        raise UnknownCalendar(f"The rule {rule.key} is counted by {own or 'no calendar'}, not by {code!r}.")
    return calendar_of(code)


def _step_from(day: date, step: Step | None, sign: int) -> date | None:
    return None if step is None else _moved(day, step.amount, step.unit, sign)


@dataclass(slots=True)
class _Counting:
    rule: Clock
    calendar: CourtCalendar
    legs: list[Leg] = field(default_factory=list)

    def last_day(self, trigger_on: date) -> date:
        if self.rule.amount is None:
            return self._note("date", trigger_on)
        if self.rule.fixed_days:
            return self._fixed(trigger_on)
        day = trigger_on
        for step in self.rule.before:
            day = self._add(day, step.amount, step.unit)
        day = self._ways[self.rule.counting or "C0"](self, day)
        for step in self.rule.then:
            day = self._add(day, step.amount, step.unit)
        return day

    def rolled(self, day: date) -> date:
        """The next or the previous working day, as the rule says; R0 and R-ICC leave the last day as it is."""
        if self.rule.roll in (None, "R0", "R-ICC"):
            return day
        if self.rule.roll == "R-PREV":
            moved = self.calendar.working_day_to(day)
            return day if moved == day else self._note("rolls_back", moved)
        moved = self.calendar.working_day_from(day)
        return day if moved == day else self._note("rolls", moved)

    def latest_filing(self, last: date) -> date | None:
        """Regulation 33(1)(d): the first working day after the last day."""
        if self.rule.roll != "R-ICC":
            return None
        return self._note("filing", self.calendar.working_day_from(last + _DAY))

    def _fixed(self, day: date) -> date:
        """The next fixed day. An act made in the fortnight before one renews what ends there, and runs to the next.

        What is listed in between ends with the others: never a period after its own day.
        """
        years = (day.year, day.year + 1, day.year + 2)
        days = [date(year, int(fixed[:2]), int(fixed[3:])) for year in years for fixed in self.rule.fixed_days]
        return self._note("fixed", min(fixed for fixed in days if fixed > day + _RENEWED_WITHIN))

    def _period(self, day: date) -> date:
        if self.rule.standstill is not None:
            return self._add_with_standstill(day, self.rule.standstill)
        return self._add(day, self._amount, self._unit)

    def _icc(self, day: date) -> date:
        """Regulation 33(1): notified on a Friday or the eve of a holiday, the next working day is day 1.

        A notification on a free day, of which the text knows none, gives no earlier end than one on the day before.
        """
        if day.weekday() != _FRIDAY and not self.calendar.is_free(day) and not self.calendar.is_holiday(day + _DAY):
            return self._period(day)
        first = self._note("starts", self.calendar.working_day_from(day + _DAY))
        return self._add(first - _DAY, self._amount, self._unit)

    def _hours(self, day: date) -> date:
        """Blocks of 24 hours end at the hour of the trigger: as many calendar days later."""
        days = self._amount if self._unit == "days" else -(-self._amount // 24)
        return self._note("adds", day + timedelta(days=days), self._amount, self._unit)

    def _month_after(self, day: date) -> date:
        """Rome Statute Art. 126: the first day of the month after the one in which the last day falls."""
        last = self._add(day, self._amount, self._unit)
        return self._note("next_month", (last.replace(day=1) + timedelta(days=32)).replace(day=1))

    @property
    def _amount(self) -> int:
        return self.rule.amount or 0

    @property
    def _unit(self) -> Unit:
        return self.rule.unit or "days"

    def _add(self, day: date, amount: int, unit: Unit) -> date:
        sign = -1 if self.rule.backwards else 1
        by_work = unit == "working_days"
        reached = self.calendar.working_days.away(day, sign * amount) if by_work else _moved(day, amount, unit, sign)
        if unit in _IN_MONTHS and reached.day != day.day:
            self._note("month_end", reached, amount, unit)
            return reached
        return self._note("goes_back" if sign < 0 else "adds", reached, amount, unit)

    def _add_with_standstill(self, day: date, standstill: str) -> date:
        left, reached = self._amount, day
        while left:
            reached += _DAY
            left -= not stands_still(standstill, reached)
        stood = (reached - day).days - self._amount
        self._note("adds", reached, self._amount, self._unit)
        return self._note("standstill", reached, stood, "days") if stood else reached

    def _note(self, what: str, day: date, amount: int = 0, unit: Unit | None = None) -> date:
        self.legs.append(Leg(what, day, amount, unit))
        return day

    _ways: ClassVar[dict[str, Callable[[_Counting, date], date]]] = {
        "C0": _period,
        "CW": _period,
        "CM": _period,
        "C-ICC": _icc,
        "C24": _hours,
        "C126": _month_after,
        "calendar": _period,
    }


def _moved(day: date, amount: int, unit: Unit, sign: int) -> date:
    """`amount` units later or earlier; a month that lacks the day gives its last one."""
    if unit in _IN_DAYS:
        return day + timedelta(days=sign * amount * _IN_DAYS[unit])
    if unit == "hours":
        return day + timedelta(days=sign * -(-amount // 24))
    number = day.year * 12 + day.month - 1 + sign * amount * _IN_MONTHS[unit]
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
