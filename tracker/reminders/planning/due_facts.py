"""What planning reads: ids and due facts only, by named columns, so that the planner's narrow role suffices.

Three statements for a batch, whatever its size: the follow-ups with their rules and memberships, the rows that stand,
and the people concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.reminders.planning.circle_plan import Subject
from tracker.reminders.planning.differences import Standing
from tracker.reminders.planning.directory import Directory, Known, people_for
from tracker.reminders.planning.people import Circle
from tracker.reminders.planning.rules import BUILT_IN, ChainStep, DueFact, Habits
from tracker.reminders.planning.ruling_news import MovedByRule

_HABITS = ("days_before", "renewal_days_before", "overdue_every", "waiting_every", "escalation")
HABITS_COLUMNS = ", ".join(f"coalesce(of_case.{name}, of_pathway.{name}, of_all.{name}) AS {name}" for name in _HABITS)
HABITS_JOINS = """
    LEFT JOIN reminder_rules of_case ON of_case.case_id = c.id
    LEFT JOIN reminder_rules of_pathway ON of_pathway.scope = 'pathway' AND of_pathway.pathway = c.pathway
    LEFT JOIN reminder_rules of_all ON of_all.scope = 'all'
    """
MEMBERS = """
    (SELECT jsonb_agg(jsonb_build_array(m.person_id, m.kind, extract(epoch FROM m.starts_at),
                                        extract(epoch FROM m.ends_at)))
       FROM case_memberships m
      WHERE m.case_id = c.id AND m.ended_at IS NULL AND (m.ends_at IS NULL OR m.ends_at > :now)) AS members,
    extract(epoch FROM greatest(now(), :now)) AS seen_at
    """
"""Memberships that count, or will. One that the database's clock has begun counts, whatever ours says."""

_FOLLOW_UPS = """
    SELECT f.id, f.case_id, f.kind, f.due_on, f.due_version, f.snoozed_until, f.completed_on,
           f.status IN ('open', 'in_progress', 'waiting') AS is_active,
           CASE WHEN f.status = 'waiting' THEN f.waiting_since END AS waiting_since,
           f.commitment_id IS NOT NULL AS is_check, f.assignee_id, f.level, c.level AS case_level,
           c.removed_at IS NOT NULL AS is_removed, f.due_to_check,
           (SELECT array_agg(w.person_id) FROM follow_up_watchers w WHERE w.follow_up_id = f.id) AS watchers,
           (SELECT jsonb_build_array(m.rule_version, extract(epoch FROM r.finished_at), m.new_on, m.is_by_hand)
              FROM clock_moves m JOIN followed_clocks k ON k.follow_up_id = m.follow_up_id
              JOIN clock_recomputations r ON r.rule_key = k.rule_key AND r.number = m.rule_version
             WHERE m.follow_up_id = f.id AND m.cause = 'rule_changed'
             ORDER BY m.rule_version DESC LIMIT 1) AS moved_by_rule
    """
_SUBJECTS = text(
    f"{_FOLLOW_UPS}, {HABITS_COLUMNS}, {MEMBERS} FROM follow_ups f JOIN cases c ON c.id = f.case_id {HABITS_JOINS}"
    " WHERE f.id = ANY(CAST(:ids AS uuid[]))"
)

_STANDING = text(
    """
    SELECT subject_id, id, kind, due_key, recipient_id, status, scheduled_at, useful_until, last_error, via, created_at,
           digest_id
      FROM reminders WHERE subject_id = ANY(CAST(:ids AS uuid[])) AND subject_type = :subject_type
    """
)


def subjects(
    session: Session, ids: Sequence[UUID], rows: Mapping[UUID, Sequence[Standing]], now: datetime
) -> list[Subject]:
    """The due facts of these follow-ups, and everybody who may hear of them; `rows`: what stands of them already."""
    found, directory = _read(session, ids, rows, now)
    return [_subject(row, memberships(row, now), directory, rows.get(row.id, ()), now) for row in found]


def _read(
    session: Session, ids: Sequence[UUID], rows: Mapping[UUID, Sequence[Standing]], now: datetime
) -> tuple[Sequence[Any], Directory]:
    found = session.execute(_SUBJECTS, {"ids": list(ids), "now": now}).all()
    wanted = {row.assignee_id for row in found if row.assignee_id}
    wanted.update(one for row in found for one in row.watchers or ())
    wanted.update(UUID(person) for row in found for person, kind, *_ in row.members or () if kind == "lead")
    wanted.update(one.recipient_id for standing in rows.values() for one in standing if one.status == "planned")
    return found, people_for(session, wanted)


