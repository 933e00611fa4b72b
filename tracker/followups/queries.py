"""Reads of follow-ups. Every list starts at the visibility rule; what one may not see is NotVisible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, literal_column, select
from sqlalchemy.orm import Session

from tracker.access.visibility import sees, sees_own_level
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.audit.reads import note_shown
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.core.reads import Read
from tracker.core.statements import kept_statement
from tracker.followups.models import ACTIVE_STATUSES, FollowUp

IS_ACTIVE = FollowUp.status.in_([literal_column(f"'{status}'") for status in ACTIVE_STATUSES])
"""Written out, not bound: the planner must recognise the condition of the partial indexes."""


class WorkItem(NamedTuple):
    """What a list shows of a follow-up: columns only, since a list of whole objects costs twice the time.

    A new field is a new column of the same place in WORK_COLUMNS.
    """

    id: UUID
    case_id: UUID
    title: str
    kind: str
    status: str
    due_on: date | None
    assignee_id: UUID | None
    level: str | None

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE_STATUSES


WORK_COLUMNS: tuple[Any, ...] = (
    FollowUp.id,
    FollowUp.case_id,
    FollowUp.title,
    FollowUp.kind,
    FollowUp.status,
    FollowUp.due_on,
    FollowUp.assignee_id,
    FollowUp.level,
)
_WIDTH = len(WORK_COLUMNS)


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A follow-up with what a list shows beside it."""

    follow_up: WorkItem
    case_reference: str
    case_title: str
    case_level: str
    assignee_name: str | None


def visible_follow_ups(actor: Actor) -> Select[FollowUp]:
    """The follow-ups that `actor` may see, in no order; joined to their cases."""
    return (
        select(FollowUp)
        .join(Case, Case.id == FollowUp.case_id)
        .where(sees(actor, Case.level, Case.id), sees_own_level(actor, FollowUp.level, FollowUp.case_id))
    )


def visible_lines(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The same as the columns of a WorkLine; `line` makes one of a row. Further columns may be added at the end."""
    beside: tuple[Any, ...] = (Case.reference, Case.title, Case.level, Person.name)
    return (
        visible_follow_ups(actor)
        .with_only_columns(*WORK_COLUMNS, *beside, maintain_column_froms=True)
        .outerjoin(Person, Person.id == FollowUp.assignee_id)
    )


def line(row: Sequence[Any]) -> WorkLine:
    """One row of `visible_lines`."""
    return WorkLine(WorkItem(*row[:_WIDTH]), *row[_WIDTH : _WIDTH + 4])


def note_lines_shown(session: Session, lines: Iterable[WorkLine]) -> None:
    """In the audit, with the page: work on restricted and sealed cases stands in a list."""
    for one in lines:
        work = one.follow_up
        note_shown(session, work.case_id, one.case_level, ("follow_up", work.id, work.level))


def get_follow_up(session: Session, actor: Actor, follow_up_id: UUID) -> FollowUp:
    """The follow-up with this id. Raises NotVisible."""
    found = session.scalar(visible_follow_ups(actor).where(FollowUp.id == follow_up_id))
    if found is None:
        raise NotVisible("There is no such follow-up.")
    return found


def follow_up_with_case(session: Session, actor: Actor, follow_up_id: UUID) -> tuple[FollowUp, Case]:
    """The same and its case, in one statement. Raises NotVisible."""
    row = session.execute(visible_follow_ups(actor).add_columns(Case).where(FollowUp.id == follow_up_id)).one_or_none()
    if row is None:
        raise NotVisible("There is no such follow-up.")
    return row[0], row[1]


def work_read(actor: Actor, case_id: UUID, limit: int = 200) -> Read[Sequence[WorkLine]]:
    """What is to be done on the case first, by day; then what was done or given up."""
    return Read(_on_case_statement(actor, limit), {"case_id": case_id}, lambda rows: [line(row) for row in rows])


@kept_statement
def _on_case_statement(actor: Actor, limit: int) -> Select[*tuple[Any, ...]]:
    on_case = visible_lines(actor).where(FollowUp.case_id == bindparam("case_id"))
    return on_case.order_by(IS_ACTIVE.desc(), FollowUp.due_on, FollowUp.id).limit(limit)


def follow_ups_of_engagement(session: Session, actor: Actor, engagement_id: UUID) -> Sequence[WorkLine]:
    """What was made from a meeting, as far as `actor` may see it."""
    made = visible_lines(actor).where(FollowUp.engagement_id == engagement_id)
    return [line(row) for row in session.execute(made.order_by(FollowUp.due_on, FollowUp.id))]


def person_named(session: Session, person_id: UUID | None) -> str | None:
    """The name of an account's person, whether they are still here or not."""
    return session.scalar(select(Person.name).where(Person.id == person_id)) if person_id else None


def trail_of(session: Session, follow_up: FollowUp, limit: int = 100) -> Sequence[tuple[AuditEntry, str | None]]:
    """Who did what to it, the latest first, and the person's name (None for the operator)."""
    rows = session.execute(
        select(AuditEntry, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.object_type == "follow_up", AuditEntry.object_id == follow_up.id)
        # The history says the first, where what was needed is seen; looking changes nothing.
        .where(AuditEntry.action.not_in(("follow_up.needs_changed", "follow_up.read")))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
    )
    return [(entry, name) for entry, name in rows]
