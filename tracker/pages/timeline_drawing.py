"""What a timeline draws: bands of statuses and marks of entries, placed so that no words lie on others. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.pages.timeline_scale import WIDTH, Window
from tracker.pathways.schema import Definition

LETTER = 6.4
"""About how wide a letter of a label is, in units of the picture."""
BOLD_LETTER = 7.0
"""The same in the labels of bands."""
LONGEST = 34
SHORTEST = 8
BESIDE = 10.0
"""Between a mark and its label."""
GAP = 14.0


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a history as a timeline needs it; `earliest` and `latest` bound its date, None is an open end."""

    key: str
    summary: str
    status: str | None
    earliest: date | None
    latest: date | None
    when: Any
    is_exact: bool

    @property
    def is_unknown(self) -> bool:
        return self.earliest is None and self.latest is None


@dataclass(frozen=True, slots=True)
class Band:
    """A status from its entry to the next one; a soft end is one whose day nobody knows."""

    x: float
    width: float
    phase: str
    label: str
    soft_start: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry: a point, or a bar where its date is vague. `text_x` is where its label begins, `anchor` its side."""

    entry: Entry
    x: float
    width: float
    soft_start: bool
    soft_end: bool
    phase: str
    label: str
    text_x: float
    anchor: str
    lane: int


def entry_of(event: Any) -> Entry:
    """Of an entry of the history (tracker.cases.models.CaseEvent), what a timeline needs."""
    when = event.when
    return Entry(str(event.id), event.summary, event.status, event.earliest, event.latest, when, when.exact is not None)


def extent(entries: Iterable[Entry], today: date) -> tuple[date, date]:
    """The first and last day that any dated entry touches, today among them."""
    days = [day for entry in entries for day in (entry.earliest, entry.latest) if day is not None]
    return min([*days, today]), max([*days, today])


def bands(definition: Definition, entries: Sequence[Entry], window: Window, today: date) -> list[Band]:
    """Statuses in their order, the last until today; one of unknown date begins where the one before it began."""
    said = [entry for entry in entries if entry.status is not None]
    starts: list[date] = []
    for entry in said:
        start = entry.earliest or entry.latest or (starts[-1] if starts else window.first)
        starts.append(max(start, starts[-1]) if starts else start)
    found = []
    for number, entry in enumerate(said):
        first = starts[number]
        last = starts[number + 1] if number + 1 < len(said) else max(today, first)
        if last <= first or not window.holds(first, last):
            continue
        row = definition.by_key.get(entry.status or "")
        x, end = window.x(first), window.x(last)
        label = row.label if row is not None else str(entry.status)
        fits = (end - x) > len(label) * BOLD_LETTER + 18
        found.append(
            Band(x, round(end - x, 1), row.phase if row else "open", label if fits else "", not entry.is_exact)
        )
    return found


def marks(definition: Definition, entries: Sequence[Entry], window: Window) -> tuple[list[Mark], int]:
    """The dated entries inside the window, each in a lane where its words fit; and how many lanes that takes."""
    lanes: list[float] = []
    found = []
    inside = [one for one in entries if not one.is_unknown and window.holds(one.earliest, one.latest)]
    for entry in sorted(inside, key=lambda one: one.earliest or one.latest or window.first):
        x = window.x(entry.earliest or window.first)
        end = window.x((entry.latest or window.last) + timedelta(days=0 if entry.is_exact else 1))
        width = 0.0 if entry.is_exact else max(round(end - x, 1), 6.0)
        label, leads = _label_beside(entry.summary, x, x + width)
        words = len(label) * LETTER
        left = x - BESIDE - words if leads else x
        right = x + width + (0 if leads or not label else BESIDE + words)
        lane = next((number for number, used in enumerate(lanes) if used + GAP <= left), len(lanes))
        if lane == len(lanes):
            lanes.append(right)
        lanes[lane] = max(lanes[lane], right)
        row = definition.by_key.get(entry.status or "")
        found.append(
            Mark(
                entry=entry,
                x=x,
                width=width,
                soft_start=not entry.is_exact,
                soft_end=not entry.is_exact,
                phase=row.phase if row else "",
                label=label,
                text_x=round(x - 9 if leads else x + width + 9, 1),
                anchor="end" if leads else "start",
                lane=lane,
            )
        )
    return found, len(lanes)


def _label_beside(summary: str, x: float, end: float) -> tuple[str, bool]:
    """The words beside a mark from `x` to `end`, and whether they stand before it; cut to the room, never on the mark.

    Nothing where neither side has room for a word: the list below says it all.
    """
    behind, before = WIDTH - end - BESIDE, x - BESIDE
    whole = _cut(summary, LONGEST)
    if len(whole) * LETTER <= behind:
        return whole, False
    if len(whole) * LETTER <= before:
        return whole, True
    leads = before > behind
    room = int(max(before, behind) / LETTER)
    return (_cut(summary, room) if room >= SHORTEST else ""), leads


def _cut(words: str, letters: int) -> str:
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"
