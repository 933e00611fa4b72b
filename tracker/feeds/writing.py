"""A calendar in words and as RFC 5545 has it: whole days, so that no time zone moves them."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask_babel import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneStandard

from tracker.core.tokens import seal_of
from tracker.feeds.models import TEAM
from tracker.feeds.queries import EXPIRY, MEETING, SITTING, Entry
from tracker.feeds.reader import Reader
from tracker.followups.forms import KIND_WORDS
from tracker.reminders.letters.words import shortened

REFRESH = timedelta(hours=1)
LONGEST = 180
PLAIN_KIND = "follow_up"
_STAMP = re.compile(rb"(?m)^DTSTAMP:.*\r?\n")


def calendar_file(reader: Reader, entries: list[Entry], base_url: str, now: datetime) -> bytes:
    """The calendar of `entries`, in the language that is spoken here."""
    calendar = _empty_calendar(reader)
    for entry in entries:
        calendar.add_component(_event(reader, entry, base_url.rstrip("/"), now))
    if not entries:  # a calendar without any component is none (RFC 5545, 3.6)
        calendar.add_component(_utc())
    return bytes(calendar.to_ical())


def digest_of_file(content: bytes) -> str:
    """The same for the same calendar, whenever it was written."""
    return hashlib.sha256(_STAMP.sub(b"", content)).hexdigest()[:32]


def _empty_calendar(reader: Reader) -> Calendar:
    name = _("Tracker: team") if reader.whose == TEAM else _("Tracker: my work")
    calendar = Calendar()
    calendar.add("prodid", "-//Accountability tracker//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


def _event(reader: Reader, entry: Entry, base_url: str, now: datetime) -> Event:
    sort = entry.kind if entry.kind in (MEETING, EXPIRY, SITTING) else "work"
    veiled = seal_of("calendar entry", reader.feed_id, sort, entry.id).hex()
    event = Event()
    event.add("uid", f"{veiled[:32]}@{urlsplit(base_url).hostname or 'localhost'}")
    event.add("dtstamp", now)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.on)
    event.add("dtend", (entry.last or entry.on) + timedelta(days=1))
    event.add("summary", _bare_words(veiled) if entry.is_bare else _words(entry))
    if entry.case_title:
        event.add("description", shortened(f"{entry.reference} · {entry.case_title}", LONGEST))
    event.add("url", base_url + (_path_of_day(reader, entry.on) if entry.is_bare else entry.path))
    if entry.changed_at is not None:
        event.add("last-modified", entry.changed_at)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _bare_words(veiled: str) -> str:
    return str(_("Something is due, no. %(number)s", number=f"{veiled[:4]}-{veiled[4:8]}".upper()))


def _words(entry: Entry) -> str:
    title = shortened(entry.title, LONGEST)
    if entry.kind == EXPIRY:
        return str(_("Period ends: %(case)s", case=shortened(entry.case_title, LONGEST)))
    if entry.kind == MEETING:
        return str(_("Meeting: %(title)s", title=title) if title else _("Meeting"))
    return title if entry.kind in (PLAIN_KIND, SITTING) else f"{KIND_WORDS[entry.kind]}: {title}"


def _path_of_day(reader: Reader, day: date) -> str:
    return f"/calendar?view=agenda&day={day}" + ("&whose=team" if reader.whose == TEAM else "")


def _utc() -> Timezone:
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "Etc/UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  local by its nature
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone.add_component(standard)
    return zone
