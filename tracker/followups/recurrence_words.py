"""A recurrence rule in words of the reader's language."""

from __future__ import annotations

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from tracker.core.languages import format_day
from tracker.followups.rrules import NotARule, Rule, parse


def in_words(text: str | None) -> str:
    """`every 2 weeks on Monday, Friday; 5 times in all`; what can't be read stands as it is."""
    if not text:
        return ""
    try:
        rule = parse(text)
    except NotARule:
        return text
    said = [_rhythm(rule), *_where(rule)]
    return "; ".join([" ".join(said), *_end(rule)])


def weekday_names() -> list[str]:
    """Full names from Monday, in the reader's language."""
    locale = get_locale()
    names = locale.days["stand-alone"]["wide"] if locale else {}
    return [names.get(number, str(number)) for number in range(7)]


def _rhythm(rule: Rule) -> str:
    count = rule.interval
    if rule.freq == "DAILY":
        return str(ngettext("every day", "every %(num)s days", count))
    if rule.freq == "WEEKLY":
        return str(ngettext("every week", "every %(num)s weeks", count))
    if rule.freq == "MONTHLY":
        return str(ngettext("every month", "every %(num)s months", count))
    return str(ngettext("every year", "every %(num)s years", count))


def _where(rule: Rule) -> list[str]:
    words = []
    if rule.by_day:
        words.append(_("on: %(days)s", days=", ".join(_weekday(number, day) for number, day in rule.by_day)))
    if rule.by_month_day:
        words.append(_("on: %(days)s", days=", ".join(_month_day(day) for day in rule.by_month_day)))
    return words


def _weekday(number: int | None, day: int) -> str:
    name = weekday_names()[day]
    if number is None:
        return name
    if number == -1:
        return str(_("the last %(weekday)s", weekday=name))
    if number < 0:
        return str(_("%(weekday)s no. %(number)s from the end", weekday=name, number=-number))
    return str(_("%(weekday)s no. %(number)s", weekday=name, number=number))


def _month_day(day: int) -> str:
    if day == -1:
        return str(_("the last day of the month"))
    if day < 0:
        return str(_("day %(number)s from the end", number=-day))
    return str(_("day %(number)s", number=day))


def _end(rule: Rule) -> list[str]:
    if rule.count is not None:
        return [ngettext("this is the last one", "%(num)s in all, this one included", rule.count)]
    return [_("until %(day)s", day=format_day(rule.until))] if rule.until is not None else []
