"""The calendar entry of a mail that means a date (RFC 5545): one whole day, nobody invited, nothing to answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tracker.reminders import kinds
from tracker.reminders.letters.facts import Matter
from tracker.reminders.letters.letterhead import Letterhead

LINE_OCTETS = 75
DATED_KINDS = frozenset({kinds.ASSIGNED, kinds.BEFORE, kinds.ON_THE_DAY, kinds.COMMITMENT, kinds.RENEWAL})
"""Kinds that announce a day; the others speak of what is late or has changed."""


def has_entry(matter: Matter, today: date) -> bool:
    """Whether a calendar entry goes with the mail. Bare mails look alike whatever their kind: the day decides."""
    if matter.due_on is None or matter.subject_id is None or matter.due_on < today:
        return False
    return matter.is_bare or matter.kind in DATED_KINDS


def calendar_entry(matter: Matter, words: str, link: str, head: Letterhead, recipient: str, now: datetime) -> str:
    """The calendar with one entry named `words`; a later one of the same work, with a higher `version`, replaces it.

    `matter` has a day and an id. Each recipient has a UID of their own: two mailboxes laid side by side don't tell that
    both work on one sealed matter.
    """
    day, subject = matter.due_on, matter.subject_id
    if day is None or subject is None:
        raise ValueError("a calendar entry needs a day")
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Accountability tracker//Reminders//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{head.veiled(f'calendar:{recipient}', subject)}@{head.domain}",
        f"SEQUENCE:{matter.version}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{_compact(day)}",
        f"DTEND;VALUE=DATE:{_compact(day + timedelta(days=1))}",
        f"SUMMARY:{_escaped(words)}",
        f"URL:{link}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _compact(day: date) -> str:
    return day.isoformat().replace("-", "")


def _escaped(text: str) -> str:
    for found, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(found, instead)
    return text


def _folded(line: str) -> str:
    """At most 75 octets a line, no character torn apart."""
    if len(line.encode()) <= LINE_OCTETS:
        return line
    pieces, piece, length = [], "", 0
    for character in line:
        octets = len(character.encode())
        if length + octets > LINE_OCTETS:
            pieces.append(piece)
            piece, length = " ", 1
        piece, length = piece + character, length + octets
    return "\r\n".join([*pieces, piece])
