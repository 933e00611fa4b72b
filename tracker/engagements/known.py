"""What a typed name means: a contact, an organisation, a country, or plain text; and which case a typed text names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import exists, func, or_
from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.cases.named import cases_named
from tracker.cases.queries import visible_cases
from tracker.contacts.models import Contact, Office, Organisation
from tracker.contacts.queries import standing_contacts, visible_organisations, with_offices
from tracker.core.actor import Actor
from tracker.core.countries import COUNTRY_CODES, country_choices
from tracker.core.errors import Fault, Invalid
from tracker.engagements.facts import ParticipantFacts, SideFacts

Value = TypeVar("Value")

BETWEEN = " · "
NEW = "+"
"""In front of a name: make a contact of it."""


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The meaning of what was typed, as far as the actor sees it. Keys are folded labels."""

    contacts: Mapping[str, UUID] = field(default_factory=dict)
    ambiguous: frozenset[str] = frozenset()
    organisations: Mapping[str, UUID] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)

    def participant(self, text: str, path: str) -> ParticipantFacts:
        """Who took part, by the name typed. Raises Invalid where several contacts are called so."""
        if text.startswith(NEW):
            return ParticipantFacts(name=text.lstrip(f"{NEW} "), is_new=True)
        contact_id = self._contact(text, path)
        return ParticipantFacts(contact_id) if contact_id else ParticipantFacts(name=text)

    def side(self, text: str | None, path: str) -> SideFacts:
        """Who said it, or to whom, by the name typed; a country also by its code. Raises Invalid as above."""
        if not text:
            return SideFacts()
        if contact_id := self._contact(text, path):
            return SideFacts(contact_id=contact_id)
        if organisation_id := self.organisations.get(text.casefold()):
            return SideFacts(organisation_id=organisation_id)
        code = text if text in COUNTRY_CODES else self.countries.get(text.casefold())
        return SideFacts(country=code) if code else SideFacts(text=text)

    def _contact(self, text: str, path: str) -> UUID | None:
        folded = text.casefold()
        if folded in self.ambiguous:
            raise Invalid(Fault(path, _("Several contacts are called “%(name)s”: choose one of the list.", name=text)))
        return self.contacts.get(folded)


def names_typed(session: Session, actor: Actor, texts: Iterable[str]) -> KnownNames:
    """What `texts` mean to `actor`. At most four statements, whatever there is in the database."""
    wanted = {text.casefold() for text in texts if not text.startswith(NEW)}
    if not wanted:
        return KnownNames()
    contacts, ambiguous = _contacts_called(session, actor, wanted)
    rows = session.execute(
        visible_organisations(actor)
        .with_only_columns(Organisation.name, Organisation.id)
        .where(func.lower(Organisation.name).in_(wanted))
    )
    organisations = {name.casefold(): row_id for name, row_id in rows}
    return KnownNames(contacts, ambiguous, organisations, {name.casefold(): code for code, name in country_choices()})


def _contacts_called(session: Session, actor: Actor, wanted: set[str]) -> tuple[dict[str, UUID], frozenset[str]]:
    """Contacts by every way of writing them: the name, the name with the office, that with the number."""
    beginnings = {part for text in wanted for part in _beginnings(text)}
    by_office = exists().where(Office.contact_id == Contact.id, func.lower(Office.title).in_(beginnings))
    called = or_(func.lower(Contact.name).in_(beginnings), Contact.name.is_(None) & by_office)
    found = session.scalars(standing_contacts(actor).where(called).options(*with_offices())).all()
    known: dict[str, UUID] = {}
    times: Counter[str] = Counter()
    for contact in found:
        plain = label_of_contact(contact)
        for label in {plain, contact.display_name, numbered(plain, contact)}:
            known[label.casefold()] = contact.id
            times[label.casefold()] += 1
    return known, frozenset(label for label, number in times.items() if number > 1)


def _beginnings(text: str) -> Iterable[str]:
    """The text, and what stands in it before each comma or the bracket at its end: one of these is the name."""
    text = text.split(" (", 1)[0] if text.endswith(")") else text
    parts = text.split(", ")
    return (", ".join(parts[:number]).strip() for number in range(1, len(parts) + 1))


def cases_by_reference(session: Session, actor: Actor, typed: Iterable[str]) -> dict[str, Case]:
    """The visible cases that are meant by what was typed: a reference, or the label of a case."""
    wanted = {reference_in(text) for text in typed}
    if not wanted:
        return {}
    return {case.reference: case for case in session.scalars(visible_cases(actor).where(Case.reference.in_(wanted)))}


def cases_typed(session: Session, actor: Actor, typed: Iterable[str]) -> tuple[dict[str, Case], dict[str, list[str]]]:
    """What each text means: by `reference_in(text)` the one case that fits it, or the labels of the several that do.

    A reference first, else words of a title; only cases that `actor` sees.
    """
    texts = list(dict.fromkeys(typed))
    found, several = cases_by_reference(session, actor, texts), {}
    for text in texts:
        if reference_in(text) in found:
            continue
        fitting = cases_named(session, actor, text)
        if len(fitting) == 1:
            found[reference_in(text)] = fitting[0]
        elif fitting:
            several[reference_in(text)] = [label_of_case(case) for case in fitting]
    return found, several


def contacts_of_ids(session: Session, actor: Actor, contact_ids: Sequence[UUID]) -> Sequence[Contact]:
    """Those of the contacts that `actor` sees; offices are loaded."""
    if not contact_ids:
        return ()
    return session.scalars(standing_contacts(actor).where(Contact.id.in_(contact_ids)).options(*with_offices())).all()


def reference_in(text: str) -> str:
    """The reference at the beginning of a case's label."""
    return text.split(BETWEEN.strip())[0].strip().upper()


def label_of_case(case: Case) -> str:
    return f"{case.reference}{BETWEEN}{case.title}"


def label_of_contact(contact: Contact) -> str:
    """The name with the first office; the office alone where the name is not known."""
    office = contact.offices[0].title if contact.offices else None
    return f"{contact.name}, {office}" if contact.name and office else contact.display_name


def numbered(label: str, contact: Contact) -> str:
    """The label where two contacts share one: the number in the register tells them apart."""
    return f"{label} ({contact.ref})"
