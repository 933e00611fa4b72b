"""Dossiers, organisations, contacts with their offices and private data, subjects."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.cases.models import Dossier, Subject
from tracker.contacts.binding import bind_offices
from tracker.contacts.models import Contact, ContactPrivate, Office, Organisation
from tracker.core.dates import VagueDate
from tracker.core.ids import new_id
from tracker.interchange.schema import ContactObject, DossierFile, OfficeObject
from tracker.interchange.writing.work import Work, change, given_values

PRIVATE = ("email", "phone", "notes")


def write_dossiers(work: Work, file: DossierFile) -> None:
    for item in file.dossiers or ():
        values = given_values(
            item,
            {"title": "title", "summary": "summary"},
            {"title": _own_ref(work, "dossiers", item.ref), "summary": ""},
        )
        _write(work, "dossiers", Dossier, item.ref, values, {"title": item.ref}, owned=True)


def write_organisations(work: Work, file: DossierFile) -> None:
    for item in file.organisations or ():
        values = given_values(
            item,
            {name: name for name in ("name", "country", "kind")},
            {"name": _own_ref(work, "organisations", item.ref)},
        )
        _write(work, "organisations", Organisation, item.ref, values, {"name": item.ref}, owned=False)


def write_subjects(work: Work, file: DossierFile) -> None:
    for item in file.subjects or ():
        names = {name: name for name in ("name", "kind", "aliases", "office", "notes")}
        values = given_values(
            item, names, {"name": _own_ref(work, "subjects", item.ref), "kind": "person", "aliases": []}
        )
        _write(work, "subjects", Subject, item.ref, values, {"name": item.ref}, owned=True)


def _own_ref(work: Work, kind: str, ref: str) -> str:
    """The ref without the name of another sender: it stands in for a name that nobody knows."""
    row = work.rows.get(kind, ref)
    return row.ref if row is not None else ref


def _write(
    work: Work, kind: str, model: Any, ref: str, values: dict[str, Any], defaults: dict[str, Any], *, owned: bool
) -> None:
    row = work.rows.get(kind, ref)
    is_new = row is None
    if row is None:
        owner = {"created_by_id": work.actor.person_id} if owned else {}
        row = model(id=new_id(), sender=work.sender, ref=ref, **owner, **(defaults | values))
        work.session.add(row)
        work.rows.put(kind, ref, row)
        if isinstance(row, Organisation):
            work.newcomers.append(row)
    is_changed = not is_new and change(row, values)
    work.tally.count(kind, is_new=is_new, is_changed=is_changed)


def write_contacts(work: Work, file: DossierFile) -> None:
    """Needs the organisations to be in the database."""
    items = file.contacts or ()
    new = {_add_contact(work, item).id for item in items if work.rows.get("contacts", item.ref) is None}
    work.session.flush()
    private = _private_rows(work, file)
    for item in items:
        row = work.rows.get("contacts", item.ref)
        changes = [
            change(row, _contact_values(work, item)),
            _write_offices(work, row, item),
            _write_private(work, row, item, private),
        ]
        work.tally.count("contacts", is_new=row.id in new, is_changed=any(changes))
    work.session.flush()
    bind_offices(work.session, work.actor.person_id, [work.rows.get("contacts", item.ref) for item in items])


def _contact_values(work: Work, item: ContactObject) -> dict[str, Any]:
    values = given_values(item, {name: name for name in ("name", "country", "languages")}, {"languages": []})
    if "organisation" in item.given:
        values["organisation_id"] = work.id_of("organisations", item.organisation)
    return values


def _add_contact(work: Work, item: ContactObject) -> Contact:
    values = _contact_values(work, item)
    row = Contact(id=new_id(), sender=work.sender, ref=item.ref, created_by_id=work.actor.person_id, **values)
    row.offices = []
    work.session.add(row)
    work.rows.put("contacts", item.ref, row)
    work.newcomers.append(row)
    return row


def _private_rows(work: Work, file: DossierFile) -> dict[UUID, ContactPrivate]:
    ids = [work.rows.get("contacts", item.ref).id for item in file.contacts or ()]
    of_contacts = ContactPrivate.contact_id == any_(cast(ids, ARRAY(Uuid)))
    return {row.contact_id: row for row in work.session.scalars(select(ContactPrivate).where(of_contacts))}


def _write_offices(work: Work, row: Contact, item: ContactObject) -> bool:
    """The offices given take the place of those recorded, where anything about them differs."""
    if "offices" not in item.given:
        return False
    wished = [_office_values(work, office) for office in item.offices or ()]
    standing = [{name: getattr(office, name) for name in _OFFICE_COLUMNS} for office in row.offices]
    if wished == standing:
        return False
    row.offices = [
        Office(id=new_id(), contact_id=row.id, position=position, **values, held_to_latest=_last_day(values["held_to"]))
        for position, values in enumerate(wished)
    ]
    return True


_OFFICE_COLUMNS = ("title", "organisation_id", "held_from", "held_to")


def _office_values(work: Work, office: OfficeObject) -> dict[str, Any]:
    return {
        "title": office.title or office.organisation or "",
        "organisation_id": work.id_of("organisations", office.organisation),
        "held_from": office.held_from,
        "held_to": office.held_to,
    }


def _last_day(held_to: str | None) -> Any:
    return VagueDate(held_to).latest


def _write_private(work: Work, row: Contact, item: ContactObject, private: dict[UUID, ContactPrivate]) -> bool:
    values = {name: getattr(item, name) or None for name in PRIVATE if name in item.given}
    kept = private.get(row.id)
    if kept is None:
        if not any(values.values()):
            return False
        kept = private[row.id] = ContactPrivate(contact_id=row.id)
        work.session.add(kept)
    return change(kept, values)
