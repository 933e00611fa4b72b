"""Asking for planning: what a change concerns is marked in its transaction, and the next sweep looks at it.

Nothing is planned here, and nothing is read: one statement each, whatever the size of what it concerns.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.accounts.happened import PersonChanged
from tracker.cases.happened import CaseEventRecorded, CaseLevelChanged, MembershipChanged
from tracker.core import clock
from tracker.followups.happened import DaysReckonedAnew
from tracker.reminders import nudge

_PERSON = text("SELECT app_plan_again(:person_id, :at)")
_CASE = text("SELECT app_plan_case(:case_id, :at)")
_EVERYTHING = text("SELECT app_plan_everything(:at)")
_RULE = text(
    """
    UPDATE follow_up_plans p SET next_plan_at = :at FROM clock_moves m JOIN followed_clocks c USING (follow_up_id)
     WHERE p.follow_up_id = m.follow_up_id AND c.rule_key = :rule_key
       AND m.cause = 'rule_changed' AND m.rule_version = :number
    """
)


def replan_member(session: Session, event: MembershipChanged) -> None:
    """Somebody gained a case, or lost it: all that this case makes people hear is looked at again."""
    replan_case(session, event.case_id)


def replan_level(session: Session, event: CaseLevelChanged) -> None:
    """The circle of a case is another now."""
    replan_case(session, event.case_id)


def replan_after_change(session: Session, event: PersonChanged) -> None:
    """Somebody's zone, country, roles or account changed."""
    replan_person(session, event.person_id)


def tell_watchers(session: Session, event: CaseEventRecorded) -> None:
    """Another status is told to those who watch the case; the entry's row has asked for that itself (a trigger)."""
    if event.status_changed and event.actor.is_person:
        nudge.after_commit(session)


def tell_of_rule(session: Session, event: DaysReckonedAnew) -> None:
    """What a changed rule moved is told when all of it is reckoned, so that each person hears of it at once."""
    session.execute(_RULE, {"rule_key": event.rule_key, "number": event.number, "at": clock.now()})
    nudge.after_commit(session)


def replan_person(session: Session, person_id: UUID) -> None:
    """Let the next sweep look again at all that `person_id` is told of, seen by the actor or not."""
    session.execute(_PERSON, {"person_id": person_id, "at": clock.now()})


def replan_case(session: Session, case_id: UUID) -> None:
    """Let the next sweep look again at all that a case makes people hear."""
    session.execute(_CASE, {"case_id": case_id, "at": clock.now()})


def replan_everything(session: Session, at: datetime | None = None) -> None:
    """Let the next ticks walk through all open work, batch by batch. For administrators."""
    session.execute(_EVERYTHING, {"at": at or clock.now()})
