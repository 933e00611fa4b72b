"""Which charges ask for another look, as a condition of a statement about many: for one, `asked_again` says it.

Both say the same, as far as whoever asks sees the history. Nothing of it is stored (ADR 27).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from tracker.access.visibility import sees_own_level
from tracker.cases.models import Case, CaseEvent
from tracker.core.actor import Actor
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, visible_follow_ups
from tracker.limitation.models import Charge, ChargeFollowUp, LimitationAct
from tracker.limitation.pauses import Paused


def asks_again(actor: Actor, paused: Paused) -> ColumnElement[bool]:
    """The condition on a charge whose case `actor` sees. `paused`: the statuses in which a case pauses."""
    act, looked = LimitationAct, Charge.checked_at
    since_acted = and_(act.voided_at.is_(None), act.entered_at > looked)
    act_taken_back = and_(act.entered_at <= looked, act.voided_at > looked)
    acted = exists().where(act.charge_id == Charge.id, or_(since_acted, act_taken_back)).correlate_except(act)
    asked = _Asked(actor, paused)
    return and_(Charge.limitation != "none", or_(acted, _turned_since(asked), _turn_taken_back(asked)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks about charges."""

    actor: Actor
    paused: Paused

    def is_paused(self, status: Any) -> ColumnElement[bool]:
        return tuple_(Case.pathway, status).in_(self.paused)

    def entries(self, entry: Any) -> tuple[ColumnElement[bool], ...]:
        """Entries of the charge's case with a status, as far as `actor` sees them."""
        return (
            entry.case_id == Charge.case_id,
            entry.status.is_not(None),
            sees_own_level(self.actor, entry.level, entry.case_id),
        )

    def since_the_last_look(self, entry: Any) -> ColumnElement[bool]:
        """Entered or voided since. So written that PostgreSQL looks among the few entries of the case, and in no index
        of when all were entered, which it would read from end to end for each charge."""
        since: ColumnElement[bool] = func.greatest(entry.entered_at, entry.voided_at) > Charge.checked_at
        return since


def is_mine(actor: Actor) -> ColumnElement[bool]:
    """Whether a charge waits for `actor`: it is on a case that they lead, or work on it is theirs."""
    return or_(Case.lead_id == actor.person_id, Charge.id.in_(_work_of(actor)))


def _work_of(actor: Actor) -> Select[UUID]:
    """The ids of the charges on which active work of `actor` hangs."""
    return (
        visible_follow_ups(actor)
        .with_only_columns(ChargeFollowUp.charge_id, maintain_column_froms=True)
        .join(ChargeFollowUp, ChargeFollowUp.follow_up_id == FollowUp.id)
        .where(FollowUp.assignee_id == actor.person_id, IS_ACTIVE)
    )


def _turned_since(asked: _Asked) -> ColumnElement[bool]:
    """An entry by which the case paused or went on was entered after the last look."""
    entry = aliased(CaseEvent)
    wanted = exists().where(
        *asked.entries(entry),
        entry.voided_at.is_(None),
        asked.since_the_last_look(entry),
        _turns(asked, entry),
    )
    return wanted.correlate_except(entry)


def _turn_taken_back(asked: _Asked) -> ColumnElement[bool]:
    """Such an entry was there at the last look and voided since, and no other of this kind stands for it."""
    entry, instead = aliased(CaseEvent), aliased(CaseEvent)
    replaced = exists().where(
        *asked.entries(instead),
        instead.replaces_id == entry.id,
        instead.voided_at.is_(None),
        _turns(asked, instead),
    )
    wanted = exists().where(
        *asked.entries(entry),
        entry.voided_at.is_not(None),
        asked.since_the_last_look(entry),
        entry.entered_at <= Charge.checked_at,
        or_(asked.is_paused(entry.status), entry.move == "resume"),
        ~replaced.correlate_except(instead),
    )
    return wanted.correlate_except(entry)


def _turns(asked: _Asked, entry: Any) -> ColumnElement[bool]:
    """Whether a standing entry pauses the case, or is the first after a pause."""
    before = aliased(CaseEvent)
    place = (before.place, before.entered_at, before.id)
    status_before = (
        select(before.status)
        .where(*asked.entries(before), before.voided_at.is_(None))
        .where(tuple_(*place) < tuple_(entry.place, entry.entered_at, entry.id))
        .order_by(*(column.desc() for column in place))
        .limit(1)
        .correlate_except(before)
        .scalar_subquery()
    )
    return or_(asked.is_paused(entry.status), asked.is_paused(status_before))
