"""Keeping what people wish about their reminders."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.entrance import CASE_READERS
from tracker.accounts.models import Person, PersonRole
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid, NotVisible
from tracker.reminders.models import ReminderPreference
from tracker.reminders.planning.asking import replan_person
from tracker.reminders.planning.people import Wishes, said_in
from tracker.reminders.planning.wall_time import local_day, zone_named
from tracker.reminders.planning.wishes import faults_of


def wishes_of(session: Session, person_id: UUID) -> Wishes:
    """What somebody wishes; the defaults where they never said. One statement."""
    kept = session.get(ReminderPreference, person_id)
    return Wishes() if kept is None else Wishes(**said_in(kept))


def set_wishes(session: Session, actor: Actor, wishes: Wishes) -> None:
    """Say how one wants to be reminded; what is planned follows with the next tick. Raises NotVisible, Invalid."""
    if actor.person_id is None:
        raise NotVisible
    zone = session.scalar(select(Person.time_zone).where(Person.id == actor.person_id))
    faults = faults_of(wishes, local_day(clock.now(), zone_named(zone or "UTC")))
    if wishes.substitute_id is not None and not _may_stand_in(session, actor.person_id, wishes.substitute_id):
        faults.append(Fault("substitute_id", _("Choose a colleague who works on cases and is active.")))
    if faults:
        raise Invalid(*faults)
    kept = session.get(ReminderPreference, actor.person_id)
    if kept is None:
        kept = ReminderPreference(person_id=actor.person_id)
        session.add(kept)
    for name, value in _stored(wishes).items():
        setattr(kept, name, value)
    session.flush()
    replan_person(session, actor.person_id)
    record(session, actor, "person.reminder_wishes_changed", "person", actor.person_id)


def _stored(wishes: Wishes) -> dict[str, object]:
    said: dict[str, object] = asdict(wishes)
    said["unwanted_kinds"] = sorted(wishes.unwanted_kinds)
    said["working_days"] = sorted(wishes.working_days)
    said["days_before"] = None if wishes.days_before is None else sorted(set(wishes.days_before), reverse=True)
    return said


def _may_stand_in(session: Session, person_id: UUID, substitute_id: UUID) -> bool:
    """Whoever works on cases. What of them they may see is asked for each reminder."""
    query = select(PersonRole.person_id).join(Person, Person.id == PersonRole.person_id)
    query = query.where(Person.id == substitute_id, Person.active, PersonRole.role.in_(CASE_READERS)).limit(1)
    return substitute_id != person_id and session.scalar(query) is not None
