"""The texts of what was found, read by ordinary queries: what the rules of a row hide is left out here once more.

What is restricted or sealed among it is noted in the audit with the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, literal, select
from sqlalchemy.orm import Session

from tracker.access.visibility import sees, sees_own_level
from tracker.audit.reads import note_shown
from tracker.cases.models import Case, CaseEvent, CaseSubject, Comment, Subject
from tracker.cases.queries import visible_cases
from tracker.contacts.models import Contact, Office, Organisation
from tracker.contacts.queries import standing_contacts, visible_organisations
from tracker.core.actor import Actor
from tracker.core.dates import VagueDate
from tracker.core.statements import kept_statement
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.engagements.models import Commitment, Engagement, Participant
from tracker.engagements.queries import visible_engagements
from tracker.engagements.visibility import sees_commitment
from tracker.followups.models import FollowUp
from tracker.recommendations.models import Recommendation


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. `name`: what it is called, or the words of an entry without one; `texts`: what else it says."""

    kind: str
    object_id: UUID
    name: str
    texts: tuple[str, ...] = ()
    reference: str | None = None
    case_title: str | None = None
    when: VagueDate | date | None = None
    detail: str | None = None
    """A key that the page puts into words: a pathway, a status, a kind."""


Rows = dict[UUID, Hit]
_IDS: Any = bindparam("ids", expanding=True)


def read_hits(session: Session, actor: Actor, found: dict[str, list[UUID]]) -> dict[str, list[Hit]]:
    """The hits of each kind, in the order of the ids. At most two statements a kind."""
    read = {kind: _READERS[kind](session, actor, ids) for kind, ids in found.items()}
    return {kind: [read[kind][one] for one in ids if one in read[kind]] for kind, ids in found.items()}


def _cases(session: Session, actor: Actor, ids: Sequence[UUID]) -> Rows:
    found = session.execute(_case_statement(actor), {"ids": ids}).all()
    for row in found:
        note_shown(session, row.id, row.level)
    return _rows(
        Hit("case", one, title, (*(subjects or ()), summary), reference, detail=pathway)
        for one, reference, title, summary, pathway, _level, subjects in found
    )


