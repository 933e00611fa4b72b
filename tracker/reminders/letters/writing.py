"""Making one mail: subject, text and HTML from templates, the calendar entry, the headers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tracker.reminders import kinds
from tracker.reminders.letters.calendar import calendar_entry, has_entry
from tracker.reminders.letters.facts import LetterFacts
from tracker.reminders.letters.headers import set_headers
from tracker.reminders.letters.letterhead import Letterhead
from tracker.reminders.letters.parts import Letter, in_one_line, new_mail, set_bodies
from tracker.reminders.letters.templates import template
from tracker.reminders.letters.words import Line, words_of
from tracker.reminders.planning.wall_time import local_day, zone_named

_FOLDERS = {kinds.STATUS_CHANGED: "case", kinds.KEY_ENDS: "key"}


def write(facts: LetterFacts, head: Letterhead, recipient: str, message_id: UUID, now: datetime) -> Letter:
    """The whole mail. Raises BadAddress; every other error is a fault of ours."""
    words = words_of(facts, head, now)
    folder = _folder(facts)

    def rendered(name: str) -> str:
        return template(facts.language, f"{folder}/{name}").render(words)

    mail = new_mail()
    mail["Subject"] = in_one_line(rendered("subject.txt"))
    set_headers(mail, facts, head, recipient, message_id, now)
    entry = _entry(facts, head, words, recipient, now)
    set_bodies(mail, rendered("body.txt"), rendered("body.html"), entry, message_id)
    return mail


def _folder(facts: LetterFacts) -> str:
    if facts.matter is not None:
        if facts.matter.is_bare:
            return "bare"
        return _FOLDERS.get(facts.matter.kind, "follow_up")
    if facts.week is not None:
        return "summary"
    if facts.mail is None:
        return "digest"
    return "reading" if facts.kind == kinds.READING else "watchdog"


def _named(one: Line) -> str:
    return " · ".join(part for part in (one.title or one.case_title, one.reference) if part)


def _entry(facts: LetterFacts, head: Letterhead, words: dict[str, Any], recipient: str, now: datetime) -> str | None:
    matter = facts.matter
    if matter is None or not has_entry(matter, local_day(now, zone_named(facts.time_zone))):
        return None
    one = words["one"]
    name = f"Tracker · {one.number}" if one.is_bare else _named(one)
    return calendar_entry(matter, name, one.link, head, recipient, now)
