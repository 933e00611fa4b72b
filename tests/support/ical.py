"""A strict reader of RFC 5545 that shares nothing with the library which writes calendars here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

_LINE = re.compile(r'(?P<name>[A-Za-z0-9-]+)(?P<said>(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(?P<value>.*)', re.S)
_ESCAPED = re.compile(r"\\(.)", re.S)
OCTETS = 75
TEXTS = {"SUMMARY", "DESCRIPTION", "NAME", "X-WR-CALNAME"}
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "URL", "CLASS", "TRANSP", "LAST-MODIFIED"}


class Malformed(ValueError):
    """What no reader has to take."""


@dataclass
class Part:
    """A component: its properties as (parameters, value), and what it holds."""

    name: str
    said: dict[str, list[tuple[dict[str, str], str]]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def value(self, name: str) -> str:
        """The one value of a property, without escapes where it is a text."""
        ((_parameters, value),) = self.said[name]
        return _text(value) if name in TEXTS else value

    def days(self) -> list[date]:
        """The local days of a whole-day event, which are the same in every zone."""
        first, end = (self._day(name) for name in ("DTSTART", "DTEND"))
        return [first + timedelta(days=count) for count in range((end - first).days)]

    def _day(self, name: str) -> date:
        ((parameters, value),) = self.said[name]
        if parameters != {"VALUE": "DATE"} or not re.fullmatch(r"\d{8}", value):
            raise Malformed(f"{name} is no day: {parameters} {value}")
        return date(int(value[:4]), int(value[4:6]), int(value[6:]))


def read(content: bytes) -> Part:
    """The one calendar in `content`. Raises Malformed."""
    found = _components(_lines(content))
    if found.name != "VCALENDAR" or found.value("VERSION") != "2.0" or not found.value("PRODID"):
        raise Malformed("no calendar")
    if not found.parts:
        raise Malformed("a calendar needs a component")
    for event in found.parts:
        if event.name == "VEVENT":
            _check_event(event)
    uids = [event.value("UID") for event in found.parts if event.name == "VEVENT"]
    if len(set(uids)) != len(uids):
        raise Malformed("one UID twice")
    return found


def events(content: bytes) -> list[Part]:
    """Its events."""
    return [part for part in read(content).parts if part.name == "VEVENT"]


def instant(value: str) -> datetime:
    """A moment in UTC."""
    if not re.fullmatch(r"\d{8}T\d{6}Z", value):
        raise Malformed(f"{value} is no moment in UTC")
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _lines(content: bytes) -> list[str]:
    if (
        not content.endswith(b"\r\n")
        or b"\n" in content.replace(b"\r\n", b"")
        or b"\r" in content.replace(b"\r\n", b"")
    ):
        raise Malformed("lines end with CR LF")
    raw = content[:-2].split(b"\r\n")
    for line in raw:
        if len(line) > OCTETS:
            raise Malformed(f"a line of {len(line)} octets")
        line.decode("utf-8")  # no character is torn apart
    return content[:-2].replace(b"\r\n ", b"").replace(b"\r\n\t", b"").decode("utf-8").split("\r\n")


def _components(lines: list[str]) -> Part:
    open_parts: list[Part] = [Part("")]
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or any(ord(one) < 32 and one != "\t" for one in line) or "\x7f" in line:
            raise Malformed(f"no line: {line!r}")
        name, value = match["name"].upper(), match["value"]
        if name == "BEGIN":
            open_parts.append(Part(value))
        elif name == "END":
            ended = open_parts.pop()
            if ended.name != value:
                raise Malformed(f"{ended.name} ended as {value}")
            open_parts[-1].parts.append(ended)
        else:
            open_parts[-1].said.setdefault(name, []).append((_parameters(match["said"]), value))
    if len(open_parts) != 1 or len(open_parts[0].parts) != 1:
        raise Malformed("not one calendar")
    return open_parts[0].parts[0]


def _parameters(text: str) -> dict[str, str]:
    pairs = [one.partition("=") for one in text.split(";") if one]
    return {name.upper(): value.strip('"') for name, _equals, value in pairs}


def _check_event(event: Part) -> None:
    for name in ("UID", "DTSTAMP", "DTSTART"):
        event.value(name)
    for name in ONCE & set(event.said):
        if len(event.said[name]) != 1:
            raise Malformed(f"{name} twice")
    instant(event.value("DTSTAMP"))
    if "LAST-MODIFIED" in event.said:
        instant(event.value("LAST-MODIFIED"))
    if not event.value("SEQUENCE").isdigit() or not event.days():
        raise Malformed("no sequence, or no day")
    for name in TEXTS & set(event.said):
        _text(event.said[name][0][1])


def _text(value: str) -> str:
    if re.search(r"(?<!\\)(?:\\\\)*[;,]", value) or re.search(r"\\(?![\\;,nN])", value.replace("\\\\", "")):
        raise Malformed(f"not escaped: {value!r}")
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
