"""Which event of a file is which event recorded here, and where a new one goes. Pure.

An event is the same when its `ref` is the same, else (no `ref`) when its `seq` is. `seq` is renumbered on export, so
an event that is word for word the same is taken to be the same, whatever its number, before `seq` decides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.core.dates import VagueDate
from tracker.interchange.chronology import when_of
from tracker.interchange.known import RecordedEvent
from tracker.interchange.schema import EventObject

PLACE_KEYS = frozenset({"ref", "seq", "precision"})
"""Keys that say which event it is and where it stands, or that follow from others: not its content."""


@dataclass(frozen=True)
class Entry:
    """One event of the history as it will be: from the file, recorded here, or both."""

    given: EventObject | None
    recorded: RecordedEvent | None
    is_changed: bool = False

    @property
    def when(self) -> VagueDate:
        if self.given is None or (self.recorded is not None and "occurred_on" not in self.given.given):
            return self.recorded.when if self.recorded is not None else VagueDate()
        return when_of(self.given)

    def value(self, name: str) -> Any:
        """A key of the event as it will be: what the file gives, else what is recorded."""
        if self.given is not None and (name in self.given.given or self.recorded is None):
            return getattr(self.given, name)
        return self.recorded.content[name] if self.recorded is not None else None


def content_of(event: EventObject) -> dict[str, Any]:
    """What the file says about the event, without the keys that only place it; missing maps and lists are empty."""
    return {name: normal(name, getattr(event, name)) for name in event.given - PLACE_KEYS}


def normal(name: str, value: Any) -> Any:
    """One spelling for what says the same."""
    if name in ("facts", "flags") and value is None:
        return {} if name == "facts" else []
    if name == "between" and value == [None, None]:
        return None
    return value


def merge(given: Sequence[EventObject], recorded: Sequence[RecordedEvent]) -> list[Entry]:
    """The whole history in order: the file's events in their order, those it doesn't mention where they fit."""
    partners = _partners(given, recorded)
    positions = {event.id: index for index, event in enumerate(recorded)}
    kept = _longest_run([positions[partner.id] if partner else None for partner in partners])
    entries = [
        Entry(event, partner, partner is not None and (index not in kept or not says_the_same(event, partner)))
        for index, (event, partner) in enumerate(zip(given, partners, strict=True))
    ]
    taken = {partner.id for partner in partners if partner}
    rest = [event for event in recorded if event.id not in taken]
    anchors = {index: positions[partners[index].id] for index in kept}  # type: ignore[union-attr]
    return _woven(entries, anchors, rest, positions)


def _partners(given: Sequence[EventObject], recorded: Sequence[RecordedEvent]) -> list[RecordedEvent | None]:
    by_ref = {event.ref: event for event in recorded if event.ref is not None}
    partners: list[RecordedEvent | None] = [by_ref.get(event.ref) if event.ref else None for event in given]
    taken = {partner.id for partner in partners if partner}
    free = [event for event in recorded if event.id not in taken]
    numbers = _numbers(given, recorded)
    for by_number, by_words in ((True, True), (False, True), (True, False)):
        for index, event in enumerate(given):
            if event.ref is not None or partners[index] is not None:
                continue
            partner = next(
                (
                    candidate
                    for candidate in free
                    if (not by_number or _has_number(candidate, numbers[index]))
                    and (not by_words or says_the_same(event, candidate))
                ),
                None,
            )
            if partner is not None:
                partners[index] = partner
                free.remove(partner)
    return partners


def _numbers(given: Sequence[EventObject], recorded: Sequence[RecordedEvent]) -> list[int | None]:
    """The events' `seq`; where a file without it tells the whole history, the places that its dates give them."""
    if any(event.seq is not None for event in given) or len(given) < len(recorded):
        return [event.seq for event in given]
    return list(range(1, len(given) + 1))


def _has_number(recorded: RecordedEvent, number: int | None) -> bool:
    return number is not None and recorded.ref is None and recorded.seq == number


def says_the_same(event: EventObject, recorded: RecordedEvent) -> bool:
    """Whether nothing that the file says about the event differs from what is recorded."""
    return all(value == recorded.content[name] for name, value in content_of(event).items())


def _longest_run(positions: Sequence[int | None]) -> set[int]:
    """Indexes of the longest run of recorded events that the file keeps in order; the others have moved."""
    tails: list[int] = []
    tail_indexes: list[int] = []
    before: dict[int, int | None] = {}
    for index, position in enumerate(positions):
        if position is None:
            continue
        length = bisect_left(tails, position)
        before[index] = tail_indexes[length - 1] if length else None
        tails[length:] = [position, *tails[length + 1 :]]
        tail_indexes[length:] = [index, *tail_indexes[length + 1 :]]
    kept: set[int] = set()
    step: int | None = tail_indexes[-1] if tail_indexes else None
    while step is not None:
        kept.add(step)
        step = before[step]
    return kept


def _woven(
    entries: list[Entry], anchors: dict[int, int], rest: list[RecordedEvent], positions: dict[Any, int]
) -> list[Entry]:
    """Events that the file doesn't mention keep their place among its anchors, and their date among its new events."""
    woven: list[Entry] = []
    waiting = list(rest)
    next_anchor = _next_anchors(len(entries), anchors)
    for index, entry in enumerate(entries):
        while waiting:
            position = positions[waiting[0].id]
            if not _goes_before(waiting[0], position, entry, anchors.get(index), next_anchor[index]):
                break
            woven.append(Entry(None, waiting.pop(0)))
        woven.append(entry)
    return woven + [Entry(None, event) for event in waiting]


def _next_anchors(count: int, anchors: dict[int, int]) -> list[int | None]:
    following: list[int | None] = [None] * count
    upcoming: int | None = None
    for index in reversed(range(count)):
        upcoming = anchors.get(index, upcoming)
        following[index] = upcoming
    return following


def _goes_before(
    event: RecordedEvent, position: int, entry: Entry, anchor: int | None, next_anchor: int | None
) -> bool:
    if anchor is not None:
        return position < anchor
    if next_anchor is not None and position > next_anchor:
        return False
    return event.when.surely_before(entry.when)
