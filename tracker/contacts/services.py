"""What people do with contacts and organisations: one function per intention."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.access.policy import require
from tracker.audit.services import record
from tracker.contacts import policy, queries
from tracker.contacts.binding import bind_offices
from tracker.contacts.facts import (
    ContactFacts,
    OfficeFacts,
    OrganisationFacts,
    PrivateFacts,
    require_contact,
    require_organisation,
    require_private,
)
from tracker.contacts.models import Contact, ContactPrivate, Office, Organisation
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotPermitted
from tracker.core.ids import new_id


def record_contact(
    session: Session,
    actor: Actor,
    facts: ContactFacts,
    private: PrivateFacts | None = None,
    compartment_id: UUID | None = None,
) -> Contact:
    """Write down somebody outside. Raises NotPermitted, Invalid.

    `compartment_id`: the sealed case that they are written down for, and that they are sealed with.

    `private` is taken only from those who may see it then: the database refuses a row that its writer may not read.
    """
    require(policy.may_record(actor, queries.works_on_a_case(session, actor)))
    require_contact(facts)
    _require_organisations(session, actor, facts)
    contact = Contact(
        id=new_id(),
        name=facts.name,
        organisation_id=facts.organisation_id,
        country=facts.country,
        languages=list(facts.languages),
        created_by_id=actor.person_id,
        compartment_id=compartment_id,
    )
    contact.offices = _offices(facts.offices)
    session.add(contact)
    session.flush()
    bind_offices(session, actor.person_id, [contact])
    session.flush()
    if private is not None:
        _write_private(session, actor, contact, private)
    record(session, actor, "contact.recorded", "contact", contact.id, case_id=compartment_id)
    return contact


def edit_contact(
    session: Session,
    actor: Actor,
    contact: Contact,
    facts: ContactFacts,
    private: PrivateFacts | None = None,
    expected_version: int | None = None,
) -> Contact:
    """Change what is said about a contact; `private` None leaves that part alone.

    Raises Conflict, Invalid, NotPermitted.
    """
    _lock(session, contact, expected_version)
    require(policy.may_edit(actor, queries.works_with(session, actor, contact)))
    require_contact(facts)
    _require_organisations(session, actor, facts)
    changed = _write(contact, facts)
    if facts.offices != offices_of(contact):
        contact.offices = _offices(facts.offices)
        session.flush()
        bind_offices(session, actor.person_id, [contact])
        changed.append("offices")
    if private is not None:
        changed += _write_private(session, actor, contact, private)
    if changed:
        flag_modified(contact, "name")  # offices and private data are other rows: the version must rise for them too
        session.flush()
        fields = sorted(changed)
        record(session, actor, "contact.edited", "contact", contact.id, case_id=contact.compartment_id, fields=fields)
    return contact


def record_organisation(
    session: Session, actor: Actor, facts: OrganisationFacts, compartment_id: UUID | None = None
) -> Organisation:
    """Write down an organisation; `compartment_id` as for contacts. Raises NotPermitted, Invalid."""
    require(policy.may_record(actor, queries.works_on_a_case(session, actor)))
    require_organisation(facts)
    organisation = Organisation(
        id=new_id(), name=facts.name, country=facts.country, kind=facts.kind, compartment_id=compartment_id
    )
    session.add(organisation)
    session.flush()
    record(session, actor, "organisation.recorded", "organisation", organisation.id, case_id=compartment_id)
    return organisation


def edit_organisation(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    facts: OrganisationFacts,
    expected_version: int | None = None,
) -> Organisation:
    """Change what is said about an organisation. Raises Conflict, Invalid, NotPermitted."""
    _lock(session, organisation, expected_version)
    require(policy.may_edit_organisation(actor))
    require_organisation(facts)
    changed = _set(organisation, {"name": facts.name, "country": facts.country, "kind": facts.kind})
    if changed:
        session.flush()
        sealed_for = organisation.compartment_id
        record(
            session, actor, "organisation.edited", "organisation", organisation.id, case_id=sealed_for, fields=changed
        )
    return organisation


def offices_of(contact: Contact) -> tuple[OfficeFacts, ...]:
    """The offices as facts, in order."""
    return tuple(
        OfficeFacts(office.title, office.organisation_id, office.held_from, office.held_to)
        for office in contact.offices
    )


def _offices(offices: Iterable[OfficeFacts]) -> list[Office]:
    return [
        Office(
            position=position,
            title=office.title,
            organisation_id=office.organisation_id,
            held_from=office.held_from,
            held_to=office.held_to,
            held_to_latest=office.held_to_latest,
        )
        for position, office in enumerate(offices)
    ]


def _write(contact: Contact, facts: ContactFacts) -> list[str]:
    said = {
        "name": facts.name,
        "organisation_id": facts.organisation_id,
        "country": facts.country,
        "languages": list(facts.languages),
    }
    return _set(contact, said)


def _set(row: Contact | Organisation, said: dict[str, Any]) -> list[str]:
    changed = sorted(name for name, value in said.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, said[name])
    return changed


def _write_private(session: Session, actor: Actor, contact: Contact, facts: PrivateFacts) -> list[str]:
    if not policy.may_see_private(actor, queries.is_member_with(session, actor, contact.id)):
        raise NotPermitted(_("You may not see, so not change, how to reach this contact."))
    require_private(facts)
    private = queries.private_of(session, actor, contact.id)
    said = {"email": facts.email, "phone": facts.phone, "notes": facts.notes}
    if private is None:
        if not any(said.values()):
            return []
        private = ContactPrivate(contact_id=contact.id)
        session.add(private)
    changed = sorted(name for name, value in said.items() if getattr(private, name) != (value or None))
    for name in changed:
        setattr(private, name, said[name])
    return changed


def _require_organisations(session: Session, actor: Actor, facts: ContactFacts) -> None:
    """Every organisation named must be one that the actor sees."""
    named: list[tuple[str, UUID | None]] = [("organisation", facts.organisation_id)]
    named += [(f"offices-{number}-organisation", office.organisation_id) for number, office in enumerate(facts.offices)]
    wanted = {organisation_id for _path, organisation_id in named if organisation_id is not None}
    if not wanted:
        return
    visible = queries.visible_organisations(actor).with_only_columns(Organisation.id)
    known = set(session.scalars(visible.where(Organisation.id.in_(wanted))))
    faults = [
        Fault(path, _("There is no such organisation."))
        for path, organisation_id in named
        if organisation_id is not None and organisation_id not in known
    ]
    if faults:
        raise Invalid(*faults)


def _lock(session: Session, row: Contact | Organisation, expected_version: int | None) -> None:
    """Hold the row until the end of the transaction. Raises Conflict when somebody else was faster."""
    model = type(row)
    current = session.scalar(select(model.version).where(model.id == row.id).with_for_update(key_share=True))
    if current != row.version or (expected_version is not None and expected_version != current):
        raise Conflict(_("Somebody else changed this in the meantime."), current)
