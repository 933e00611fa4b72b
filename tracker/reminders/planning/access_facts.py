"""What planning reads of who sees a case, and of the keys that mail is encrypted with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.reminders.planning.access_news import Access, day_of_key, of_access, of_key
from tracker.reminders.planning.directory import people_for
from tracker.reminders.planning.due_facts import MEMBERS, memberships
from tracker.reminders.planning.other_facts import Other, Rows, recipients
from tracker.reminders.planning.people import Circle
from tracker.reminders.planning.promised import Promise
from tracker.reminders.planning.rules import Plan

_WHOSE = "SELECT g.id, g.case_id, g.person_id, g.approval_id IS NOT NULL AS is_glass, g.starts_at, g.ended_at"
_OF_CASE = "c.level AS case_level, c.removed_at IS NOT NULL AS is_removed"
_MEMBERSHIPS = text(
    f"{_WHOSE}, {_OF_CASE}, {MEMBERS} FROM case_memberships g JOIN cases c ON c.id = g.case_id"
    " WHERE g.id = ANY(CAST(:ids AS uuid[]))"
)
_KEYS = text("SELECT person_id, expires_at FROM openpgp_keys WHERE person_id = ANY(CAST(:ids AS uuid[]))")


def access(session: Session, ids: Sequence[UUID], rows: Rows, now: datetime) -> list[Other]:
    """Glass that was broken and memberships that ran out, for every member of the case. Two statements."""
    found = session.execute(_MEMBERSHIPS, {"ids": list(ids), "now": now}).all()
    members = {row.id: memberships(row, now) for row in found}
    wanted = {one for of_case in members.values() for one in of_case.kinds} | recipients(rows)
    directory = people_for(session, wanted)
    made = []
    for row in found:
        sight = directory.sight(highest(row.case_level), members[row.id], is_removed=row.is_removed)
        people = directory.among({*members[row.id].kinds, *(one.recipient_id for one in rows.get(row.id, ()))})
        circle = Circle(people, frozenset(one for one in people if not sight(one)))
        told = [people[one] for one in sorted(members[row.id].kinds) if one in people and sight(one)]
        happened_at = row.starts_at if row.is_glass else row.ended_at
        is_told = happened_at is not None and not row.is_removed
        fact = Access(row.person_id, happened_at or row.starts_at, row.is_glass, is_told)
        made.append(Other(Promise("membership", row.id, row.case_id), of_access(fact, told, now), circle))
    return made


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
