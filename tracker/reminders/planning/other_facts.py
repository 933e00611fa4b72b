"""What planning reads of subjects that are no follow-ups: entries on watched cases, periods, heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.reminders.planning.differences import Standing
from tracker.reminders.planning.directory import people_for
from tracker.reminders.planning.due_facts import HABITS_COLUMNS, HABITS_JOINS, MEMBERS, habits, memberships
from tracker.reminders.planning.news import Entry, of_entry, of_period, of_week
from tracker.reminders.planning.people import Circle, Recipient
from tracker.reminders.planning.promised import Promise
from tracker.reminders.planning.rules import Plan
from tracker.reminders.reasons import Reason

_OF_CASE = "c.id AS case_id, c.level AS case_level, c.removed_at IS NOT NULL AS is_removed"
_ENTRY = "SELECT e.id, e.level, e.entered_at, e.entered_by_id, e.voided_at IS NOT NULL AS is_voided"
_WATCHERS = "(SELECT array_agg(w.person_id) FROM case_watchers w WHERE w.case_id = c.id) AS watchers"
_ENTRIES = text(
    f"{_ENTRY}, {_OF_CASE}, {MEMBERS}, {_WATCHERS} FROM case_events e JOIN cases c ON c.id = e.case_id"
    " WHERE e.id = ANY(CAST(:ids AS uuid[]))"
)
_PERIOD = "SELECT c.id, c.expires_on, c.phase"
_PERIODS = text(
    f"{_PERIOD}, {_OF_CASE}, {HABITS_COLUMNS}, {MEMBERS} FROM cases c {HABITS_JOINS}"
    " WHERE c.id = ANY(CAST(:ids AS uuid[]))"
)


@dataclass(frozen=True, slots=True)
class Other:
    """One such subject with its plan; `circle` says who of the people concerned may not see it.

    `ended`: why nothing is told of it any more, where nothing is.
    """

    promise: Promise
    plan: Plan
    circle: Circle
    ended: Reason = Reason.CLOSED


Rows = Mapping[UUID, Sequence[Standing]]


def entries(session: Session, ids: Sequence[UUID], rows: Rows, now: datetime) -> list[Other]:
    """Entries that gave a case a status, for those who watch it, or stand in for them. Two statements."""
    found = session.execute(_ENTRIES, {"ids": list(ids), "now": now}).all()
    wanted = {one for row in found for one in row.watchers or ()} | recipients(rows)
    directory = people_for(session, wanted)
    made = []
    for row in found:
        sight = directory.sight(highest(row.case_level, row.level), memberships(row, now), is_removed=row.is_removed)
        people = directory.among({*(row.watchers or ()), *(one.recipient_id for one in rows.get(row.id, ()))})
        watchers = [people[one] for one in sorted(row.watchers or ()) if one in people and sight(one)]
        entry = Entry(row.id, row.entered_at, row.entered_by_id, not row.is_voided and not row.is_removed)
        circle = Circle(people, frozenset(one for one in people if not sight(one)))
        told = [one.recipient_id for one in rows.get(row.id, ()) if one.is_told]
        plan = of_entry(entry, watchers, circle.in_place_of, now, told)
        made.append(Other(Promise("case_event", row.id, row.case_id), plan, circle))
    return made


def periods(session: Session, ids: Sequence[UUID], rows: Rows, now: datetime) -> list[Other]:
    """Cases whose period ends, for those who lead them; for the coordinators where nobody does. Two statements."""
    found = session.execute(_PERIODS, {"ids": list(ids), "now": now}).all()
    members = {row.id: memberships(row, now) for row in found}
    wanted = {one for of_case in members.values() for one in of_case.leads} | recipients(rows)
    directory = people_for(session, wanted)
    made = []
    for row in found:
        sight = directory.sight(highest(row.case_level), members[row.id], is_removed=row.is_removed)
        leads = [one for one in members[row.id].leads if sight(one)] or directory.coordinators(sight, members[row.id])
        people = directory.among({*leads, *(one.recipient_id for one in rows.get(row.id, ()))})
        circle = Circle(people, frozenset(one for one in people if not sight(one)))
        runs = row.expires_on if row.phase != "closed" and not row.is_removed else None
        told = [people[one] for one in leads]
        days = habits(row).renewal_days_before
        plan = of_period(runs, told, circle.in_place_of, now, days)
        made.append(Other(Promise("case", row.id, row.case_id, row.expires_on), plan, circle))
    return made


def weeks(session: Session, ids: Sequence[UUID], _rows: Rows, now: datetime) -> list[Other]:
    """Heads, who get the week of everybody's work. One statement."""
    directory = people_for(session, ids)
    made = []
    for person_id in ids:
        person: Recipient | None = directory.people.get(person_id)
        if person is not None:
            is_head = "head" in directory.roles[person_id]
            circle = Circle({person_id: person}, frozenset() if is_head else frozenset({person_id}))
            promise = Promise("summary", person_id, None)
            made.append(Other(promise, of_week(person, now, is_head=is_head), circle))
    return made


def recipients(rows: Rows) -> set[UUID]:
    """Who is promised something in `rows`."""
    return {one.recipient_id for of_one in rows.values() for one in of_one if one.status == "planned"}


def unknown(_session: Session, _ids: Sequence[UUID], _rows: Rows, _now: datetime) -> list[Other]:
    """What nobody plans is forgotten."""
    return []
