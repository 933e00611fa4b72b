"""Rule 1 of the format: dates agree with their precision, and events stand in an order that their dates allow. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.dates import VagueDate, precision_of
from tracker.interchange.findings import Findings, at_key
from tracker.interchange.schema import CaseObject, EngagementObject, EventObject


@dataclass(frozen=True)
class Placed:
    """One event of a history that is being checked, in its place."""

    path: str
    when: VagueDate


def when_of(event: EventObject) -> VagueDate:
    """The range of days that the event's date and bounds leave open; a date that cannot be used says nothing."""
    after, before = event.between or (None, None)
    when = VagueDate(event.occurred_on, after, before)
    return VagueDate(event.occurred_on) if when.contradiction() else when


def check_precision(item: EventObject | EngagementObject, findings: Findings) -> None:
    """`precision` must agree with the form of `occurred_on`."""
    if item.precision is None or item.is_faulty("occurred_on"):
        return
    right = precision_of(item.occurred_on)
    if item.precision != right:
        date_said = f"the date {item.occurred_on}" if item.occurred_on else "an unknown date"
        findings.error(at_key(item.path, "precision"), f"{date_said} has the precision {right}, not {item.precision}")


def check_bounds(event: EventObject, findings: Findings) -> None:
    """`between` must run forwards and leave a day on which the event can have happened."""
    if event.between is None:
        return
    after, before = event.between
    path = at_key(event.path, "between")
    if VagueDate(None, after, before).contradiction():
        findings.error(path, f"ends before it begins: {before} is earlier than {after}")
    elif VagueDate(event.occurred_on, after, before).contradiction():
        findings.error(path, f"leaves no day open for the date {event.occurred_on}")


def in_order(events: Sequence[EventObject], findings: Findings) -> list[EventObject]:
    """The events by `seq`; without it by the earliest possible day, then the latest, then the file.

    Where `seq` itself is faulty the order of the file is the best guess, and keeps one fault from making many.
    """
    if not any(_has_seq(event) for event in events):
        return _by_date(events, findings)
    for event in events:
        if not _has_seq(event):
            findings.error(at_key(event.path, "seq"), "is missing; seq is given for all events of a case or for none")
    _refuse_repeated(events, findings)
    numbers = {event.seq for event in events if event.seq is not None}
    return sorted(events, key=lambda event: event.seq or 0) if len(numbers) == len(events) else list(events)


def _has_seq(event: EventObject) -> bool:
    return event.seq is not None or event.is_faulty("seq")


def _refuse_repeated(events: Sequence[EventObject], findings: Findings) -> None:
    first: dict[int, EventObject] = {}
    for event in events:
        if event.seq is None:
            continue
        if event.seq in first:
            findings.error(at_key(event.path, "seq"), f"{event.seq} is also the seq of {first[event.seq].path}")
        first.setdefault(event.seq, event)


def _by_date(events: Sequence[EventObject], findings: Findings) -> list[EventObject]:
    for event in events:
        when = when_of(event)
        if _is_unknown(when) and len(events) > 1 and not _is_date_faulty(event):
            message = "a wholly unknown date among several events needs seq, for all events of the case"
            findings.error(at_key(event.path, "seq"), message)
    return sorted(events, key=lambda event: sort_days(when_of(event)))


def is_undecided(case: CaseObject) -> bool:
    """Whether nobody can tell the order: it hangs on dates, and one of them is unknown or cannot be used.

    A list of events of which one is no map holds too little to judge the moves, too.
    """
    events = case.events or ()
    if len(events) < 2 or case.is_faulty("events"):
        return case.is_faulty("events")
    if any(_has_seq(event) for event in events):
        return False
    return any(_is_date_faulty(event) or _is_unknown(when_of(event)) for event in events)


def _is_unknown(when: VagueDate) -> bool:
    return when.earliest is None and when.latest is None


def _is_date_faulty(event: EventObject) -> bool:
    after, before = event.between or (None, None)
    leaves_no_day = VagueDate(event.occurred_on, after, before).contradiction() is not None
    return leaves_no_day or event.is_faulty("occurred_on") or event.is_faulty("between")


def sort_days(when: VagueDate) -> tuple[date, date]:
    """The earliest possible day, then the latest; an open end is as early, or as late, as days get."""
    return when.earliest or date.min, when.latest or date.max


def check_order(history: Sequence[Placed], findings: Findings) -> None:
    """An event that surely ended before an earlier one began is an error; a vague date may mean any of its days."""
    latest_start: Placed | None = None
    for entry in history:
        if latest_start is not None and entry.when.surely_before(latest_start.when):
            message = (
                f"{_shown(entry.when)} is surely before {_shown(latest_start.when)} of {latest_start.path}, "
                "which stands earlier in the case; correct the date or the seq"
            )
            findings.error(at_key(entry.path, "occurred_on"), message)
        if _starts_later(entry, latest_start):
            latest_start = entry


def _starts_later(entry: Placed, other: Placed | None) -> bool:
    if entry.when.earliest is None:
        return False
    return other is None or other.when.earliest is None or entry.when.earliest > other.when.earliest


def _shown(when: VagueDate) -> str:
    return when.text or f"the date between {when.after or 'an open day'} and {when.before or 'an open day'}"
