"""Two editors of one contact or organisation: what the other one saved, beside what was typed here."""

from __future__ import annotations

from tracker.contacts.facts import OfficeFacts
from tracker.contacts.forms import Choices, ContactForm, OrganisationForm
from tracker.contacts.models import Contact, Organisation
from tracker.contacts.services import offices_of
from tracker.core.countries import country_name
from tracker.core.differences import Difference, differences


def contact_differences(theirs: Contact, yours: ContactForm, organisations: Choices) -> list[Difference]:
    names = dict(organisations)
    typed = yours.facts()
    return differences(
        [
            (yours.name.label.text, theirs.name, typed.name),
            (
                yours.organisation.label.text,
                names.get(theirs.organisation_id) if theirs.organisation_id else "",
                names.get(typed.organisation_id) if typed.organisation_id else "",
            ),
            (yours.country.label.text, country_name(theirs.country), country_name(typed.country)),
            (yours.languages.label.text, ", ".join(theirs.languages), ", ".join(typed.languages)),
            (yours.offices.label.text, _offices(offices_of(theirs)), _offices(typed.offices)),
        ]
    )


def organisation_differences(theirs: Organisation, yours: OrganisationForm) -> list[Difference]:
    typed = yours.facts()
    return differences(
        [
            (yours.name.label.text, theirs.name, typed.name),
            (yours.country.label.text, country_name(theirs.country), country_name(typed.country)),
            (yours.kind.label.text, theirs.kind, typed.kind),
        ]
    )


def _offices(offices: tuple[OfficeFacts, ...]) -> str:
    return "; ".join(f"{office.title} ({office.held_from or '?'} – {office.held_to or '…'})" for office in offices)
