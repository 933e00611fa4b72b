"""Names offered while one types: contacts, organisations, countries, cases; only what the reader sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_
from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.contacts.models import Contact, Organisation
from tracker.contacts.queries import contacts_spelled, visible_organisations
from tracker.core.actor import Actor
from tracker.core.countries import country_choices
from tracker.engagements.known import label_of_case, label_of_contact, numbered

MOST = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`value` is what the field gets; `note` helps to tell it from others."""

    value: str
    note: str = ""


def suggest_contacts(session: Session, actor: Actor, text: str) -> list[Suggestion]:
    """Contacts by name, in any spelling, or by office. Nothing for no text."""
    if not text:
        return []
    found = contacts_spelled(session, actor, text, MOST)
    times = Counter(label_of_contact(contact) for contact in found)
    return [_of_contact(contact, times[label_of_contact(contact)] > 1) for contact in found]


def suggest_sides(session: Session, actor: Actor, text: str) -> list[Suggestion]:
    """Who may promise something: contacts, organisations, countries."""
    if not text:
        return []
    named = visible_organisations(actor).where(Organisation.name.icontains(text, autoescape=True))
    organisations = session.scalars(named.order_by(Organisation.name).limit(MOST)).all()
    countries = [name for _code, name in country_choices() if name.casefold().startswith(text.casefold())]
    found = suggest_contacts(session, actor, text)
    found += [Suggestion(one.name, one.kind or "") for one in organisations]
    return [*found, *(Suggestion(name) for name in countries)][: MOST + 4]


def suggest_cases(session: Session, actor: Actor, text: str) -> list[Suggestion]:
    """Cases by reference or title, the liveliest first; for no text the liveliest of all."""
    query = visible_cases(actor).with_only_columns(Case.reference, Case.title)
    for word in text.split()[:5]:
        query = query.where(
            or_(Case.reference.istartswith(word, autoescape=True), Case.title.icontains(word, autoescape=True))
        )
    rows: Sequence[tuple[str, str]] = [
        (row[0], row[1]) for row in session.execute(query.order_by(Case.activity_at.desc(), Case.id.desc()).limit(MOST))
    ]
    return [Suggestion(label_of_case(Case(reference=reference, title=title))) for reference, title in rows]


def _of_contact(contact: Contact, is_shared: bool) -> Suggestion:
    label = label_of_contact(contact)
    where = contact.organisation.name if contact.organisation else ""
    return Suggestion(numbered(label, contact) if is_shared else label, where)
