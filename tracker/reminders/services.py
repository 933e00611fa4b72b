"""What people say about reminders: how they want to be reminded. What is done with mail: steering.py."""

from __future__ import annotations

from datetime import time

from sqlalchemy.orm import Session

from tracker.audit.services import record
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.reminders.models import ReminderPreference
from tracker.reminders.planning import replan_person
from tracker.reminders.queries import preference_of
from tracker.reminders.wishes import require_well_formed


def set_wishes(
    session: Session, actor: Actor, *, wants_mail: bool, days_before: tuple[int, ...], send_time: time
) -> None:
    """Say how one wants to be reminded; what is planned follows with the next tick. Raises NotVisible, Invalid."""
    if actor.person_id is None:
        raise NotVisible
    require_well_formed(days_before)
    wish = preference_of(session, actor.person_id)
    if wish is None:
        wish = ReminderPreference(person_id=actor.person_id)
        session.add(wish)
    wish.wants_mail, wish.send_time = wants_mail, send_time
    wish.days_before = sorted(set(days_before), reverse=True)
    session.flush()
    replan_person(session, actor.person_id)
    record(session, actor, "person.reminder_wishes_changed", "person", actor.person_id)