@kept_statement
def _case_statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    names = func.array_remove(func.array_agg(Subject.name), None)
    of_case = (
        select(names)
        .join(CaseSubject, CaseSubject.subject_id == Subject.id)
        .where(CaseSubject.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )
    columns = (Case.id, Case.reference, Case.title, Case.summary, Case.pathway, Case.level, of_case)
    return visible_cases(actor).with_only_columns(*columns).where(Case.id.in_(_IDS))


def _events(session: Session, actor: Actor, ids: Sequence[UUID]) -> Rows:
    found = session.execute(_event_statement(actor), {"ids": ids}).all()
    _note(session, "case_event", found)
    return _rows(
        Hit("event", row[0], row[1], _texts(*row[2:7], *_strings(row[7])), row[8], row[9], VagueDate(*row[10:13]))
        for row in found
    )


@kept_statement
def _event_statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    columns = (
        *(CaseEvent.id, CaseEvent.summary, CaseEvent.new_facts, CaseEvent.reason, CaseEvent.authority),
        *(CaseEvent.reference_no, CaseEvent.event_place, CaseEvent.facts, Case.reference, Case.title),
        *(CaseEvent.occurred_on, CaseEvent.between_earliest, CaseEvent.between_latest),
        *_secrecy(CaseEvent),
    )
    return (
        select(*columns)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(CaseEvent.id.in_(_IDS), CaseEvent.voided_at.is_(None), *_of_case(actor, CaseEvent))
    )


def _follow_ups(session: Session, actor: Actor, ids: Sequence[UUID]) -> Rows:
    found = session.execute(_follow_up_statement(actor), {"ids": ids}).all()
    _note(session, "follow_up", found)
    return _rows(
        Hit("follow_up", one, title, _texts(notes, waiting), reference, case_title, due, status)
        for one, title, notes, waiting, due, status, reference, case_title, *_secrecy_of_it in found
    )


@kept_statement
def _follow_up_statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    columns = (FollowUp.id, FollowUp.title, FollowUp.notes, FollowUp.waiting_on, FollowUp.due_on, FollowUp.status)
    return (
        select(*columns, Case.reference, Case.title, *_secrecy(FollowUp))
        .join(Case, Case.id == FollowUp.case_id)
        .where(FollowUp.id.in_(_IDS), *_of_case(actor, FollowUp))
    )


def _comments(session: Session, actor: Actor, ids: Sequence[UUID]) -> Rows:
    query = (
        select(Comment.id, Comment.body, Case.reference, Case.title, Comment.created_at, *_secrecy(Comment))
        .join(Case, Case.id == Comment.case_id)
        .where(Comment.id.in_(ids), Comment.removed_at.is_(None), *_of_case(actor, Comment))
    )
    found = session.execute(query).all()
    _note(session, "comment", found)
    return _rows(
        Hit("comment", one, body, (), reference, title, at.date())
        for one, body, reference, title, at, *_secrecy_of_it in found
    )


def _engagements(session: Session, actor: Actor, ids: Sequence[UUID]) -> Rows:
    columns = (
        *(Engagement.id, Engagement.summary, Engagement.place, Engagement.occurred_on, Engagement.kind),
        Engagement.level,
    )
    query = visible_engagements(actor).with_only_columns(*columns).where(Engagement.id.in_(ids))
    who: dict[UUID, list[str]] = {}
    people = (
        select(Participant.engagement_id, func.coalesce(Participant.name, Contact.name))
        .outerjoin(Contact, Contact.id == Participant.contact_id)
        .where(Participant.engagement_id.in_(ids))
        .order_by(Participant.position)
    )
    for engagement_id, name in session.execute(people):
        who.setdefault(engagement_id, []).append(name or "")
    found = session.execute(query).all()
    for row in found:
        note_shown(session, None, None, ("engagement", row.id, row.level))
    return _rows(
        Hit("engagement", one, summary, _texts(", ".join(filter(None, who.get(one, ()))), place),
            when=VagueDate(on), detail=kind)
        for one, summary, place, on, kind, _level in found
    )  # fmt: skip


def _commitments(session: Session, actor: Actor, ids: Sequence[UUID]) -> Rows:
    sides = (Commitment.by_text, Commitment.to_text, Commitment.check_note)
    query = (
        select(
            *(Commitment.id, Commitment.text, *sides, Commitment.status, Case.reference, Case.title, Commitment.due_on),
            *(Case.id.label("case_id"), Case.level.label("case_level"), literal(None).label("level")),
        )
        .outerjoin(Case, Case.id == Commitment.case_id)
        .where(Commitment.id.in_(ids), sees_commitment(actor))
    )
    found = session.execute(query).all()
    _note(session, "commitment", found)
    return _rows(Hit("commitment", row[0], row[1], _texts(*row[2:5]), row[6], row[7], row[8], row[5]) for row in found)


def _recommendations(session: Session, actor: Actor, ids: Sequence[UUID]) -> Rows:
    own = (Recommendation.number, Recommendation.text, Recommendation.theme, Recommendation.note)
    query = (
        select(
            *(Recommendation.id, *own, Recommendation.state_position, Case.reference, Case.title),
            *(Case.id.label("case_id"), Case.level.label("case_level"), literal(None).label("level")),
        )
        .join(Case, Case.id == Recommendation.case_id)
        .where(Recommendation.id.in_(ids), Recommendation.voided_at.is_(None), sees(actor, Case.level, Case.id))
    )
    found = session.execute(query).all()
    _note(session, "recommendation", found)
    return _rows(
        Hit(
            "recommendation",
            one,
            " ".join(_texts(number, said)),
            _texts(theme, note),
            reference,
            title,
            detail=position,
        )
        for one, number, said, theme, note, position, reference, title, *_secrecy_of_it in found
    )


def _contacts(session: Session, actor: Actor, ids: Sequence[UUID]) -> Rows:
    query = (
        standing_contacts(actor)
        .with_only_columns(Contact.id, Contact.name, Organisation.name, maintain_column_froms=True)
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
        .where(Contact.id.in_(ids))
    )
    held: dict[UUID, list[str]] = {}
    offices = select(Office.contact_id, Office.title, Organisation.name).outerjoin(
        Organisation, Organisation.id == Office.organisation_id
    )
    for contact_id, *said in session.execute(offices.where(Office.contact_id.in_(ids)).order_by(Office.position)):
        held.setdefault(contact_id, []).append(", ".join(_texts(*said)))
    return _rows(
        Hit(
            "contact", one, name or "; ".join(held.get(one, ())), _texts(*(held.get(one, ()) if name else ()), employer)
        )
        for one, name, employer in session.execute(query)
    )


def _organisations(session: Session, actor: Actor, ids: Sequence[UUID]) -> Rows:
    columns = (Organisation.id, Organisation.name, Organisation.country)
    query = visible_organisations(actor).with_only_columns(*columns).where(Organisation.id.in_(ids))
    return _rows(Hit("organisation", one, name, detail=country) for one, name, country in session.execute(query))


def _subjects(session: Session, _actor: Actor, ids: Sequence[UUID]) -> Rows:
    """Row-level security is the rule here: a subject is seen through its cases."""
    columns = (Subject.id, Subject.name, Subject.aliases, Subject.office, Subject.notes)
    query = select(*columns).where(Subject.id.in_(ids))
    return _rows(
        Hit("subject", one, name, _texts(", ".join(aliases), office, notes))
        for one, name, aliases, office, notes in session.execute(query)
    )


def _documents(session: Session, actor: Actor, ids: Sequence[UUID]) -> Rows:
    columns = (DocumentRecord.id, DocumentRecord.title, DocumentRecord.from_text, DocumentRecord.to_text)
    query = (
        select(
            *(*columns, DocumentRecord.source, DocumentRecord.dated_on, Case.reference, Case.title),
            *_secrecy(DocumentRecord),
        )
        .join(DocumentCase, DocumentCase.document_id == DocumentRecord.id)
        .join(Case, Case.id == DocumentCase.case_id)
        .where(
            DocumentRecord.id.in_(ids),
            sees(actor, Case.level, Case.id),
            sees(actor, DocumentRecord.level, DocumentCase.case_id),
        )
        .order_by(Case.id.desc())
    )
    found = session.execute(query).all()
    _note(session, "document", found)
    return _rows(Hit("document", row[0], row[1], _texts(*row[2:5]), row[6], row[7], VagueDate(row[5])) for row in found)


def _of_case(actor: Actor, model: Any) -> tuple[Any, Any]:
    return sees(actor, Case.level, Case.id), sees_own_level(actor, model.level, model.case_id)


def _secrecy(model: Any) -> tuple[Any, ...]:
    """Columns for `_note`."""
    return Case.id.label("case_id"), Case.level.label("case_level"), model.level.label("level")


def _note(session: Session, kind: str, found: Iterable[Any]) -> None:
    for row in found:
        note_shown(session, row.case_id, row.case_level, (kind, row[0], row.level))


def _rows(hits: Iterable[Hit]) -> Rows:
    return {hit.object_id: hit for hit in hits}


def _texts(*said: str | None) -> tuple[str, ...]:
    return tuple(text for text in said if text)


def _strings(value: Any) -> Iterable[str]:
    """The texts in the facts of an entry, wherever they stand."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


_READERS: dict[str, Callable[[Session, Actor, Sequence[UUID]], Rows]] = {
    "case": _cases,
    "subject": _subjects,
    "contact": _contacts,
    "organisation": _organisations,
    "follow_up": _follow_ups,
    "event": _events,
    "engagement": _engagements,
    "commitment": _commitments,
    "recommendation": _recommendations,
    "comment": _comments,
    "document": _documents,
}
