"""People whom a meeting names for the first time: their contacts are made together with the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.contacts.compartments import compartment_of
from tracker.contacts.facts import ContactFacts, OfficeFacts
from tracker.contacts.services import record_contact
from tracker.core.actor import Actor
from tracker.engagements.facts import CommitmentFacts, EngagementFacts, ParticipantFacts, SideFacts


def with_new_contacts(
    session: Session, actor: Actor, facts: EngagementFacts, commitments: Sequence[CommitmentFacts], level: str
) -> tuple[EngagementFacts, Sequence[CommitmentFacts]]:
    """The same, with a contact in the place of every new name; commitments of that name are theirs.

    `level`: of the meeting. Whoever is named for the first time where all is sealed is sealed with it.
    Raises NotPermitted, Invalid.
    """
    made: dict[str, UUID] = {}
    if not any(one.is_new for one in facts.participants):
        return facts, commitments
    compartment = compartment_of(session, level, facts.case_ids)
    participants = tuple(_known(session, actor, one, made, compartment) for one in facts.participants)
    if not made:
        return facts, commitments
    commitments = [replace(one, by=_side(one.by, made), to=_side(one.to, made)) for one in commitments]
    return replace(facts, participants=participants), commitments


def _known(
    session: Session, actor: Actor, one: ParticipantFacts, made: dict[str, UUID], compartment: UUID | None
) -> ParticipantFacts:
    if not one.is_new or not one.name:
        return one
    folded = one.name.casefold()
    if folded not in made:
        name, _comma, office = one.name.partition(", ")
        offices = (OfficeFacts(office),) if office else ()
        contact = record_contact(session, actor, ContactFacts(name, offices=offices), compartment_id=compartment)
        made[folded] = contact.id
        made.setdefault(name.casefold(), made[folded])
    return ParticipantFacts(made[folded])


def _side(side: SideFacts, made: dict[str, UUID]) -> SideFacts:
    contact_id = made.get(side.text.casefold()) if side.text else None
    return SideFacts(contact_id=contact_id) if contact_id else side
