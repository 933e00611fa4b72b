"""What the list of contacts can show, on the page and in a file. E-mail, telephone and notes are in neither."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.contacts.models import Contact, Office
from tracker.core.countries import country_name
from tracker.lists.cells import Value
from tracker.lists.columns import Column, ListKind
from tracker.lists.export import Concern

CONTACTS = ListKind(
    "contacts",
    "contacts.list_contacts",
    "contacts.export_contacts",
    _l("Contacts"),
    (
        Column("name", _l("Name"), fixed=True),
        Column("office", _l("Office")),
        Column("organisation", _l("Organisation")),
        Column("country", _l("Country")),
    ),
    ("name",),
    {"organisation": _l("Organisation"), "country": _l("Country")},
)


def cell(contact: Contact, key: str) -> Value:
    return _CELLS[key](contact)


def heading(contact: Contact, group: str) -> str:
    words: dict[str, Callable[[Contact], str]] = {
        "organisation": organisation_of,
        "country": lambda one: country_name(one.country),
    }
    return words[group](contact) or str(_("Not known"))


def concerns_of(_contact: Contact) -> list[Concern]:
    """Names and offices are for all staff, and of no case."""
    return []


def organisation_of(contact: Contact) -> str:
    office = current_office(contact)
    if contact.organisation:
        return contact.organisation.name
    return office.organisation.name if office and office.organisation else ""


def current_office(contact: Contact) -> Office | None:
    standing = [office for office in contact.offices if office.held_to_latest is None]
    return next(iter(standing or contact.offices), None)


def _office(contact: Contact) -> str:
    office = current_office(contact)
    return office.title if office and contact.name else ""


_CELLS: dict[str, Callable[[Contact], Value]] = {
    "name": lambda contact: contact.display_name,
    "office": _office,
    "organisation": organisation_of,
    "country": lambda contact: country_name(contact.country),
}
