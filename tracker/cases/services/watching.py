"""Watching a case: whoever sees it may ask to hear when its status changes, and stop."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tracker.access.policy import Action, decide, require
from tracker.access.queries import membership_of
from tracker.audit.services import record
from tracker.cases.models import CaseWatcher
from tracker.cases.queries import get_case_by_id
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible


def watch_case(session: Session, actor: Actor, case_id: UUID) -> None:
    """Let `actor` watch the case; nothing happens where they do already. Raises NotVisible, NotPermitted."""
    person_id = _reader(session, actor, case_id)
    values = {"case_id": case_id, "person_id": person_id, "added_at": clock.now()}
    statement = insert(CaseWatcher).values(values).on_conflict_do_nothing().returning(CaseWatcher.person_id)
    if session.scalar(statement) is not None:
        record(session, actor, "case.watched", "case", case_id, case_id=case_id)


def unwatch_case(session: Session, actor: Actor, case_id: UUID) -> None:
    """`actor` no longer watches it. Raises NotVisible, NotPermitted."""
    person_id = _reader(session, actor, case_id)
    own = CaseWatcher.case_id == case_id, CaseWatcher.person_id == person_id
    if session.scalar(delete(CaseWatcher).where(*own).returning(CaseWatcher.person_id)) is not None:
        record(session, actor, "case.unwatched", "case", case_id, case_id=case_id)


def _reader(session: Session, actor: Actor, case_id: UUID) -> UUID:
    """Who watches: a person who may read the case, and nobody on behalf of another."""
    case = get_case_by_id(session, actor, case_id)
    require(decide(actor, Action.READ, case.level, membership_of(session, actor, case.id)))
    if actor.person_id is None:
        raise NotVisible
    return actor.person_id
