"""Writing a secret note and taking one's own back; reading those on something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import Action, Decision, decide, require
from tracker.accounts.models import Person
from tracker.audit.reads import note_read
from tracker.audit.services import record
from tracker.cases.queries import get_case_by_id, membership_of
from tracker.contacts import policy as contact_policy
from tracker.contacts.queries import get_contact, is_member_with
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid, NotPermitted, NotVisible
from tracker.core.ids import new_id
from tracker.engagements.queries import cases_of, get_engagement
from tracker.followups.queries import follow_up_with_case
from tracker.notes.models import SecretNote

LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Noted:
    """What a note is on. `title`: its name; `case_id`: of a case and of a follow-up."""

    kind: str
    id: UUID
    title: str
    case_id: UUID | None
    writing: Decision


def noted(session: Session, actor: Actor, kind: str, object_id: UUID) -> Noted:
    """The thing, when `actor` sees it and what is secret of it. Raises NotVisible."""
    found = _FIND.get(kind)
    if found is None:
        raise NotVisible
    return found(session, actor, object_id)


def notes_on(session: Session, about: Noted) -> Sequence[tuple[SecretNote, str | None]]:
    """The notes, the latest first, and who wrote each. That they were read is in the audit, on open cases too."""
    rows = session.execute(
        select(SecretNote, Person.name)
        .outerjoin(Person, Person.id == SecretNote.written_by_id)
        .where(SecretNote.object_type == about.kind, SecretNote.object_id == about.id)
        .order_by(SecretNote.written_at.desc(), SecretNote.id.desc())
        .limit(200)
    ).all()
    if rows:
        note_read(session, about.kind, about.id, about.case_id)
    return [(note, name) for note, name in rows]


def add_note(session: Session, actor: Actor, about: Noted, text: str) -> SecretNote:
    """Keep `text`, encrypted. Raises NotPermitted, Invalid."""
    require(about.writing)
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(Fault("note", _("Write a note of up to 10,000 characters.")))
    note = SecretNote(
        id=new_id(), object_type=about.kind, object_id=about.id, case_id=about.case_id, written_by_id=actor.person_id
    )
    note.note = said
    session.add(note)
    session.flush()
    record(session, actor, f"{about.kind}.note_added", about.kind, about.id, case_id=about.case_id)
    return note


def remove_note(session: Session, actor: Actor, note_id: UUID) -> Noted:
    """Take one's own note away for good; what it was on. Raises NotVisible, NotPermitted."""
    note = session.scalar(select(SecretNote).where(SecretNote.id == note_id))
    if note is None:
        raise NotVisible
    about = noted(session, actor, note.object_type, note.object_id)
    if actor.person_id != note.written_by_id and not actor.is_operator:
        raise NotPermitted(_("Only who wrote a note takes it away."))
    session.delete(note)
    session.flush()
    record(session, actor, f"{about.kind}.note_removed", about.kind, about.id, case_id=about.case_id)
    return about


def _case(session: Session, actor: Actor, case_id: UUID) -> Noted:
    case = get_case_by_id(session, actor, case_id)
    writing = decide(actor, Action.COMMENT, case.level, membership_of(session, actor, case.id))
    return Noted("case", case.id, case.title, case.id, writing)


def _follow_up(session: Session, actor: Actor, follow_up_id: UUID) -> Noted:
    follow_up, case = follow_up_with_case(session, actor, follow_up_id)
    membership = membership_of(session, actor, case.id)
    writing = decide(actor, Action.COMMENT, follow_up.level or case.level, membership)
    return Noted("follow_up", follow_up.id, follow_up.title, case.id, writing)


def _engagement(session: Session, actor: Actor, engagement_id: UUID) -> Noted:
    engagement = get_engagement(session, actor, engagement_id)
    cases = cases_of(session, actor, [engagement_id]).get(engagement_id, [])
    membership = next((found for case in cases if (found := membership_of(session, actor, case.id))), None)
    writing = decide(actor, Action.COMMENT, engagement.level, membership)
    return Noted("engagement", engagement.id, _("Engagement"), None, writing)


def _contact(session: Session, actor: Actor, contact_id: UUID) -> Noted:
    contact = get_contact(session, actor, contact_id)
    if not contact_policy.may_see_private(actor, is_member_with(session, actor, contact_id)):
        raise NotVisible
    return Noted("contact", contact.id, contact.display_name, None, Decision(True))


_FIND = {"case": _case, "follow_up": _follow_up, "engagement": _engagement, "contact": _contact}
