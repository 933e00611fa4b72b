"""Contacts, for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tracker.cases.models import Case, CaseContact
from tracker.contacts.models import Contact, ContactPrivate, Office
from tracker.core.ids import new_id


def make_contact(
    session: Session,
    name: str | None = "Ada Example",
    *,
    office: str | None = None,
    on_case: Case | None = None,
    email: str | None = None,
    **said: Any,
) -> Contact:
    """Somebody outside; with a role on `on_case`, and an address that only some may see."""
    contact = Contact(id=new_id(), name=name, **said)
    contact.offices = [Office(title=office)] if office else []
    session.add(contact)
    session.flush()
    if on_case is not None:
        session.add(CaseContact(case_id=on_case.id, contact_id=contact.id, role="prosecutor"))
    if email is not None:
        private = ContactPrivate(contact_id=contact.id)
        private.email = email
        session.add(private)
    session.flush()
    return contact
