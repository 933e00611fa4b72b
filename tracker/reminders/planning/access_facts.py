"""What planning reads of who sees a case, and of the keys that mail is encrypted with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.approvals.policy import WEIGHTY
from tracker.reminders.planning.access_news import Access, Answered, day_of_key, of_access, of_answer, of_key
from tracker.reminders.planning.directory import Directory, Known, people_for
from tracker.reminders.planning.due_facts import MEMBERS, memberships
from tracker.reminders.planning.other_facts import Other, Rows, recipients
from tracker.reminders.planning.people import Circle
from tracker.reminders.planning.promised import Promise
from tracker.reminders.planning.rules import Plan

_WHOSE = (
    "SELECT g.id, g.case_id, g.person_id, g.approval_id IS NOT NULL AS is_glass, g.starts_at, g.ended_at, g.ended_by_id"
)
_OF_CASE = "c.level AS case_level, c.removed_at IS NOT NULL AS is_removed"
_MEMBERSHIPS = text(
    f"{_WHOSE}, {_OF_CASE}, {MEMBERS} FROM case_memberships g JOIN cases c ON c.id = g.case_id"
    " WHERE g.id = ANY(CAST(:ids AS uuid[]))"
)
_APPROVALS = text(
    "SELECT id, kind, case_id, asked_by_id, decision, decided_by_id, decided_at FROM approvals"
    " WHERE id = ANY(CAST(:ids AS uuid[])) AND decision IN ('agreed', 'refused')"
)
_WATCHING = text("SELECT DISTINCT person_id FROM person_roles WHERE role IN ('head', 'administrator')")
_KEYS = text("SELECT person_id, expires_at FROM openpgp_keys WHERE person_id = ANY(CAST(:ids AS uuid[]))")


def access(session: Session, ids: Sequence[UUID], rows: Rows, now: datetime) -> list[Other]:
    """Glass that was broken and memberships that ran out, for every member of the case; those that somebody ended, for
    whoever had them and has none now. Two statements.
    """
    found = session.execute(_MEMBERSHIPS, {"ids": list(ids), "now": now}).all()
    members = {row.id: memberships(row, now) for row in found}
    wanted = {one for of_case in members.values() for one in of_case.kinds} | recipients(rows)
    wanted |= {row.person_id for row in found if _is_taken(row)}
    directory = people_for(session, wanted)
    made = []
    for row in found:
        if _is_taken(row):
            made.append(_taken(row, members[row.id], directory, now))
            continue
        sight = directory.sight(highest(row.case_level), members[row.id], is_removed=row.is_removed)
        people = directory.among({*members[row.id].kinds, *(one.recipient_id for one in rows.get(row.id, ()))})
        circle = Circle(people, frozenset(one for one in people if not sight(one)))
        told = [people[one] for one in sorted(members[row.id].kinds) if one in people and sight(one)]
        happened_at = row.starts_at if row.is_glass else row.ended_at
        is_told = happened_at is not None and not row.is_removed
        fact = Access(row.person_id, happened_at or row.starts_at, row.is_glass, is_told)
        made.append(Other(Promise("membership", row.id, row.case_id), of_access(fact, told, now), circle))
    return made


def answers(session: Session, ids: Sequence[UUID], rows: Rows, now: datetime) -> list[Other]:
    """Requests that a second person answered, for whoever asked and for those who watch over it. Three statements."""
    found = session.execute(_APPROVALS, {"ids": list(ids)}).all()
    watching = set(session.scalars(_WATCHING)) if found else set()
    directory = people_for(session, watching | {row.asked_by_id for row in found} | recipients(rows))
    made = []
    for row in found:
        weighs = row.kind in WEIGHTY and row.decision == "agreed"
        fact = Answered(row.asked_by_id, row.decided_by_id, row.decided_at, weighs)
        told = [directory.people[one] for one in sorted(watching) if one in directory.people]
        plan = of_answer(fact, directory.people.get(row.asked_by_id), told, now)
        concerned = directory.among({row.asked_by_id, *watching})
        made.append(Other(Promise("approval", row.id, row.case_id), plan, Circle(concerned)))
    return made


def _is_taken(row: Any) -> bool:
    return row.ended_by_id is not None and row.ended_by_id != row.person_id and not row.is_glass


def _taken(row: Any, members: Known, directory: Directory, now: datetime) -> Other:
    is_told = row.ended_at is not None and not row.is_removed and row.person_id not in members.kinds
    fact = Access(row.person_id, row.ended_at or row.starts_at, is_glass=False, is_told=is_told, is_taken=True)
    people = directory.among({row.person_id})
    plan = of_access(fact, [people[row.person_id]] if row.person_id in people else [], now)
    return Other(Promise("membership", row.id, row.case_id), plan, Circle(people))


def keys(session: Session, ids: Sequence[UUID], _rows: Rows, now: datetime) -> list[Other]:
    """OpenPGP keys that end, for whoever gave them; of one that was taken away nothing is told. Two statements."""
    ends = {row.person_id: row.expires_at for row in session.execute(_KEYS, {"ids": list(ids)})}
    directory = people_for(session, ids)
    made = []
    for person_id in ids:
        person = directory.people.get(person_id)
        if person is not None:
            expires_at = ends.get(person_id)
            plan = of_key(expires_at, person, now) if expires_at else Plan()
            on = day_of_key(expires_at) if expires_at else None
            made.append(Other(Promise("openpgp_key", person_id, None, on), plan, Circle({person_id: person})))
    return made