def subjects_at(
    session: Session, ids: Sequence[UUID], rows: Mapping[UUID, Sequence[Standing]], now: datetime
) -> Callable[[UUID, datetime], Subject]:
    """The same, read once and asked for at other instants: memberships begin and end, work becomes overdue."""
    found, directory = _read(session, ids, rows, now)
    by_id = {row.id: row for row in found}

    def at(follow_up_id: UUID, instant: datetime) -> Subject:
        row = by_id[follow_up_id]
        return _subject(row, memberships(row, instant), directory, rows.get(follow_up_id, ()), instant)

    return at


def standing(session: Session, ids: Sequence[UUID], subject_type: str = "follow_up") -> dict[UUID, list[Standing]]:
    """The outbox rows of these subjects, whatever became of them."""
    found: dict[UUID, list[Standing]] = {}
    for row in session.execute(_STANDING, {"ids": list(ids), "subject_type": subject_type}):
        found.setdefault(row[0], []).append(Standing(*row[1:]))
    return found


def habits(row: Any) -> Habits:
    """What case, pathway and everybody's rule say together; the built-in where they say nothing."""
    if all(getattr(row, name) is None for name in _HABITS):
        return BUILT_IN
    chain = row.escalation
    return Habits(
        BUILT_IN.days_before if row.days_before is None else tuple(row.days_before),
        BUILT_IN.renewal_days_before if row.renewal_days_before is None else tuple(row.renewal_days_before),
        row.overdue_every or BUILT_IN.overdue_every,
        row.waiting_every or BUILT_IN.waiting_every,
        BUILT_IN.escalation if chain is None else tuple(ChainStep(step["after"], step["to"]) for step in chain),
    )


def memberships(row: Any, now: datetime) -> Known:
    """Who is a member of the row's case now, as what, and when that changes next for whom."""
    stamp = now.timestamp()
    kinds: dict[UUID, str] = {}
    changes: dict[UUID, datetime] = {}
    for person, kind, starts, ends in row.members or ():
        person_id = UUID(person)
        if starts <= max(row.seen_at, stamp) and (ends is None or ends > stamp):
            kinds[person_id] = kind
        for instant in (starts, ends):
            if instant is not None and instant > stamp:
                changes[person_id] = datetime.fromtimestamp(float(instant), UTC)
    leads = tuple(sorted(one for one, kind in kinds.items() if kind == "lead"))
    return Known(kinds, leads, changes)


def _subject(row: Any, members: Known, directory: Directory, rows: Sequence[Standing], now: datetime) -> Subject:
    fact = DueFact(
        row.due_on,
        row.due_version,
        row.kind,
        row.is_active,
        row.snoozed_until,
        row.waiting_since,
        row.is_check,
        habits(row),
    )
    assignee = directory.people.get(row.assignee_id) if row.assignee_id else None
    level = highest(row.case_level, row.level)
    sight = directory.sight(level, members, is_removed=row.is_removed)
    is_orphan = assignee is None or not assignee.is_active or not sight(assignee.person_id)
    has_chain = is_orphan or _may_be_overdue(row.due_on, now)
    coordinators = directory.coordinators(sight, members) if has_chain else ()
    heads = directory.heads(sight) if has_chain and any(step.to == "head" for step in fact.habits.escalation) else ()
    watchers = tuple(sorted(row.watchers or ()))
    part = {*members.leads, *coordinators, *heads, *watchers, *(one.recipient_id for one in rows)}
    if assignee is not None:
        part.add(assignee.person_id)
    people = directory.among(part)
    circle = Circle(
        people,
        frozenset(one for one in people if not sight(one)),
        members.leads,
        coordinators,
        heads,
        watchers,
        members.changes.get(row.assignee_id) if row.assignee_id else None,
    )
    return Subject(row.id, row.case_id, fact, assignee, circle, row.completed_on, _moved_by_rule(row))


def _moved_by_rule(row: Any) -> MovedByRule | None:
    if row.moved_by_rule is None:
        return None
    number, done, gives, by_hand = row.moved_by_rule
    done_at = None if done is None else datetime.fromtimestamp(float(done), UTC)
    return MovedByRule(number, done_at, date.fromisoformat(gives) if gives else None, by_hand, row.due_to_check)


def _may_be_overdue(due_on: date | None, now: datetime) -> bool:
    return due_on is not None and due_on <= (now + timedelta(days=1)).date()
