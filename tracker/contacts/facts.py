"""What is said about contacts and organisations, checked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from tracker.core.countries import COUNTRY_CODES
from tracker.core.dates import VagueDate, is_vague_date, latest_day
from tracker.core.errors import Fault, Invalid

LONGEST_LINE = 300
LONGEST_NOTES = 20_000


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """A post held from–to; the days are YYYY[-MM[-DD]] or None."""

    title: str
    organisation_id: UUID | None = None
    held_from: str | None = None
    held_to: str | None = None

    @property
    def held_to_latest(self) -> date | None:
        """The last day that `held_to` may mean."""
        return latest_day(self.held_to) if self.held_to else None


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What everybody with a staff role may see of a contact. `name` is None where only the office is known."""

    name: str | None = None
    organisation_id: UUID | None = None
    country: str | None = None
    languages: tuple[str, ...] = ()
    offices: tuple[OfficeFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class PrivateFacts:
    """What only some may see; stored encrypted."""

    email: str | None = None
    phone: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    name: str
    country: str | None = None
    kind: str | None = None


def require_contact(facts: ContactFacts) -> None:
    """Raise Invalid with every fault."""
    _refuse(_contact_faults(facts))


def require_private(facts: PrivateFacts) -> None:
    _refuse(_too_long((("email", facts.email), ("phone", facts.phone))), _notes(facts.notes))


def require_organisation(facts: OrganisationFacts) -> None:
    _refuse(_organisation_faults(facts))


def _contact_faults(facts: ContactFacts) -> Iterator[Fault]:
    if not facts.name and not facts.offices:
        yield Fault("name", _("Give a name, or at least one office."))
    yield from _too_long((("name", facts.name),))
    yield from _country(facts.country)
    for number, office in enumerate(facts.offices):
        yield from _office_faults(f"offices-{number}", office)


def _organisation_faults(facts: OrganisationFacts) -> Iterator[Fault]:
    if not facts.name:
        yield Fault("name", _("Give the organisation's name."))
    yield from _too_long((("name", facts.name), ("kind", facts.kind)))
    yield from _country(facts.country)


def _office_faults(path: str, office: OfficeFacts) -> Iterator[Fault]:
    if not office.title:
        yield Fault(f"{path}-title", _("Give the title of the office."))
    yield from _too_long(((f"{path}-title", office.title),))
    wrong = [
        Fault(f"{path}-{name}", _("Write YYYY, YYYY-MM or YYYY-MM-DD."))
        for name, text in (("held_from", office.held_from), ("held_to", office.held_to))
        if text and not is_vague_date(text)
    ]
    yield from wrong
    if not wrong and VagueDate(office.held_to).surely_before(VagueDate(office.held_from)):
        yield Fault(f"{path}-held_to", _("The office can't end before it begins."))


def _country(country: str | None) -> Iterator[Fault]:
    if country and country not in COUNTRY_CODES:
        yield Fault("country", _("Choose a country of the list."))


def _too_long(texts: Iterable[tuple[str, str | None]]) -> Iterator[Fault]:
    for path, text in texts:
        if text and len(text) > LONGEST_LINE:
            yield Fault(path, _("Use at most %(number)s characters.", number=LONGEST_LINE))


def _notes(text: str | None) -> Iterator[Fault]:
    if text and len(text) > LONGEST_NOTES:
        yield Fault("notes", _("Use at most %(number)s characters.", number=LONGEST_NOTES))


def _refuse(*kinds: Iterable[Fault]) -> None:
    faults = [fault for kind in kinds for fault in kind]
    if faults:
        raise Invalid(*faults)
