"""What somebody will get in the next days: rules and comparing as in the sweeps, with a moving clock, unwritten.

For each subject the rows that stand are taken as they are; the clock goes to each instant at which planning would look
again, and what would be added, moved or withdrawn is noted. So the preview says what the planner then does, as long as
nothing changes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.core.ids import random_id
from tracker.reminders.kinds import DIGEST
from tracker.reminders.planning import due_facts, other_subjects
from tracker.reminders.planning.differences import Differences, Standing, compare
from tracker.reminders.planning.other_subjects import compare_other
from tracker.reminders.planning.promised import Promise

DAYS = 14
MOST_SUBJECTS = 200
"""Of so many follow-ups, those that are due for something first, the preview tells."""
MOST_LOOKS = 100


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One mail, or line of the app, at `at`. A digest (`kind` digest) holds its `lines`, which have no own mail.

    `via`: `mail`, `digest` (a line of one) or `app`. `subject_id` is the follow-up, entry or case.
    """

    at: datetime
    kind: str
    via: str
    subject_type: str
    subject_id: UUID
    case_id: UUID | None
    due_on: date | None
    lines: tuple[Upcoming, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """`left_out`: follow-ups of the person's that come later than the most that are told."""

    upcoming: tuple[Upcoming, ...]
    left_out: int


# Whatever may make the person hear something in that time: rows that stand, their own work and that of whom they stand
# in for, and what goes up to them because it is overdue by the end.
_CONCERNED = text(
    """
    WITH concerned AS (
      SELECT r.subject_id AS id, min(r.send_at) AS at FROM reminders r
       WHERE r.recipient_id = :person AND r.status = 'planned' AND r.subject_type = 'follow_up' AND r.send_at <= :until
         AND (CAST(:assured AS boolean) OR NOT app_mail_is_sealed(r.case_id, r.subject_id))
       GROUP BY r.subject_id
      UNION ALL
      SELECT f.id, p.next_plan_at FROM follow_up_plans p JOIN follow_ups f ON f.id = p.follow_up_id
       WHERE p.next_plan_at <= :until AND f.status IN ('open', 'in_progress', 'waiting')
         AND (CAST(:assured AS boolean) OR NOT app_mail_is_sealed(f.case_id, f.id))
         AND (f.assignee_id = :person
              OR f.assignee_id IN (SELECT w.person_id FROM reminder_preferences w WHERE w.substitute_id = :person)
              OR f.case_id IN (SELECT m.case_id FROM case_memberships m
                                WHERE m.person_id = ANY(CAST(:stands_for AS uuid[])) AND m.ended_at IS NULL)
              OR CAST(:has_role AS boolean))
    ), first AS (SELECT id, min(at) AS at FROM concerned GROUP BY id)
    SELECT id, count(*) OVER () AS all_of_them FROM first ORDER BY at, id LIMIT :most
    """
)
_STANDS_FOR = text(
    "SELECT CAST(:person AS uuid) UNION SELECT person_id FROM reminder_preferences WHERE substitute_id = :person"
)
_HAS_ROLE = text(
    "SELECT EXISTS (SELECT FROM person_roles WHERE person_id = ANY(CAST(:people AS uuid[]))"
    " AND role IN ('coordinator', 'head'))"
)
_OTHERS = text(
    """
    SELECT subject_type, subject_id FROM reminders
     WHERE recipient_id = :person AND status = 'planned' AND send_at <= :until
       AND subject_type IN ('case_event', 'case', 'commitment', 'summary')
       AND (CAST(:assured AS boolean) OR NOT app_mail_is_sealed(case_id, subject_id))
    UNION SELECT 'summary', person_id FROM person_roles WHERE person_id = :person AND role = 'head'
    """
)


def upcoming(session: Session, actor: Actor, person_id: UUID, now: datetime, days: int = DAYS) -> list[Upcoming]:
    """What `person_id` will get from `now` on, the first first. Raises NotVisible for anybody but themselves.

    `session` acts as the person, or as the operator.
    """
    return list(preview(session, actor, person_id, now, days).upcoming)


def preview(session: Session, actor: Actor, person_id: UUID, now: datetime, days: int = DAYS) -> Preview:
    """The same, and how much was left out for its number. Raises NotVisible for anybody but themselves."""
    if not actor.is_operator and actor.person_id != person_id:
        raise NotVisible
    until = now + timedelta(days=days)
    found = _concerned(session, actor, person_id, until)
    rows = [
        *_of_work(session, [row.id for row in found], now, until),
        *_of_others(session, actor, person_id, now, until),
    ]
    told = [one for recipient, one in rows if recipient == person_id and one.at <= until]
    left_out = max(0, found[0].all_of_them - len(found)) if found else 0
    return Preview(tuple(_with_digests(person_id, told)), left_out)


def _concerned(session: Session, actor: Actor, person_id: UUID, until: datetime) -> Sequence[Any]:
    stands_for = list(session.scalars(_STANDS_FOR, {"person": person_id}))
    has_role = session.scalar(_HAS_ROLE, {"people": stands_for})
    values = {
        "person": person_id,
        "until": until,
        "stands_for": stands_for,
        "has_role": has_role,
        "assured": actor.is_assured,
    }
    return session.execute(_CONCERNED, values | {"most": MOST_SUBJECTS}).all()


Row = tuple[UUID, Upcoming]
Look = Callable[[Differences, Sequence[Standing], datetime], datetime | None]


def _of_work(session: Session, ids: Sequence[UUID], now: datetime, until: datetime) -> list[Row]:
    """The follow-ups, each walked through by itself; what was planned for earlier is looked at first."""
    standing = due_facts.standing(session, ids)
    subject_at = due_facts.subjects_at(session, ids, standing, now)
    found: list[Row] = []
    for follow_up_id in ids:

        def look(differences: Differences, rows: Sequence[Standing], at: datetime, one: UUID = follow_up_id) -> Any:
            compare(differences, subject_at(one, at), rows, at, announce=False)
            return differences.next_plans[-1][1]

        found += _walk(subject_at(follow_up_id, now).promise, look, standing.get(follow_up_id, ()), now, until)
    return found


def _of_others(session: Session, actor: Actor, person_id: UUID, now: datetime, until: datetime) -> list[Row]:
    asked: dict[str, list[UUID]] = {}
    for subject_type, subject_id in session.execute(
        _OTHERS, {"person": person_id, "until": until, "assured": actor.is_assured}
    ):
        asked.setdefault(subject_type, []).append(subject_id)
    found: list[Row] = []
    for subject_type, ids in asked.items():
        standing = due_facts.standing(session, ids, subject_type)
        reader = other_subjects.READERS[subject_type]
        for other in reader(session, ids, standing, now):

            def look(
                differences: Differences,
                rows: Sequence[Standing],
                at: datetime,
                one: UUID = other.promise.subject_id,
                reader: Any = reader,
            ) -> Any:
                for again in reader(session, [one], {one: rows}, at):
                    compare_other(differences, again, rows, at)
                    return again.plan.next_plan_at
                return None

            rows = standing.get(other.promise.subject_id, ())
            found += _walk(other.promise, look, rows, now, until)
    return found


def _walk(promise: Promise, look: Look, rows: Iterable[Standing], now: datetime, until: datetime) -> list[Row]:
    """Plan at `now`, and at each instant at which planning would look again; what is due meanwhile goes."""
    standing = list(rows)
    gone: list[Standing] = []
    at: datetime | None = now
    for _ in range(MOST_LOOKS):
        if at is None or at > until:
            break
        gone += [row for row in standing if row.status == "planned" and row.scheduled_at < at]
        standing = [replace(row, status="sent") if row in gone else row for row in standing]
        differences = Differences()
        looks_again = look(differences, standing, at)
        standing = _applied(differences, standing, at)
        at = looks_again if looks_again is None or looks_again > at else at + timedelta(hours=1)
    gone += [row for row in standing if row.status == "planned"]
    return [(row.recipient_id, _told(promise, row, now)) for row in gone]


def _applied(differences: Differences, rows: Sequence[Standing], at: datetime) -> list[Standing]:
    withdrawn = {row_id for ids in differences.cancelled.values() for row_id in ids}
    moved = dict(differences.moved)
    left = []
    for row in rows:
        if row.id in moved:
            one = moved[row.id]
            row = replace(row, status="planned", scheduled_at=one.send_at, useful_until=one.useful_until, via=one.via)
        elif row.id in withdrawn:
            row = replace(row, status="cancelled", last_error=None)
        left.append(row)
    for _promise, one in differences.added:
        left.append(
            Standing(
                random_id(),
                one.kind,
                one.due_key,
                one.recipient_id,
                "planned",
                one.send_at,
                one.useful_until,
                None,
                one.via,
                at,
            )
        )
    return left


def _told(promise: Promise, row: Standing, now: datetime) -> Upcoming:
    at = max(row.scheduled_at, now)
    return Upcoming(at, row.kind, row.via, promise.subject_type, promise.subject_id, promise.case_id, promise.due_on)


def _with_digests(person_id: UUID, told: Sequence[Upcoming]) -> list[Upcoming]:
    """Lines of one digest under it, and everything by its time."""
    by_time: dict[datetime, list[Upcoming]] = {}
    for one in told:
        if one.via == "digest":
            by_time.setdefault(one.at, []).append(one)
    digests = [
        Upcoming(at, DIGEST, "mail", DIGEST, person_id, None, None, tuple(sorted(lines, key=_order)))
        for at, lines in by_time.items()
    ]
    return sorted([*digests, *(one for one in told if one.via != "digest")], key=_order)


def _order(one: Upcoming) -> tuple[datetime, str, str]:
    return (one.at, one.kind, str(one.subject_id))
