"""People's own pictures: given by themselves, drawn anew by us, taken away when they leave."""

from __future__ import annotations

import base64
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.accounts.happened import PersonChanged
from tracker.accounts.models import Person
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.core.ids import new_id
from tracker.files.examiner import portrait
from tracker.files.models import PersonPicture


def give_picture(session: Session, actor: Actor, content: bytes) -> None:
    """Keep one's picture in place of the one before. Raises Unfit (tracker.files.kinds)."""
    person = _self(session, actor)
    drawn = base64.b64encode(portrait(content)).decode()
    picture = session.get(PersonPicture, person.id)
    if picture is None:
        picture = PersonPicture(person_id=person.id)
        session.add(picture)
    picture.mark, picture.drawn, picture.given_at = new_id(), drawn, clock.now()
    person.picture = picture.mark
    record(session, actor, "person.picture_given", "person", person.id)
    session.flush()


def remove_picture(session: Session, actor: Actor) -> None:
    """Initials from now on. Nothing happens without a picture."""
    person = _self(session, actor)
    if person.picture is not None:
        _forget(session, actor, person)


def forget_face_of_leaver(session: Session, event: PersonChanged) -> None:
    """Whoever has left has no picture here any more."""
    person = session.get_one(Person, event.person_id)
    if person.picture is not None and not person.active:
        _forget(session, event.actor, person)


def picture_of(session: Session, person_id: UUID, mark: UUID) -> bytes:
    """The JPEG. Raises NotVisible where there is none, or another by now, or it is nothing for the one who asks."""
    query = select(PersonPicture).where(PersonPicture.person_id == person_id, PersonPicture.mark == mark)
    picture = session.scalar(query)
    if picture is None:
        raise NotVisible
    return base64.b64decode(picture.drawn)


def _forget(session: Session, actor: Actor, person: Person) -> None:
    session.execute(delete(PersonPicture).where(PersonPicture.person_id == person.id))
    person.picture = None
    record(session, actor, "person.picture_removed", "person", person.id)
    session.flush()


def _self(session: Session, actor: Actor) -> Person:
    person = session.get(Person, actor.person_id) if actor.is_person else None
    if person is None:
        raise NotVisible
    return person
