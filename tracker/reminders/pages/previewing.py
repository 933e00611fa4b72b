"""The preview of one's reminders as a page shows it: by day, in the reader's zone and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.access.visibility import sees, sees_own_level
from tracker.accounts.current import SignedIn
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent
from tracker.core.actor import Actor
from tracker.core.languages import format_day
from tracker.engagements.models import Commitment
from tracker.engagements.visibility import sees_commitment
from tracker.followups.models import FollowUp
from tracker.followups.queries import visible_lines
from tracker.followups.recurrence_words import weekday_names
from tracker.reminders import kinds
from tracker.reminders.pages.words import KIND_WORDS, VIA_WORDS
from tracker.reminders.planning.preview import Upcoming, preview
from tracker.reminders.planning.wall_time import zone_named
from tracker.reminders.visible import LONGEST_WORDS

OF_THE_ASSIGNEE = frozenset(
    {
        kinds.ASSIGNED,
        kinds.BEFORE,
        kinds.ON_THE_DAY,
        kinds.OVERDUE,
        kinds.WAITING,
        kinds.COMMITMENT,
        kinds.RENEWAL,
    }
)
"""Kinds that are told to whoever does the work; somebody else who gets one stands in for them."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a reminder is about, as far as the reader may see it; `assignee` where it is somebody else's work."""

    title: str = ""
    reference: str = ""
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder to come; a digest has its own `lines`. `clock`: wall time in the reader's zone."""

    at: datetime
    clock: str
    kind: str
    via: str
    title: str
    reference: str
    due_on: date | None
    instead_of: str
    lines: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """`words`: with the day of the week, as the reader writes it."""

    day: date
    words: str
    lines: Sequence[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes, day by day. `left_out`: so many follow-ups are not told of, for their number."""

    days: Sequence[Day]
    left_out: int = 0


def ahead(session: Session, actor: Actor, person: SignedIn, now: datetime, days: int) -> Ahead:
    """What `person`, who is `actor`, will get, exactly as planning then does it."""
    found = preview(session, actor, person.person_id, now, days)
    matters = _matters(session, actor, [*found.upcoming, *(line for one in found.upcoming for line in one.lines)])
    zone = zone_named(person.time_zone)
    by_day = groupby(found.upcoming, lambda one: one.at.astimezone(zone).date())
    weekdays = weekday_names()
    told = [
        Day(day, f"{weekdays[day.weekday()]}, {format_day(day)}", [_line(one, matters, person) for one in ones])
        for day, ones in by_day
    ]
    return Ahead(told, found.left_out)


def _line(one: Upcoming, matters: Mapping[UUID, Matter], person: SignedIn) -> Line:
    matter = matters.get(one.subject_id, Matter())
    return Line(
        at=one.at,
        clock=f"{one.at.astimezone(zone_named(person.time_zone)):%H:%M}",
        kind=str(KIND_WORDS[one.kind]),
        via=str(VIA_WORDS[one.via]),
        title=matter.title,
        reference=matter.reference,
        due_on=one.due_on if matter.reference or matter.title else None,
        instead_of=matter.assignee if one.kind in OF_THE_ASSIGNEE else "",
        lines=[_line(line, matters, person) for line in one.lines],
    )


def _matters(session: Session, actor: Actor, upcoming: Iterable[Upcoming]) -> dict[UUID, Matter]:
    """Titles and references, each kind in one statement that starts at the visibility rule."""
    ids: dict[str, set[UUID]] = {}
    for one in upcoming:
        ids.setdefault(one.subject_type, set()).add(one.subject_id)
    return {
        **_work(session, actor, ids.get("follow_up", set())),
        **_entries(session, actor, ids.get("case_event", set())),
        **_cases(session, actor, ids.get("case", set())),
        **_commitments(session, actor, ids.get("commitment", set())),
    }


def _work(session: Session, actor: Actor, ids: set[UUID]) -> dict[UUID, Matter]:
    if not ids:
        return {}
    rows = session.execute(
        visible_lines(actor)
        .with_only_columns(
            FollowUp.id, FollowUp.title, Case.reference, FollowUp.assignee_id, Person.name, maintain_column_froms=True
        )
        .where(FollowUp.id.in_(ids))
    )
    return {
        row.id: Matter(row.title, row.reference, row.name or "" if row.assignee_id != actor.person_id else "")
        for row in rows
    }


def _entries(session: Session, actor: Actor, ids: set[UUID]) -> dict[UUID, Matter]:
    if not ids:
        return {}
    seen = (
        select(CaseEvent.id, Case.title, Case.reference)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(sees(actor, Case.level, Case.id), sees_own_level(actor, CaseEvent.level, CaseEvent.case_id))
    )
    rows = session.execute(seen.where(CaseEvent.id.in_(ids)))
    return {row.id: Matter(row.title, row.reference) for row in rows}


def _cases(session: Session, actor: Actor, ids: set[UUID]) -> dict[UUID, Matter]:
    if not ids:
        return {}
    seen = select(Case.id, Case.title, Case.reference).where(sees(actor, Case.level, Case.id), Case.id.in_(ids))
    return {row.id: Matter(row.title, row.reference) for row in session.execute(seen)}


def _commitments(session: Session, actor: Actor, ids: set[UUID]) -> dict[UUID, Matter]:
    if not ids:
        return {}
    words = func.left(Commitment.text, LONGEST_WORDS)
    seen = select(Commitment.id, words.label("words"), Case.reference).outerjoin(Case, Case.id == Commitment.case_id)
    rows = session.execute(seen.where(sees_commitment(actor), Commitment.id.in_(ids)))
    return {row.id: Matter(row.words, row.reference or "") for row in rows}
