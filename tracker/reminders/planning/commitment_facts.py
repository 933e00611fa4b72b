"""What planning reads of commitments: when they are due, whether a follow-up asks about them, and who may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.access.levels import Level, highest
from tracker.core.actor import person_actor
from tracker.reminders.planning.directory import Directory, Known, Sight, people_for
from tracker.reminders.planning.due_facts import HABITS_COLUMNS, HABITS_JOINS, MEMBERS, habits, memberships
from tracker.reminders.planning.news import of_commitment
from tracker.reminders.planning.other_facts import Other, Rows, recipients
from tracker.reminders.planning.people import Circle
from tracker.reminders.planning.promised import Promise
from tracker.reminders.planning.rules import BUILT_IN, DueFact
from tracker.reminders.reasons import Reason

OLD_NEWS = timedelta(days=30)
"""What was due so long before it was recorded is history: an import of years makes nobody hear of all of them."""

_COMMITMENTS = text(
    """
    SELECT m.id, m.case_id, m.due_on, m.status = 'open' AS is_open, m.created_at, m.engagement_id,
           coalesce(m.created_by_id, g.created_by_id) AS recorded_by, g.level, g.created_by_id AS met_by,
           EXISTS (SELECT FROM follow_ups f WHERE f.commitment_id = m.id) AS is_asked_about,
           ARRAY(SELECT x.case_id FROM engagement_cases x WHERE x.engagement_id = m.engagement_id
                  ORDER BY x.case_id) AS met_about
      FROM commitments m LEFT JOIN engagements g ON g.id = m.engagement_id
     WHERE m.id = ANY(CAST(:ids AS uuid[]))
    """
)
_CASE = "SELECT c.id, c.level AS case_level, c.removed_at IS NOT NULL AS is_removed"
_CASES = text(
    f"{_CASE}, {HABITS_COLUMNS}, {MEMBERS} FROM cases c {HABITS_JOINS} WHERE c.id = ANY(CAST(:ids AS uuid[]))"
)
_NO_MEMBERS = Known({}, (), {})


@dataclass(frozen=True, slots=True)
class _Read:
    """All that was read for a batch."""

    cases: Mapping[UUID, Any]
    members: Mapping[UUID, Known]
    directory: Directory


def commitments(session: Session, ids: Sequence[UUID], rows: Rows, now: datetime) -> list[Other]:
    """Commitments of which no follow-up asks, for whoever recorded them and who leads the case. Three statements."""
    found = session.execute(_COMMITMENTS, {"ids": list(ids)}).all()
    case_ids = {one for row in found for one in (*row.met_about, row.case_id) if one is not None}
    cases = {row.id: row for row in session.execute(_CASES, {"ids": list(case_ids), "now": now})}
    members = {case_id: memberships(case, now) for case_id, case in cases.items()}
    wanted = {row.recorded_by for row in found if row.recorded_by} | recipients(rows)
    wanted.update(one for of_case in members.values() for one in of_case.leads)
    read = _Read(cases, members, people_for(session, wanted))
    return [_other(row, read, rows, now) for row in found]


def _other(row: Any, read: _Read, rows: Rows, now: datetime) -> Other:
    sight = _sight(row, read)
    concerned = _concerned(row, read, sight)
    people = read.directory.among({*concerned, *(one.recipient_id for one in rows.get(row.id, ()))})
    circle = Circle(people, frozenset(one for one in people if not sight(one)))
    case = read.cases.get(row.case_id)
    fact = DueFact(
        row.due_on,
        row.due_on.toordinal() if row.due_on else 0,
        "commitment",
        _is_told(row),
        habits=habits(case) if case is not None else BUILT_IN,
    )
    plan = of_commitment(fact, [people[one] for one in concerned], circle.in_place_of, now)
    ended = Reason.SUPERSEDED if row.is_asked_about else Reason.CLOSED
    return Other(Promise("commitment", row.id, row.case_id, row.due_on), plan, circle, ended)


def _is_told(row: Any) -> bool:
    if not row.is_open or row.due_on is None or row.is_asked_about:
        return False
    return bool(row.due_on >= row.created_at.date() - OLD_NEWS)


def _concerned(row: Any, read: _Read, sight: Sight) -> list[UUID]:
    """Whoever recorded it and the leads of its case; the coordinators where none of these is there and sees it."""
    around = [read.members.get(one, _NO_MEMBERS) for one in _cases_around(row, read)]
    first = dict.fromkeys((row.recorded_by, *(lead for members in around for lead in members.leads)))
    there = read.directory.people
    found = [one for one in first if one in there and there[one].is_active and sight(one)]
    return found or list(read.directory.coordinators(sight, around[0] if len(around) == 1 else _NO_MEMBERS))


def _cases_around(row: Any, read: _Read) -> list[UUID]:
    """Its case, else the one case that its meeting was about.

    A more secret case beside others counts for nothing: their leads are told as if it was not there. Sealed cases hide
    from each other too: where there are no others, each stands for itself.
    """
    if row.case_id:
        return [row.case_id]
    by_level: dict[Level, list[UUID]] = {}
    for one in filter(read.cases.__contains__, row.met_about):
        by_level.setdefault(_secrecy(read.cases[one].case_level), []).append(one)
    if not by_level:
        return []
    least = min(by_level, key=lambda level: level.rank)
    return by_level[least] if least is Level.SEALED or len(by_level[least]) == 1 else []


def _secrecy(level: str) -> Level:
    """The level, where public and internal cases are one: both are seen by role."""
    return Level(level) if Level(level).members_only else Level.INTERNAL


def _sight(row: Any, read: _Read) -> Sight:
    """The rule of tracker.engagements.visibility, for anybody: through its case and its meeting, else by role."""

    def of_case(case_id: UUID, level: str | None) -> Sight:
        case = read.cases[case_id]
        return read.directory.sight(highest(case.case_level, level), read.members[case_id], is_removed=case.is_removed)

    own = of_case(row.case_id, None) if row.case_id in read.cases else None
    is_open = row.level is None or not Level(row.level).members_only
    met = [of_case(one, None if is_open else row.level) for one in row.met_about if one in read.cases]

    def is_staff(person_id: UUID) -> bool:
        return person_actor(person_id, read.directory.roles.get(person_id, frozenset())).is_staff

    def sees_meeting(person_id: UUID) -> bool:
        if met:
            return any(sees(person_id) for sees in met)
        return (is_open and is_staff(person_id)) or person_id == row.met_by

    def sees_it(person_id: UUID) -> bool:
        if row.case_id is not None and (own is None or not own(person_id)):
            return False
        if row.engagement_id is not None:
            return sees_meeting(person_id)
        return row.case_id is not None or is_staff(person_id)

    return sees_it
