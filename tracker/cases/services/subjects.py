"""Subjects of a case, each with their own charges and outcome. Never victims."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tracker.access.policy import Action
from tracker.audit.services import record
from tracker.cases.happened import SubjectLeaves
from tracker.cases.models import Case, CaseSubject, Subject
from tracker.cases.queries import visible_subjects
from tracker.cases.services.guard import take_case
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid, NotVisible
from tracker.core.events import announce

SUBJECT_KINDS = ("person", "entity")


@dataclass(frozen=True, slots=True)
class SubjectOnCase:
    """Who, and what about them in this case. Either `subject_id` of a known subject, or the name of a new one."""

    subject_id: UUID | None = None
    name: str = ""
    kind: str = "person"
    office: str | None = None
    role: str | None = None
    counts: tuple[str, ...] = ()
    outcome: str | None = None


def add_subject(session: Session, actor: Actor, case_id: UUID, said: SubjectOnCase) -> CaseSubject:
    """Put a subject on a case. Raises NotVisible, NotPermitted, Invalid."""
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    subject = _subject(session, actor, said)
    _refuse_twice(session, case, subject)
    position = session.scalar(
        select(func.coalesce(func.max(CaseSubject.position) + 1, 0)).where(CaseSubject.case_id == case.id)
    )
    on_case = CaseSubject(
        case_id=case.id,
        subject_id=subject.id,
        position=position or 0,
        role=said.role or None,
        counts=list(said.counts) or None,
        outcome=said.outcome or None,
    )
    session.add(on_case)
    session.flush()
    record(session, actor, "case.subject_added", "case_subject", on_case.id, case_id=case.id)
    return on_case


def edit_subject_on_case(
    session: Session, actor: Actor, case_id: UUID, on_case_id: UUID, said: SubjectOnCase
) -> CaseSubject:
    """Change role, charges and outcome of a subject in this case. Raises NotVisible, NotPermitted."""
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    on_case = subject_on_case(session, case, on_case_id)
    on_case.role = said.role or None
    on_case.counts = list(said.counts) or None
    on_case.outcome = said.outcome or None
    session.flush()
    record(session, actor, "case.subject_edited", "case_subject", on_case.id, case_id=case.id)
    return on_case


def remove_subject(session: Session, actor: Actor, case_id: UUID, on_case_id: UUID) -> None:
    """Take a subject off this case; the subject itself stays.

    Raises NotVisible, NotPermitted, Conflict where something on the case names them.
    """
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    on_case = subject_on_case(session, case, on_case_id)
    announce(session, SubjectLeaves(case.id, on_case.subject_id, actor))
    session.delete(on_case)
    session.flush()
    record(session, actor, "case.subject_removed", "case_subject", on_case_id, case_id=case.id)


def subject_on_case(session: Session, case: Case, on_case_id: UUID) -> CaseSubject:
    """One subject of the case, with their name. Raises NotVisible."""
    statement = (
        select(CaseSubject)
        .where(CaseSubject.id == on_case_id, CaseSubject.case_id == case.id)
        .options(joinedload(CaseSubject.subject))
    )
    found = session.scalar(statement)
    if found is None:
        raise NotVisible(_("There is no such subject on this case."))
    return found


def _subject(session: Session, actor: Actor, said: SubjectOnCase) -> Subject:
    if said.subject_id is not None:
        known = session.scalar(visible_subjects(actor).where(Subject.id == said.subject_id))
        if known is None:
            raise Invalid(Fault("subject", _("There is no such subject.")))
        return known
    if not said.name.strip():
        raise Invalid(Fault("name", _("Choose a subject, or name a new one.")))
    if said.kind not in SUBJECT_KINDS:
        raise Invalid(Fault("kind", _("Choose one of the kinds offered.")))
    subject = Subject(
        name=said.name.strip(), kind=said.kind, office=said.office or None, created_by_id=actor.person_id, aliases=[]
    )
    session.add(subject)
    session.flush()
    return subject


def _refuse_twice(session: Session, case: Case, subject: Subject) -> None:
    known = select(CaseSubject.id).where(CaseSubject.case_id == case.id, CaseSubject.subject_id == subject.id)
    if session.scalar(known) is not None:
        raise Invalid(Fault("subject", _("This subject is on the case already.")))
