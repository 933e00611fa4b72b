"""Names that a form offers, and what a typed name means: a contact, an organisation, a country, or plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.contacts.models import Contact
from tracker.contacts.queries import contact_choices, organisation_choices
from tracker.core.actor import Actor
from tracker.core.countries import COUNTRY_CODES, country_choices
from tracker.engagements.facts import ParticipantFacts, SideFacts

Value = TypeVar("Value")

MOST_NAMES = 1000
MOST_CASES = 200
BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What the actor may choose from. Labels are as the form shows them."""

    contacts: dict[str, UUID] = field(default_factory=dict)
    organisations: dict[str, UUID] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    cases: Sequence[Case] = ()

    def participant(self, text: str) -> ParticipantFacts:
        """Who took part, by the name typed."""
        contact_id = _find(self.contacts, text)
        return ParticipantFacts(contact_id) if contact_id else ParticipantFacts(name=text)

    def side(self, text: str | None) -> SideFacts:
        """Who said it, or to whom, by the name typed; a country also by its code."""
        if not text:
            return SideFacts()
        if contact_id := _find(self.contacts, text):
            return SideFacts(contact_id=contact_id)
        if organisation_id := _find(self.organisations, text):
            return SideFacts(organisation_id=organisation_id)
        code = text if text in COUNTRY_CODES else _find(self.countries, text)
        return SideFacts(country=code) if code else SideFacts(text=text)

    def contact_label(self, contact_id: UUID) -> str:
        return next((label for label, known in self.contacts.items() if known == contact_id), "")


def known_names(session: Session, actor: Actor) -> KnownNames:
    """Contacts, organisations, countries and the liveliest cases that `actor` sees. Four statements."""
    contacts: dict[str, UUID] = {}
    for contact in contact_choices(session, actor, MOST_NAMES):
        label = label_of_contact(contact)
        contacts[f"{label} ({contact.ref})" if label in contacts else label] = contact.id
    organisations = {name: row_id for row_id, name in organisation_choices(session, actor, MOST_NAMES)}
    countries = {name: code for code, name in country_choices()}
    lively = visible_cases(actor).order_by(Case.activity_at.desc(), Case.id.desc()).limit(MOST_CASES)
    return KnownNames(contacts, organisations, countries, session.scalars(lively).all())


def cases_by_reference(session: Session, actor: Actor, typed: Iterable[str]) -> dict[str, Case]:
    """The visible cases that are meant by what was typed: a reference, or the label of a case."""
    wanted = {reference_in(text) for text in typed}
    if not wanted:
        return {}
    return {case.reference: case for case in session.scalars(visible_cases(actor).where(Case.reference.in_(wanted)))}


def reference_in(text: str) -> str:
    """The reference at the beginning of a case's label."""
    return text.split(BETWEEN.strip())[0].strip().upper()


def label_of_case(case: Case) -> str:
    return f"{case.reference}{BETWEEN}{case.title}"


def label_of_contact(contact: Contact) -> str:
    """The name with the first office; the office alone where the name is not known."""
    office = contact.offices[0].title if contact.offices else None
    return f"{contact.name}, {office}" if contact.name and office else contact.display_name


def _find(known: Mapping[str, Value], text: str) -> Value | None:
    wanted = text.casefold()
    return next((value for label, value in known.items() if label.casefold() == wanted), None)
