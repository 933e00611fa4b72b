"""Which rows go into an export, read in a fixed number of statements, each behind the visibility rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, any_, cast, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, selectinload

from tracker.access.models import CaseMembership
from tracker.access.visibility import is_current
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseContact, CaseEvent, CaseLink, CaseSubject, Dossier, Subject
from tracker.cases.queries import in_order, visible_cases, visible_events
from tracker.contacts.models import Contact, ContactPrivate, Organisation
from tracker.core.actor import Actor
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.engagements.models import Commitment, Engagement, EngagementCase
from tracker.followups.models import FollowUp
from tracker.interchange.foreign_refs import split_ref
from tracker.interchange.seeing import seen_rows
from tracker.limitation.models import Charge, ChargeSubject, LimitationAct
from tracker.limitation.queries import visible_charges
from tracker.periods.models import Period, PeriodRecord
from tracker.periods.queries import visible_records
from tracker.recommendations.models import Assessment, Recommendation, Repetition, StatedFigures
from tracker.recommendations.queries import visible_figures, visible_recommendations

Rows = dict[UUID, list[Any]]


@dataclass
class Selection:
    """Everything that one export holds, and nothing that the acting person may not see."""

    cases: Sequence[Case] = ()
    dossiers: Sequence[Dossier] = ()
    organisations: Sequence[Organisation] = ()
    contacts: Sequence[Contact] = ()
    subjects: Sequence[Subject] = ()
    engagements: Sequence[Engagement] = ()
    commitments: Sequence[Commitment] = ()
    documents: Sequence[DocumentRecord] = ()
    events: Rows = field(default_factory=dict)
    follow_ups: Rows = field(default_factory=dict)
    memberships: Rows = field(default_factory=dict)
    case_subjects: Rows = field(default_factory=dict)
    case_contacts: Rows = field(default_factory=dict)
    case_links: Rows = field(default_factory=dict)
    charges: Rows = field(default_factory=dict)
    charge_subjects: Rows = field(default_factory=dict)
    limitation_acts: Rows = field(default_factory=dict)
    period_records: Rows = field(default_factory=dict)
    periods: Rows = field(default_factory=dict)
    recommendations: Rows = field(default_factory=dict)
    assessments: Rows = field(default_factory=dict)
    repetitions: Rows = field(default_factory=dict)
    stated_figures: Rows = field(default_factory=dict)
    engagement_cases: Rows = field(default_factory=dict)
    document_cases: Rows = field(default_factory=dict)
    private: dict[UUID, ContactPrivate] = field(default_factory=dict)
    emails: dict[UUID, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_id: dict[UUID, Any] = {}
        self._recommended: dict[UUID, Recommendation] = {}
        self._made_in: dict[UUID, list[Commitment]] | None = None

    def row(self, row_id: UUID | None) -> Any:
        """What is in this export under that id; None for what is not."""
        if not self._by_id:
            self._by_id = {row.id: row for row in self.everything()}
        return self._by_id.get(row_id) if row_id is not None else None

    def recommendation(self, row_id: UUID) -> Recommendation:
        """One that is in this export."""
        if not self._recommended:
            self._recommended = {row.id: row for rows in self.recommendations.values() for row in rows}
        return self._recommended[row_id]

    def everything(self) -> Iterator[Any]:
        yield from (*self.dossiers, *self.organisations, *self.contacts, *self.subjects, *self.cases)
        yield from (*self.engagements, *self.commitments, *self.documents)

    def made_in(self, engagement_id: UUID) -> list[Commitment]:
        """The commitments made in one engagement, in order."""
        if self._made_in is None:
            self._made_in = defaultdict(list)
            for row in self.commitments:
                if row.engagement_id is not None:
                    self._made_in[row.engagement_id].append(row)
        return self._made_in.get(engagement_id, [])


def select_all(session: Session, actor: Actor) -> Selection:
    """Everything that the acting person may see."""
    cases = session.scalars(visible_cases(actor).order_by(Case.created_at, Case.id)).all()
    chosen = _of_cases(session, actor, cases)
    everything: dict[str, Select[Any]] = {
        "dossiers": seen_rows(actor, Dossier),
        "subjects": seen_rows(actor, Subject),
        "engagements": seen_rows(actor, Engagement).options(selectinload(Engagement.participants)),
        "commitments": seen_rows(actor, Commitment).order_by(Commitment.position),
        "documents": seen_rows(actor, DocumentRecord),
        "contacts": seen_rows(actor, Contact).options(selectinload(Contact.offices)),
        "organisations": seen_rows(actor, Organisation),
    }
    for name, statement in everything.items():
        setattr(chosen, name, _in_order(session, statement))
    return _with_details(session, actor, chosen)


def select_cases(session: Session, actor: Actor, refs: Sequence[str]) -> Selection:
    """The cases with these refs and what they refer to; links only among them."""
    found = session.scalars(visible_cases(actor).where(_named(refs)).order_by(Case.created_at, Case.id)).all()
    names = {name for case in found for name in (case.ref, case.reference, f"{case.sender}::{case.ref}")}
    chosen = _of_cases(session, actor, found)
    chosen.unknown = [ref for ref in refs if ref not in names and ref.upper() not in names]
    return _with_details(session, actor, _closure(session, actor, chosen))


def _named(refs: Sequence[str]) -> Any:
    pairs = [split for ref in refs if (split := split_ref(ref)) is not None]
    of_senders = [(Case.sender == sender) & (Case.ref == ref) for sender, ref in pairs]
    return or_(Case.ref.in_(refs), Case.reference.in_([ref.upper() for ref in refs]), *of_senders)


def _of_cases(session: Session, actor: Actor, cases: Sequence[Case]) -> Selection:
    """The cases with their history, their work, and who is on them."""
    ids = cast([case.id for case in cases], ARRAY(Uuid))
    links = select(CaseLink).where(CaseLink.from_case_id == any_(ids), CaseLink.to_case_id == any_(ids))
    events = visible_events(actor).where(CaseEvent.case_id == any_(ids), CaseEvent.voided_at.is_(None))
    return Selection(
        cases=cases,
        events=_grouped(session, events.order_by(*in_order()), "case_id"),
        follow_ups=_grouped(session, _work_on(actor, ids), "case_id"),
        memberships=_grouped(session, _of(CaseMembership, CaseMembership.case_id, ids).where(is_current()), "case_id"),
        case_subjects=_grouped(
            session, _of(CaseSubject, CaseSubject.case_id, ids).order_by(None).order_by(CaseSubject.position), "case_id"
        ),
        case_contacts=_grouped(session, _of(CaseContact, CaseContact.case_id, ids), "case_id"),
        case_links=_grouped(session, links.order_by(CaseLink.id), "from_case_id"),
        charges=_grouped(session, _charges_on(actor, ids).order_by(Charge.created_at, Charge.id), "case_id"),
        charge_subjects=_grouped(session, _accused_on(actor, ids), "charge_id"),
        limitation_acts=_grouped(session, _acts_on(actor, ids), "charge_id"),
        period_records=_grouped(session, _records_on(actor, ids).order_by(PeriodRecord.id), "case_id"),
        periods=_grouped(session, _periods_on(actor, ids), "record_id"),
        recommendations=_grouped(session, _recommended_on(actor, ids), "case_id"),
        assessments=_grouped(session, _assessments_on(actor, ids), "recommendation_id"),
        repetitions=_grouped(session, _repetitions_on(actor, ids), "recommendation_id"),
        stated_figures=_grouped(session, _figures_on(actor, ids), "case_id"),
    )


def _recommended_on(actor: Actor, ids: Any) -> Select[Any]:
    standing = visible_recommendations(actor).where(Recommendation.voided_at.is_(None))
    return standing.where(Recommendation.case_id == any_(ids)).order_by(Recommendation.place, Recommendation.id)


def _its_ids(actor: Actor, ids: Any) -> Select[Any]:
    return _recommended_on(actor, ids).order_by(None).with_only_columns(Recommendation.id)


def _assessments_on(actor: Actor, ids: Any) -> Select[Any]:
    of_them = select(Assessment).where(Assessment.recommendation_id.in_(_its_ids(actor, ids)))
    standing = of_them.where(Assessment.voided_at.is_(None))
    return standing.order_by(Assessment.assessor, Assessment.assessed_on.nulls_first(), Assessment.entered_at)


def _repetitions_on(actor: Actor, ids: Any) -> Select[Any]:
    """Only within this export: what is not in it has no name there."""
    both = (Repetition.recommendation_id, Repetition.predecessor_id)
    return select(Repetition).where(*(one.in_(_its_ids(actor, ids)) for one in both)).order_by(*both)


def _figures_on(actor: Actor, ids: Any) -> Select[Any]:
    standing = visible_figures(actor).where(StatedFigures.voided_at.is_(None))
    return standing.where(StatedFigures.case_id == any_(ids)).order_by(StatedFigures.id)


def _records_on(actor: Actor, ids: Any) -> Select[Any]:
    return visible_records(actor).where(PeriodRecord.case_id == any_(ids), PeriodRecord.voided_at.is_(None))


def _periods_on(actor: Actor, ids: Any) -> Select[Any]:
    records = _records_on(actor, ids).with_only_columns(PeriodRecord.id)
    periods = select(Period).where(Period.record_id.in_(records), Period.voided_at.is_(None))
    return periods.order_by(Period.begins_on.nulls_first(), Period.entered_at, Period.id)


def _charges_on(actor: Actor, ids: Any) -> Select[Any]:
    return visible_charges(actor).where(Charge.case_id == any_(ids), Charge.voided_at.is_(None))


def _acts_on(actor: Actor, ids: Any) -> Select[Any]:
    charges = _charges_on(actor, ids).with_only_columns(Charge.id)
    acts = select(LimitationAct).where(LimitationAct.charge_id.in_(charges), LimitationAct.voided_at.is_(None))
    return acts.order_by(LimitationAct.entered_at, LimitationAct.id)


def _accused_on(actor: Actor, ids: Any) -> Select[Any]:
    charges = _charges_on(actor, ids).with_only_columns(Charge.id)
    named = select(ChargeSubject).where(ChargeSubject.charge_id.in_(charges))
    return named.order_by(ChargeSubject.charge_id, ChargeSubject.subject_id)


def _work_on(actor: Actor, ids: Any) -> Select[Any]:
    return seen_rows(actor, FollowUp).where(FollowUp.case_id == any_(ids)).order_by(FollowUp.id)


def _closure(session: Session, actor: Actor, chosen: Selection) -> Selection:
    """What the chosen cases refer to: dossiers, subjects, contacts, meetings, papers, and the people named there."""
    case_ids = cast([case.id for case in chosen.cases], ARRAY(Uuid))
    meetings = select(EngagementCase.engagement_id).where(EngagementCase.case_id == any_(case_ids))
    papers = select(DocumentCase.document_id).where(DocumentCase.case_id == any_(case_ids))
    chosen.dossiers = _by_ids(session, actor, Dossier, {case.dossier_id for case in chosen.cases})
    chosen.subjects = _by_ids(session, actor, Subject, {row.subject_id for row in _flat(chosen.case_subjects)})
    chosen.engagements = _in_order(
        session,
        seen_rows(actor, Engagement).where(Engagement.id.in_(meetings)).options(selectinload(Engagement.participants)),
    )
    chosen.documents = _in_order(session, seen_rows(actor, DocumentRecord).where(DocumentRecord.id.in_(papers)))
    chosen.commitments = _commitments_of(session, actor, chosen)
    contact_ids = {row.contact_id for row in _flat(chosen.case_contacts)}
    contact_ids |= {person.contact_id for row in chosen.engagements for person in row.participants}
    contact_ids |= {row.by_contact_id for row in chosen.commitments} | {row.to_contact_id for row in chosen.commitments}
    chosen.contacts = _by_ids(session, actor, Contact, contact_ids, selectinload(Contact.offices))
    organisation_ids = {contact.organisation_id for contact in chosen.contacts}
    organisation_ids |= {office.organisation_id for contact in chosen.contacts for office in contact.offices}
    organisation_ids |= {row.by_organisation_id for row in chosen.commitments}
    organisation_ids |= {row.to_organisation_id for row in chosen.commitments}
    chosen.organisations = _by_ids(session, actor, Organisation, organisation_ids)
    return chosen


def _commitments_of(session: Session, actor: Actor, chosen: Selection) -> Sequence[Commitment]:
    """Those on the chosen cases, and those on no case that were made in their meetings."""
    case_ids = cast([case.id for case in chosen.cases], ARRAY(Uuid))
    meeting_ids = cast([row.id for row in chosen.engagements], ARRAY(Uuid))
    in_meeting = Commitment.case_id.is_(None) & (Commitment.engagement_id == any_(meeting_ids))
    statement = seen_rows(actor, Commitment).where(or_(Commitment.case_id == any_(case_ids), in_meeting))
    rows = _in_order(session, statement.order_by(Commitment.position))
    known = {row.id for row in chosen.engagements}
    return [row for row in rows if row.engagement_id is None or row.engagement_id in known]


def _with_details(session: Session, actor: Actor, chosen: Selection) -> Selection:
    """What hangs on the rows chosen: cases of meetings and papers, private data, addresses of people."""
    meeting_ids = cast([row.id for row in chosen.engagements], ARRAY(Uuid))
    paper_ids = cast([row.id for row in chosen.documents], ARRAY(Uuid))
    contact_ids = cast([row.id for row in chosen.contacts], ARRAY(Uuid))
    of_meetings = seen_rows(actor, EngagementCase).where(EngagementCase.engagement_id == any_(meeting_ids))
    of_papers = seen_rows(actor, DocumentCase).where(DocumentCase.document_id == any_(paper_ids))
    chosen.engagement_cases = _grouped(session, of_meetings.order_by(EngagementCase.case_id), "engagement_id")
    chosen.document_cases = _grouped(session, of_papers.order_by(DocumentCase.case_id), "document_id")
    private = session.scalars(seen_rows(actor, ContactPrivate).where(ContactPrivate.contact_id == any_(contact_ids)))
    chosen.private = {row.contact_id: row for row in private}
    people = {row.person_id for row in _flat(chosen.memberships)} | {
        row.assignee_id for row in _flat(chosen.follow_ups)
    }
    of_people = Person.id == any_(cast([person for person in people if person], ARRAY(Uuid)))
    chosen.emails = dict(session.execute(select(Person.id, Person.email).where(of_people)).all())
    return chosen


def _of(model: Any, column: Any, ids: Any) -> Select[Any]:
    return select(model).where(column == any_(ids)).order_by(model.id)


def _by_ids(session: Session, actor: Actor, model: Any, ids: set[UUID | None], *options: Any) -> Sequence[Any]:
    wanted = cast([row_id for row_id in ids if row_id is not None], ARRAY(Uuid))
    return _in_order(session, seen_rows(actor, model).where(model.id == any_(wanted)).options(*options))


def _in_order(session: Session, statement: Select[Any]) -> Sequence[Any]:
    """Oldest first; ids are made in the order of time."""
    model = statement.column_descriptions[0]["entity"]
    return session.scalars(statement.order_by(model.created_at, model.id)).all()


def _grouped(session: Session, statement: Select[Any], name: str) -> Rows:
    groups: Rows = defaultdict(list)
    for row in session.scalars(statement):
        groups[getattr(row, name)].append(row)
    return groups


def _flat(rows: Rows) -> Iterator[Any]:
    for group in rows.values():
        yield from group
