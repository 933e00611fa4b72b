"""Asking for planning: what a change concerns is marked in its transaction, and the next sweep looks at it.

Nothing is planned here, and nothing is read: one statement each, whatever the size of what it concerns.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.accounts.happened import PersonChanged
from tracker.cases.happened import CaseEventRecorded, CaseEventVoided, CaseLevelChanged, MembershipChanged
from tracker.core import clock
from tracker.reminders import nudge

_PERSON = text("SELECT app_plan_again(:person_id, :at)")
_CASE = text("SELECT app_plan_case(:case_id, :at)")
_EVERYTHING = text("SELECT app_plan_everything(:at)")
_ENTRY_AND_PERIOD = text(
    "SELECT app_plan_subject('case', :case_id, :case_id, :at), app_plan_subject('case_event', :event_id, :case_id, :at)"
)
_PERIOD = text("SELECT app_plan_subject('case', :case_id, :case_id, :at)")


def replan_member(session: Session, event: MembershipChanged) -> None:
    """Somebody gained a case, or lost it: all that this case makes people hear is looked at again."""
    replan_case(session, event.case_id)


def replan_level(session: Session, event: CaseLevelChanged) -> None:
    """The circle of a case is another now."""
    replan_case(session, event.case_id)


def replan_after_change(session: Session, event: PersonChanged) -> None:
    """Somebody's zone, country, roles or account changed."""
    replan_person(session, event.person_id)


def plan_entry(session: Session, event: CaseEventRecorded) -> None:
    """Tell those who watch the case of another status, and look at the end of its period.

    An import by the operator brings old news: it is told to nobody.
    """
    at = clock.now()
    if not event.status_changed or not event.actor.is_person:
        session.execute(_PERIOD, {"case_id": event.case_id, "at": at})
        return
    session.execute(_ENTRY_AND_PERIOD, {"case_id": event.case_id, "event_id": event.event_id, "at": at})
    nudge.after_commit(session)


def withdraw_entry(session: Session, event: CaseEventVoided) -> None:
    """What a voided entry made people hear is taken back as far as it has not gone."""
    values = {"case_id": event.case_id, "event_id": event.event_id, "at": clock.now()}
    session.execute(_ENTRY_AND_PERIOD, values)


def replan_person(session: Session, person_id: UUID) -> None:
    """Let the next sweep look again at all that `person_id` is told of, seen by the actor or not."""
    session.execute(_PERSON, {"person_id": person_id, "at": clock.now()})


def replan_case(session: Session, case_id: UUID) -> None:
    """Let the next sweep look again at all that a case makes people hear."""
    session.execute(_CASE, {"case_id": case_id, "at": clock.now()})


def replan_everything(session: Session, at: datetime | None = None) -> None:
    """Let the next ticks walk through all open work, batch by batch. For administrators and coordinators."""
    session.execute(_EVERYTHING, {"at": at or clock.now()})
