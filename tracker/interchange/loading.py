"""Reads what is recorded here of the things that a file names, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Session, selectinload

from tracker.access.entrance import CASE_READERS
from tracker.accounts.models import Person, PersonRole
from tracker.cases.models import Case, CaseEvent, Dossier, Subject
from tracker.cases.queries import in_order
from tracker.contacts.models import Contact, Organisation
from tracker.core.actor import Actor
from tracker.documents.models import DocumentRecord
from tracker.engagements.models import Commitment, Engagement
from tracker.followups.models import FollowUp
from tracker.interchange.event_content import content_of_row
from tracker.interchange.foreign_refs import split_ref
from tracker.interchange.known import Known, RecordedCase, RecordedEvent
from tracker.interchange.references import objects_of
from tracker.interchange.schema import CommitmentObject, DossierFile, FollowUpObject
from tracker.interchange.seeing import seen_rows

MODELS: dict[str, Any] = {
    "dossiers": Dossier,
    "organisations": Organisation,
    "contacts": Contact,
    "subjects": Subject,
    "cases": Case,
    "follow_ups": FollowUp,
    "engagements": Engagement,
    "commitments": Commitment,
    "documents": DocumentRecord,
}
_OPTIONS: dict[str, tuple[Any, ...]] = {
    "contacts": (selectinload(Contact.offices),),
    "engagements": (selectinload(Engagement.participants),),
}


@dataclass
class Rows:
    """The rows recorded here, by kind and by the ref that the file uses for them."""

    by_kind: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: dict[UUID, list[CaseEvent]] = field(default_factory=dict)
    """Standing entries by case, in order."""

    def get(self, kind: str, ref: str | None) -> Any:
        return self.by_kind.get(kind, {}).get(ref or "")

    def put(self, kind: str, ref: str, row: Any) -> None:
        self.by_kind.setdefault(kind, {})[ref] = row


def load(session: Session, actor: Actor, file: DossierFile) -> tuple[Rows, Known]:
    """Everything that the file mentions and that the acting person may see; the cases are locked until the end."""
    rows = Rows()
    for kind, refs in _refs_named(file).items():
        rows.by_kind[kind] = _rows_of(session, actor, kind, file.sender, refs)
    rows.events = _events_of(session, actor, [case.id for case in rows.by_kind.get("cases", {}).values()])
    people = _people(session, _emails_named(file))
    return rows, _known(rows, people, _case_readers(session, people))


def _rows_of(session: Session, actor: Actor, kind: str, sender: str, refs: set[str]) -> dict[str, Any]:
    """By the ref that the file uses: the sender's own, or that of another sender, written `sender::ref`."""
    foreign: dict[str, dict[str, str]] = defaultdict(dict)
    for ref in refs:
        split = split_ref(ref)
        if split is not None:
            foreign[split[0]][split[1]] = ref
    found: dict[str, Any] = {}
    for other, names in foreign.items():
        found |= {names[row.ref]: row for row in _rows_of_sender(session, actor, kind, other, names)}
    return found | {row.ref: row for row in _rows_of_sender(session, actor, kind, sender, refs)}


def _rows_of_sender(session: Session, actor: Actor, kind: str, sender: str, refs: Iterable[str]) -> Sequence[Any]:
    model = MODELS[kind]
    wanted = list(refs)
    if not wanted:
        return ()
    statement = seen_rows(actor, model).where(model.sender == sender, model.ref == any_(cast(wanted, ARRAY(TEXT))))
    if kind == "cases":
        statement = statement.with_for_update(of=model)
    return session.scalars(statement.order_by(model.id).options(*_OPTIONS.get(kind, ()))).all()


def _events_of(session: Session, actor: Actor, case_ids: list[UUID]) -> dict[UUID, list[CaseEvent]]:
    events: dict[UUID, list[CaseEvent]] = defaultdict(list)
    if case_ids:
        of_cases = CaseEvent.case_id == any_(cast(case_ids, ARRAY(Uuid)))
        statement = seen_rows(actor, CaseEvent).where(of_cases, CaseEvent.voided_at.is_(None))
        for event in session.scalars(statement.order_by(*in_order())):
            events[event.case_id].append(event)
    return events


def _people(session: Session, emails: set[str]) -> dict[str, UUID]:
    if not emails:
        return {}
    address = func.lower(Person.email)
    rows = session.execute(select(address, Person.id).where(address.in_(emails), Person.active))
    return dict(rows.all())


def _case_readers(session: Session, people: dict[str, UUID]) -> frozenset[UUID]:
    if not people:
        return frozenset()
    of_people = PersonRole.person_id.in_(people.values())
    return frozenset(session.scalars(select(PersonRole.person_id).where(of_people, PersonRole.role.in_(CASE_READERS))))


def _known(rows: Rows, people: dict[str, UUID], case_readers: frozenset[UUID]) -> Known:
    cases = {ref: _recorded(case, rows.events.get(case.id, [])) for ref, case in rows.by_kind.get("cases", {}).items()}
    ids = {kind: {ref: row.id for ref, row in found.items()} for kind, found in rows.by_kind.items()}
    return Known(ids=ids, cases=cases, people=people, case_readers=case_readers)


def _recorded(case: Case, events: Iterable[CaseEvent]) -> RecordedCase:
    recorded = [RecordedEvent(row.id, row.ref, row.seq, row.place, content_of_row(row)) for row in events]
    return RecordedCase(case.id, case.pathway, case.level, case.details, recorded)


def _refs_named(file: DossierFile) -> dict[str, set[str]]:
    """Every ref that stands in the file or is mentioned there, by kind; plain text may be the ref of a contact."""
    named: dict[str, set[str]] = {kind: set() for kind in MODELS}
    for kind in MODELS:
        named[kind].update(ref for item in objects_of(file, kind) if (ref := getattr(item, "ref", None)))
    for contact in file.contacts or ():
        named["organisations"].update(_present(contact.organisation, *(o.organisation for o in contact.offices or ())))
    for case in file.cases or ():
        named["dossiers"].update(_present(case.dossier))
        named["subjects"].update(_present(*(entry.subject for entry in case.subjects or ())))
        named["cases"].update(_present(*(link.to for link in case.links or ())))
        named["contacts"].update(_present(*(entry.contact for entry in case.contacts or ())))
    for item in (*(file.engagements or ()), *(file.documents or ())):
        named["cases"].update(item.cases or ())
    for engagement in file.engagements or ():
        named["contacts"].update(engagement.participants or ())
    for commitment in objects_of(file, "commitments"):
        if isinstance(commitment, CommitmentObject):
            named["cases"].update(_present(commitment.case))
            named["contacts"].update(_present(commitment.by, commitment.to))
            named["organisations"].update(_present(commitment.by, commitment.to))
    return named


def _present(*values: str | None) -> set[str]:
    return {value for value in values if value is not None}


def _emails_named(file: DossierFile) -> set[str]:
    emails: set[str] = set()
    for case in file.cases or ():
        emails.update(_present(case.lead, *(member.user for member in case.members or ())))
    for item in objects_of(file, "follow_ups"):
        if isinstance(item, FollowUpObject):
            emails.update(_present(item.assignee))
    return emails
