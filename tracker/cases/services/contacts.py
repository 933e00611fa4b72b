"""Contacts on a case, each with a role of the shared vocabulary."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import Action
from tracker.audit.services import record
from tracker.cases.models import CaseContact
from tracker.cases.services.guard import take_case
from tracker.contacts.models import Contact
from tracker.contacts.queries import visible_contacts
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid, NotVisible
from tracker.pathways.vocabulary import CONTACT_ROLES


def add_contact(session: Session, actor: Actor, case_id: UUID, contact_id: UUID, role: str) -> CaseContact:
    """Give a contact a role on the case. Raises NotVisible, NotPermitted, Invalid."""
    case = take_case(session, actor, case_id, Action.RECORD_CONTACT)
    if role not in CONTACT_ROLES:
        raise Invalid(Fault("role", _("Choose one of the roles offered.")))
    if session.scalar(visible_contacts(actor).where(Contact.id == contact_id)) is None:
        raise Invalid(Fault("contact", _("There is no such contact.")))
    known = select(CaseContact.id).where(
        CaseContact.case_id == case.id, CaseContact.contact_id == contact_id, CaseContact.role == role
    )
    if session.scalar(known) is not None:
        raise Invalid(Fault("contact", _("This contact has this role on the case already.")))
    on_case = CaseContact(case_id=case.id, contact_id=contact_id, role=role)
    session.add(on_case)
    session.flush()
    record(session, actor, "case.contact_added", "case_contact", on_case.id, case_id=case.id, role=role)
    return on_case


def remove_contact(session: Session, actor: Actor, case_id: UUID, on_case_id: UUID) -> None:
    """Take a role on the case away from a contact. Raises NotVisible, NotPermitted."""
    case = take_case(session, actor, case_id, Action.RECORD_CONTACT)
    on_case = session.get(CaseContact, on_case_id)
    if on_case is None or on_case.case_id != case.id:
        raise NotVisible(_("There is no such contact on this case."))
    session.delete(on_case)
    session.flush()
    record(session, actor, "case.contact_removed", "case_contact", on_case_id, case_id=case.id)
