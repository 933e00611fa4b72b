"""Keeping `cases.next_due_on`: the earliest day of active work that is no more secret than the case itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Table, bindparam, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from tracker.cases.happened import CaseLevelChanged
from tracker.cases.models import Case
from tracker.followups.happened import FollowUpChanged, FollowUpsMade
from tracker.followups.models import ACTIVE_STATUSES, FollowUp

_CASES: Table = Case.__table__  # type: ignore[assignment]
_LEVELS = literal_column("ARRAY['public', 'internal', 'restricted', 'sealed']", ARRAY(TEXT))


_DAY = bindparam("day", type_=_CASES.c.next_due_on.type)
_NEARER = (
    update(_CASES)
    .where(
        _CASES.c.id == bindparam("case_id"),
        or_(_CASES.c.next_due_on.is_(None), _CASES.c.next_due_on > _DAY),
    )
    .values(next_due_on=_DAY)
)


def keep_next_due(session: Session, event: FollowUpChanged) -> None:
    """A new one can only bring the day nearer: one statement. Anything else is counted anew."""
    if event.change != "created":
        recompute_next_due(session, [event.case_id])
        return
    follow_up = session.get(FollowUp, event.follow_up_id)
    case = session.get(Case, event.case_id)
    days = _counting([follow_up])
    if days and case is not None:
        _bring_nearer(session, case, days[0])


def keep_next_due_of_new(session: Session, event: FollowUpsMade) -> None:
    """The same for several new ones: one statement."""
    made = [session.get(FollowUp, follow_up_id) for follow_up_id in event.follow_up_ids]
    days = _counting(made)
    case = session.get(Case, event.case_id)
    if days and case is not None:
        _bring_nearer(session, case, min(days))


def keep_next_due_at_level(session: Session, event: CaseLevelChanged) -> None:
    """Another level lets other work count."""
    recompute_next_due(session, [event.case_id])


def recompute_next_due(session: Session, case_ids: Sequence[UUID]) -> None:
    """Count the day of these cases from their follow-ups.

    The rows are locked first, so that the count sees what a change that ran meanwhile has committed. The case's version
    does not rise: nobody's edit of the case is disturbed by work on it.
    """
    if not case_ids:
        return
    session.flush()
    locked = select(Case.id).where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update(key_share=True)
    session.execute(locked).all()
    earliest = (
        select(func.min(FollowUp.due_on))
        .where(
            FollowUp.case_id == _CASES.c.id,
            FollowUp.status.in_(ACTIVE_STATUSES),
            or_(
                FollowUp.level.is_(None),
                func.array_position(_LEVELS, FollowUp.level) <= func.array_position(_LEVELS, _CASES.c.level),
            ),
        )
        .scalar_subquery()
    )
    session.execute(update(_CASES).where(_CASES.c.id.in_(case_ids)).values(next_due_on=earliest))
    for case in _loaded(session, case_ids):
        session.expire(case, ["next_due_on"])


def _counting(made: Sequence[FollowUp | None]) -> list[date]:
    """The days of new rows that count: an import also makes rows that are done."""
    return [
        row.due_on for row in made if row is not None and row.is_active and row.due_on is not None and row.level is None
    ]


def _bring_nearer(session: Session, case: Case, due_on: date) -> None:
    if case.next_due_on is not None and case.next_due_on <= due_on:
        return
    changed = session.execute(_NEARER, {"case_id": case.id, "day": due_on})
    if changed.rowcount:  # type: ignore[attr-defined]
        set_committed_value(case, "next_due_on", due_on)


def _loaded(session: Session, case_ids: Sequence[UUID]) -> list[Case]:
    wanted = set(case_ids)
    return [row for row in session.identity_map.values() if isinstance(row, Case) and row.id in wanted]
