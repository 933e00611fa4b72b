"""The templates' variables: only what the mail may say, with days and names as its reader writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import format_date

from tracker.core.languages import DAY_FORMAT, day_in
from tracker.reminders import kinds
from tracker.reminders.letters.facts import Because, CaseLine, LetterFacts, MailFigures, Matter, WeekFigures
from tracker.reminders.letters.headers import preferences_link
from tracker.reminders.letters.letterhead import Letterhead
from tracker.reminders.letters.templates import locale_named, translations_in
from tracker.reminders.planning.wall_time import local_day, zone_named

LONGEST_TITLE = 180
LONGEST_CASE_TITLE = 120
MOST_LINES = 60
"""A digest after a long pause: more lines nobody reads in a mail, and the app has them all."""
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_DAY_LONG = "EEEE, d MMMM y"
_YEAR_FIRST = frozenset({"lt"})


@dataclass(frozen=True, slots=True)
class Line:
    """A matter in words. `days_left` is negative when it is late; None without a day."""

    kind: str
    number: str
    link: str
    is_bare: bool
    due_on: date | None = None
    due_day: str = ""
    due_short: str = ""
    days_left: int | None = None
    because: str = ""
    is_mine: bool = False
    title: str = ""
    reference: str = ""
    case_title: str = ""
    since: str = ""
    since_short: str = ""
    since_on: date | None = None
    status: str = ""
    change: str = ""
    rule_was: str = ""
    rule_gives: str = ""

    @property
    def is_late(self) -> bool:
        return self.days_left is not None and self.days_left < 0


def words_of(facts: LetterFacts, head: Letterhead, now: datetime) -> dict[str, Any]:
    """Everything that the templates of this mail may use."""
    words: dict[str, Any] = {
        "kind": facts.kind,
        "number": facts.number,
        "link": f"{head.base_url}/r/{facts.number}",
        "preferences_link": preferences_link(head),
        "language": facts.language.replace("_", "-"),
    }
    today = local_day(now, zone_named(facts.time_zone))
    if facts.matter is not None:
        words["one"] = line_of(facts.matter, facts.language, today, head)
    elif facts.week is not None:
        words |= _week_words(facts.week, facts.language, head)
    elif facts.mail is not None:
        words |= _mail_words(facts.mail, facts)
    else:
        words |= _digest_words(facts, today, head)
    return words


def line_of(matter: Matter, language: str, today: date, head: Letterhead) -> Line:
    """A matter in words; a bare one has none but its number, its day and its link."""
    due_on = matter.due_on
    link = f"{head.base_url}/r/{matter.number}"
    if matter.is_bare:
        days = long_day(due_on, language), _short_day(due_on, language)
        return Line("bare", matter.number, link, True, due_on, *days, (due_on - today).days if due_on else None)
    return Line(
        kind=matter.kind,
        number=matter.number,
        link=link,
        is_bare=False,
        due_on=due_on,
        due_day=long_day(due_on, language),
        due_short=_short_day(due_on, language),
        days_left=(due_on - today).days if due_on else None,
        because=matter.because.value,
        is_mine=matter.because is Because.ASSIGNED,
        title=shortened(matter.title, LONGEST_TITLE),
        reference=shortened(matter.reference, LONGEST_CASE_TITLE),
        case_title=shortened(matter.case_title, LONGEST_CASE_TITLE),
        since=long_day(matter.since, language),
        since_short=_short_day(matter.since, language),
        since_on=matter.since,
        status=shortened(_translated(matter.status, language), LONGEST_CASE_TITLE),
        change=matter.change,
        rule_was=_short_day(matter.rule_was, language),
        rule_gives=_short_day(matter.rule_gives, language),
    )


def shortened(text: str, most: int) -> str:
    """`text` in one line without what can't be seen, cut between words where it is longer than `most` characters."""
    line = " ".join(_UNPRINTABLE.sub(" ", text).split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    head, _, tail = cut.rpartition(" ")
    return f"{(head if head and len(tail) < 30 else cut).rstrip(' ,;:–-')}…"


@lru_cache(maxsize=4096)
def long_day(day: date | None, language: str) -> str:
    """`Tuesday, 1 December 2026`; nothing for no day."""
    if day is None:
        return ""
    locale = locale_named(language)
    return format_date(day, "full" if locale.language in _YEAR_FIRST else _DAY_LONG, locale=locale)


def _short_day(day: date | None, language: str) -> str:
    return "" if day is None else day_in(locale_named(language), day, DAY_FORMAT)


def _translated(words: str, language: str) -> str:
    return translations_in(language).gettext(words) if words else ""


def _digest_words(facts: LetterFacts, today: date, head: Letterhead) -> dict[str, Any]:
    lines = sorted((line_of(one, facts.language, today, head) for one in facts.lines), key=_place)
    return {"count": len(lines), "lines": lines[:MOST_LINES], "more": max(0, len(lines) - MOST_LINES)}


def _place(line: Line) -> tuple[int, date, str]:
    """What is late first, then by day; news without a day at the end."""
    if line.due_on is None or line.kind in (kinds.STATUS_CHANGED, kinds.FOLLOW_UP_CHANGED):
        return 2, date.max, line.reference
    return 0 if line.is_late else 1, line.due_on, line.reference


def _week_words(week: WeekFigures, language: str, head: Letterhead) -> dict[str, Any]:
    def lines(found: tuple[CaseLine, ...]) -> list[dict[str, str]]:
        return [
            {
                "reference": one.reference,
                "title": shortened(one.title, LONGEST_CASE_TITLE),
                "day": _short_day(one.on, language),
                "status": _translated(one.status, language),
                "link": f"{head.base_url}/cases/{one.reference}",
            }
            for one in found
        ]

    return {
        "link": f"{head.base_url}/overview",
        "week": week.week,
        "figures": week,
        "overdue_lines": lines(week.overdue_lines),
        "due_soon_lines": lines(week.due_soon_lines),
        "moved_lines": lines(week.moved_lines),
        "ending_lines": lines(week.ending_lines),
    }


def _mail_words(mail: MailFigures, facts: LetterFacts) -> dict[str, Any]:
    sent = mail.last_sent_at
    here = sent.astimezone(zone_named(facts.time_zone)) if sent else None
    hours, minutes = divmod(mail.oldest_minutes or 0, 60)
    return {
        "figures": mail,
        "hours": hours,
        "minutes": minutes,
        "last_sent": f"{_short_day(here.date(), facts.language)}, {here:%H:%M}" if here else "",
    }
