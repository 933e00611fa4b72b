"""A file of sittings, held against what one must say; all that is wrong is told, with its place. Pure."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from tracker.interchange.limits import UnreadableFileError
from tracker.interchange.reading import read_bytes
from tracker.sittings.models import CERTAINTIES, INSTITUTIONS

SHIPPED = Path(__file__).parent / "known.yaml"
"""Dates that a source confirmed when this version was made."""
LARGEST = 256 * 1024
MOST = 1000
FIELDS = ("key", "institution", "name", "starts_on", "ends_on", "place", "certainty", "source")
OPTIONAL = frozenset({"ends_on", "place"})
LONGEST = {"key": 60, "name": 200, "place": 100, "source": 500}
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class GivenSitting:
    """One sitting as a file gives it."""

    key: str
    institution: str
    name: str
    starts_on: date
    ends_on: date | None
    place: str
    certainty: str
    source: str

    def values(self) -> dict[str, Any]:
        """By column."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: `sittings[3].starts_on`."""

    where: str
    what: str


def read_sittings(content: bytes) -> tuple[list[GivenSitting], list[Fault]]:
    """What the file gives, and all its faults; with a fault nothing of it is taken."""
    if len(content) > LARGEST:
        return [], [Fault("", _("The file is larger than %(number)s KB.", number=LARGEST // 1024))]
    try:
        reading = read_bytes(content)
    except UnreadableFileError as error:
        return [], [Fault("", str(error))]
    faults = [Fault(one.path, one.message) for one in reading.faults]
    rows = reading.document.get("sittings") if isinstance(reading.document, dict) else None
    if not isinstance(rows, list) or not rows:
        return [], [*faults, Fault("", _("The file has no list “sittings”."))]
    if len(rows) > MOST:
        return [], [*faults, Fault("sittings", _("More than %(number)s sittings.", number=MOST))]
    found: list[GivenSitting] = []
    for place, row in enumerate(rows):
        given = _read_row(f"sittings[{place}]", row, faults)
        if given is not None and given.key in {one.key for one in found}:
            faults.append(Fault(f"sittings[{place}].key", _("%(key)s stands twice.", key=given.key)))
        elif given is not None:
            found.append(given)
    return found, faults


def _read_row(where: str, row: Any, faults: list[Fault]) -> GivenSitting | None:
    if not isinstance(row, dict):
        faults.append(Fault(where, _("This is no sitting.")))
        return None
    own = [Fault(f"{where}.{name}", _("There is no such field.")) for name in row if name not in FIELDS]
    texts = {name: _text(f"{where}.{name}", name, row.get(name), own) for name in FIELDS}
    for name, allowed in (("institution", INSTITUTIONS), ("certainty", CERTAINTIES)):
        if texts[name] and texts[name] not in allowed:
            own.append(Fault(f"{where}.{name}", _("It can be: %(words)s.", words=", ".join(allowed))))
    if texts["key"] and not _KEY.fullmatch(texts["key"]):
        own.append(Fault(f"{where}.key", _("Small letters, figures and hyphens, such as hrc-61.")))
    first, last = (_day(f"{where}.{name}", texts.pop(name), own) for name in ("starts_on", "ends_on"))
    if first and last and last < first:
        own.append(Fault(f"{where}.ends_on", _("It ends before it begins.")))
    faults += own
    return None if own or first is None else GivenSitting(starts_on=first, ends_on=last, **texts)


def _text(where: str, name: str, value: Any, faults: list[Fault]) -> str:
    if value is None and name in OPTIONAL:
        return ""
    if not isinstance(value, str) or not value.strip():
        faults.append(Fault(where, _("This is missing, or no text.")))
        return ""
    text = " ".join(value.split())
    if len(text) > LONGEST.get(name, 40) or not text.isprintable():
        faults.append(Fault(where, _("This is too long, or holds characters that can't be shown.")))
    return text


def _day(where: str, text: str, faults: list[Fault]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        faults.append(Fault(where, _("Write the day as 2026-02-23.")))
    return day
