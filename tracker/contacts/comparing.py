"""Two contacts beside each other, field by field; and what was chosen of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from tracker.contacts.facts import PrivateFacts
from tracker.contacts.merging import Chosen
from tracker.contacts.models import Contact, ContactPrivate
from tracker.core.countries import country_name

FIELDS: Final = {
    "name": _l("Name"),
    "organisation": _l("Organisation"),
    "country": _l("Country"),
    "languages": _l("Languages"),
    "email": _l("E-mail"),
    "phone": _l("Telephone"),
    "notes": _l("Notes"),
}
MAY_JOIN: Final = frozenset({"languages", "notes"})
"""Where both values can stand together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field of two contacts, as shown. `usual`: which is chosen at first: one, other or both."""

    field: str
    one: str
    other: str
    usual: str

    @property
    def differs(self) -> bool:
        return self.one != self.other


def compared(
    one: Contact, other: Contact, private: ContactPrivate | None, other_private: ContactPrivate | None
) -> list[Row]:
    """Every field that one of the two has."""
    first, second = _shown(one, private), _shown(other, other_private)
    pairs = [(field, first[field], second[field]) for field in FIELDS]
    return [Row(field, mine, theirs, _usual(field, mine, theirs)) for field, mine, theirs in pairs if mine or theirs]


def chosen_of(
    one: Contact,
    other: Contact,
    private: ContactPrivate | None,
    other_private: ContactPrivate | None,
    choices: Mapping[str, str],
) -> Chosen:
    """What the contact that stays is to say: `choices` names one, other or both for each field."""
    usual = {row.field: row.usual for row in compared(one, other, private, other_private)}

    def pick(field: str, mine: Any, theirs: Any) -> Any:
        choice = choices.get(field) or usual.get(field, "one")
        if choice == "both" and field in MAY_JOIN and mine and theirs and mine != theirs:
            return tuple(dict.fromkeys((*mine, *theirs))) if field == "languages" else f"{mine}\n\n{theirs}"
        return theirs if choice == "other" else mine or (theirs if choice == "both" else mine)

    return Chosen(
        pick("name", one.name, other.name),
        pick("organisation", one.organisation_id, other.organisation_id),
        pick("country", one.country, other.country),
        tuple(pick("languages", tuple(one.languages), tuple(other.languages))),
        PrivateFacts(
            *(pick(field, getattr(private, field, None), getattr(other_private, field, None)) for field in _PRIVATE)
        ),
    )


_PRIVATE = ("email", "phone", "notes")


def _usual(field: str, mine: str, theirs: str) -> str:
    if field in MAY_JOIN and mine and theirs and mine != theirs:
        return "both"
    return "one" if mine else "other"


def _shown(contact: Contact, private: ContactPrivate | None) -> dict[str, str]:
    return {
        "name": contact.name or "",
        "organisation": contact.organisation.name if contact.organisation else "",
        "country": country_name(contact.country),
        "languages": ", ".join(contact.languages),
        **{field: getattr(private, field, None) or "" for field in _PRIVATE},
    }
