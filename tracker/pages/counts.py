"""Numbers of the overview and of the workload, and what changed last: only of what the person who looks may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker.access.visibility import sees_own_level
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import visible_cases
from tracker.core.actor import Actor
from tracker.pages.stalling import stalled_before

WEEK = timedelta(days=7)
CHANGES_READ, CHANGES_SHOWN = 60, 12
DEADLINES = 8
_CASES = text("SELECT pathway, phase, cases FROM app_case_counts()")
_STALLED = text("SELECT app_stalled_count(:pathways, :since)")
_WORK = text("SELECT person_id, active, overdue, soon, waiting FROM app_workload(:today)")


@dataclass(frozen=True, slots=True)
class StatusChange:
    """The last change of status of one case."""

    case_reference: str
    case_title: str
    pathway: str
    status: str
    entered_at: datetime
    occurred_on: str | None


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has to do; `name` is None for what nobody has."""

    person_id: UUID | None
    name: str | None
    active: int
    overdue: int
    soon: int
    waiting: int


def case_counts(session: Session) -> dict[tuple[str, str], int]:
    """By (pathway, phase); a case without a status counts under the phase "". Pairs without a case are missing."""
    return {(row.pathway, row.phase or ""): row.cases for row in session.execute(_CASES)}


def stalled_count(session: Session, today: date) -> int:
    """Cases on which nothing has happened for too long: as many as the list of cases shows with `stalled=1`."""
    stalls = stalled_before(today)
    said = {"pathways": [pathway for pathway, _day in stalls], "since": [day for _pathway, day in stalls]}
    return int(session.scalar(_STALLED, said) or 0)


def changed_since(session: Session, actor: Actor, since: datetime) -> list[StatusChange]:
    """Cases whose status was entered since then, the latest first, each once."""
    query = (
        visible_cases(actor)
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .with_only_columns(
            Case.reference,
            Case.title,
            Case.pathway,
            CaseEvent.status,
            CaseEvent.entered_at,
            CaseEvent.occurred_on,
        )
        .where(sees_own_level(actor, CaseEvent.level, CaseEvent.case_id))
        .where(CaseEvent.status.is_not(None), CaseEvent.voided_at.is_(None), CaseEvent.entered_at >= since)
        .order_by(CaseEvent.entered_at.desc(), CaseEvent.id.desc())
        .limit(CHANGES_READ)
    )
    found: dict[str, StatusChange] = {}
    rows: Sequence[Any] = session.execute(query).all()
    for row in rows:
        found.setdefault(row.reference, StatusChange(*row))
    return list(found.values())[:CHANGES_SHOWN]


def next_deadlines(session: Session, actor: Actor, today: date) -> Sequence[Any]:
    """(reference, title, pathway, next_due_on) of the cases whose next day comes first, from today."""
    query = visible_cases(actor).with_only_columns(Case.reference, Case.title, Case.pathway, Case.next_due_on)
    coming = query.where(Case.next_due_on >= today).order_by(Case.next_due_on, Case.id)
    return session.execute(coming.limit(DEADLINES)).all()


def workload(session: Session, today: date) -> list[Load]:
    """Everybody who has something to do, whoever has most first; what nobody has stands last. Two statements."""
    rows = session.execute(_WORK, {"today": today}).all()
    wanted = select(Person.id, Person.name).where(Person.id.in_([row.person_id for row in rows if row.person_id]))
    names = {row.id: row.name for row in session.execute(wanted)}
    loads = [Load(row.person_id, names.get(row.person_id), *row[1:]) for row in rows]
    return sorted(loads, key=lambda load: (load.person_id is None, -load.active, load.name or ""))
