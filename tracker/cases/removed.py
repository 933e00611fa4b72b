"""What is known of cases that are out of sight: histories of merged ones, and the operator's list of removed ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent


class MergedCase(NamedTuple):
    id: UUID
    reference: str
    title: str
    merged_at: datetime


class RemovedCase(NamedTuple):
    reference: str
    title: str
    removed_at: datetime
    removed_by: str | None
    reason: str | None
    merged_into: str | None


def merged_cases(session: Session, kept_id: UUID) -> Sequence[MergedCase]:
    """The cases that were merged into a visible one, as far as the database lets the acting person know."""
    statement = text("SELECT id, reference, title, merged_at FROM app_merged_cases(:kept)")
    rows = session.execute(statement, {"kept": kept_id})
    return sorted((MergedCase(*row) for row in rows), key=lambda one: one.merged_at)


def merged_history(session: Session, kept_id: UUID, gone_id: UUID) -> Sequence[CaseEvent]:
    """The history of a merged case as it stood, oldest first, as far as the acting person may see it."""
    statement = text("SELECT * FROM app_merged_history(:kept, :gone)")
    said = {"kept": kept_id, "gone": gone_id}
    return session.scalars(select(CaseEvent).from_statement(statement), said).all()


def removed_cases(session: Session) -> Sequence[RemovedCase]:
    """All removed cases, the latest first; row-level security lets the operator alone see any."""
    kept = aliased(Case)
    rows = session.execute(
        select(Case.reference, Case.title, Case.removed_at, Person.name, Case.remove_reason, kept.reference)
        .outerjoin(Person, Person.id == Case.removed_by_id)
        .outerjoin(kept, kept.id == Case.merged_into_id)
        .where(Case.removed_at.is_not(None))
        .order_by(Case.removed_at.desc(), Case.id)
    )
    return [RemovedCase(*row) for row in rows]  # type: ignore[arg-type]  # asked for above: removed_at is there
