"""A new entry of a history: what it says, whether that makes sense, where it stands, how it gets in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.levels import OPEN_LEVELS, Level, MembershipKind, kept_level
from tracker.cases.models import Case, CaseEvent
from tracker.cases.order import Contradiction, PlaceUnknown, Standing, beside, place_for
from tracker.cases.starting import check_start
from tracker.cases.wording import entry_label, when_words
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.dates import VagueDate
from tracker.core.errors import Fault, Invalid
from tracker.core.ids import new_id
from tracker.pathways.store import definitions

FLAG = re.compile(r"-?[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What somebody says about something that happened.

    `after` places it by hand: the id of the entry that it follows, order.AT_THE_START, or None for "by its date".
    `kind` is the kind of move where it has to be said (a jump); else the definition knows it.
    `clock_rule`, with whose day it is, makes it an entry that starts a clock by hand (cases.starting).
    """

    when: VagueDate
    summary: str
    after: UUID | str | None = None
    known_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    time: str | None = None
    place: str | None = None
    authority: str | None = None
    reference_no: str | None = None
    source: str | None = None
    level: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    status: str | None = None
    kind: str | None = None
    resume_to: str | None = None
    outcome: str | None = None
    reason: str | None = None
    new_facts: str | None = None
    clock_rule: str | None = None
    clock_party: str | None = None
    clock_on: str | None = None

    def fields(self) -> dict[str, object]:
        """The columns of an entry under the names by which definitions call them."""
        named = {name: getattr(self, name) for name in _PLAIN if name != "summary"}
        return {**named, "occurred_on": self.when.text, "place": self.place}


_PLAIN = (
    "summary",
    "known_on",
    "effective_on",
    "expires_on",
    "time",
    "authority",
    "reference_no",
    "source",
    "status",
    "resume_to",
    "outcome",
    "reason",
    "new_facts",
    "clock_rule",
    "clock_party",
    "clock_on",
)
"""Fields of NewEntry that are columns of the same name."""


def check_entry(case: Case, entry: NewEntry, actor: Actor, membership: MembershipKind | None) -> list[Fault]:
    """Everything about `entry` that can't be, wherever it stands in the history."""
    found = [*_check_dates(entry), *_check_words(entry), *_check_level(case, entry, actor, membership)]
    return [*found, *check_start(definitions().get(case.pathway), entry)] if entry.clock_rule is not None else found


def _check_dates(entry: NewEntry) -> list[Fault]:
    try:
        contradiction = entry.when.contradiction()
    except ValueError:
        return [
            Fault("occurred_on", _("Write the date as 2026, 2026-03 or 2026-03-14; it must exist in the calendar."))
        ]
    faults = (
        [Fault("between_earliest", _("The bounds leave no day on which it can have happened."))]
        if contradiction
        else []
    )
    if entry.known_on is not None and entry.known_on > clock.today() + timedelta(days=1):
        faults.append(Fault("known_on", _("It can't have become known in the future.")))
    earliest = entry.when.earliest
    if entry.expires_on is not None and earliest is not None and entry.expires_on < earliest:
        faults.append(Fault("expires_on", _("The period would end before it began.")))
    return faults


def _check_words(entry: NewEntry) -> list[Fault]:
    faults = []
    if not entry.summary.strip():
        faults.append(Fault("summary", _("Say in a sentence what happened.")))
    for flag in entry.flags:
        if not FLAG.fullmatch(flag):
            faults.append(Fault("flags", _("A flag is written in lower-case letters, digits and underscores.")))
    return faults


def _check_level(case: Case, entry: NewEntry, actor: Actor, membership: MembershipKind | None) -> list[Fault]:
    if entry.level is None:
        return []
    if entry.level not in list(Level):
        return [Fault("level", _("Choose one of the levels offered."))]
    if Level(entry.level).rank < Level(case.level).rank:
        return [Fault("level", _("An entry can't be more open than its case."))]
    if Level(entry.level).members_only and membership is None and not actor.is_operator:
        return [Fault("level", _("Only members of the case can make an entry that only members see."))]
    return []


def place_of(standing: Sequence[CaseEvent], entry: NewEntry) -> Decimal:
    """Where `entry` stands among the entries of the history. Raises Invalid, naming the neighbour that contradicts."""
    try:
        return place_for([_standing(event) for event in standing], entry.when, entry.after)
    except PlaceUnknown:
        raise Invalid(Fault("after", _("The date is unknown: say after which entry this one stands."))) from None
    except KeyError:
        raise Invalid(Fault("after", _("The entry that you chose is no longer part of the history."))) from None
    except Contradiction as found:
        raise Invalid(Fault("after" if entry.after else "occurred_on", _contradiction_words(found, entry))) from None


def _contradiction_words(found: Contradiction, entry: NewEntry) -> str:
    if found.neighbour_is_earlier:
        words = _(
            "%(date)s is surely later than “%(label)s”, before which it would stand. Correct the date or the place."
        )
    else:
        words = _(
            "%(date)s is surely earlier than “%(label)s”, after which it would stand. Correct the date or the place."
        )
    return str(words % {"date": when_words(entry.when), "label": found.neighbour.label})


def _standing(event: CaseEvent) -> Standing:
    return Standing(event.id, event.place, event.when, entry_label(event))


def split_at(standing: Sequence[CaseEvent], place: Decimal) -> tuple[list[CaseEvent], list[CaseEvent]]:
    """The history before and after a place."""
    return [event for event in standing if event.place < place], [event for event in standing if event.place > place]


def insert_entry(
    session: Session,
    actor: Actor,
    case: Case,
    entry: NewEntry,
    place: Decimal,
    *,
    move: str | None = None,
    definition_version: int,
    replaces: CaseEvent | None = None,
    hidden_until: Hidden | None = None,
) -> CaseEvent:
    """Add the entry; it is written when the history is settled.

    `hidden_until`: entries that the actor can't see may hold the place, so it takes another.
    """
    event = CaseEvent(
        id=new_id(),
        case_id=case.id,
        place=place if hidden_until is None else beside(place, hidden_until.later),
        occurred_on=entry.when.text,
        between_earliest=entry.when.after,
        between_latest=entry.when.before,
        earliest=entry.when.earliest,
        latest=entry.when.latest,
        event_place=entry.place,
        move=move,
        move_said=entry.kind is not None,
        facts=dict(entry.facts),
        flags=list(entry.flags),
        level=own_level(case, entry) or (kept_level(replaces.level, case.level) if replaces else None),
        definition_version=definition_version,
        entered_by_id=actor.person_id,
        entered_at=clock.now(),
        replaces_id=replaces.id if replaces else None,
        **{name: getattr(entry, name) for name in _PLAIN},
    )
    session.add(event)
    return event


def own_level(case: Case, entry: NewEntry) -> str | None:
    """The entry's own level, where it is higher than its case's."""
    return entry.level if entry.level is not None and Level(entry.level).rank > Level(case.level).rank else None


@dataclass(frozen=True, slots=True)
class Hidden:
    """Entries that the actor does not see may stand between the new one and the next, whose place is `later`."""

    later: Decimal | None


def hidden_beside(
    case: Case, membership: MembershipKind | None, actor: Actor, after: Sequence[CaseEvent]
) -> Hidden | None:
    """Whether the history may hold entries that `actor` does not see, before the first of `after`."""
    if case.level not in OPEN_LEVELS or membership is not None or actor.is_operator:
        return None
    return Hidden(after[0].place if after else None)
