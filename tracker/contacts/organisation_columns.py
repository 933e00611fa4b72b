"""What the list of organisations can show, on the page and in a file."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.contacts.models import Organisation
from tracker.core.countries import country_name
from tracker.lists.cells import Value
from tracker.lists.columns import Column, ListKind
from tracker.lists.export import Concern

ORGANISATIONS = ListKind(
    "organisations",
    "contacts.list_organisations",
    "contacts.export_organisations",
    _l("Organisations"),
    (
        Column("name", _l("Organisation"), fixed=True),
        Column("kind", _l("Kind")),
        Column("country", _l("Country")),
    ),
    ("name",),
    {"kind": _l("Kind"), "country": _l("Country")},
)


def organisation_cell(organisation: Organisation, key: str) -> Value:
    return _CELLS[key](organisation)


def organisation_heading(organisation: Organisation, group: str) -> str:
    return str(_CELLS[group](organisation) or _("Not known"))


def concerns_of_organisation(_organisation: Organisation) -> list[Concern]:
    """For all staff, and of no case."""
    return []


_CELLS: dict[str, Callable[[Organisation], Value]] = {
    "name": lambda organisation: organisation.name,
    "kind": lambda organisation: organisation.kind,
    "country": lambda organisation: country_name(organisation.country),
}
