"""Takes out what one sender brought in, and what hangs on it; keeps what people made on cases of their own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from tracker.audit.services import record
from tracker.cases.models import Case, CaseContact, CaseEvent, CaseSubject, Dossier, Subject
from tracker.contacts.models import Contact, Office, Organisation, Post
from tracker.core.actor import Actor
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.engagements.models import Commitment, Engagement, EngagementCase, Participant
from tracker.followups.models import FollowUp
from tracker.reminders.models import Reminder


def remove_sender(session: Session, actor: Actor, sender: str) -> dict[str, dict[str, int]]:
    """`removed` and `kept`, by kind. Kept is what somebody's own case, meeting or contact refers to. Never commits."""
    removed = _hanging_on_cases(session, sender)
    posts = _posts(session, sender)
    kept: dict[str, int] = {}
    own = _steps(sender)
    for kind, model, condition in own:
        removed[kind] = removed.get(kind, 0) + _delete(session, model, condition)
    for kind, model, in_use in _in_use():
        of_sender = model.id.in_(posts) if model is Post else model.sender == sender
        removed[kind] = _delete(session, model, of_sender & ~in_use)
        kept[kind] = _count(session, model, of_sender)
    session.expire_all()
    record(session, actor, "sample.removed", "dossier_file", None, counts=removed)
    return {
        "removed": {kind: count for kind, count in removed.items() if count},
        "kept": {kind: count for kind, count in kept.items() if count},
    }


def _hanging_on_cases(session: Session, sender: str) -> dict[str, int]:
    """What the database removes with the cases, counted before it is gone."""
    of_sender = select(Case.id).where(Case.sender == sender)
    hanging = (("events", CaseEvent), ("follow_ups", FollowUp), ("reminders", Reminder))
    return {kind: _count(session, model, model.case_id.in_(of_sender)) for kind, model in hanging}


def _posts(session: Session, sender: str) -> list[UUID]:
    """Nobody brings posts in: they were made for the offices of these contacts, or at these organisations."""
    of_contacts = select(Office.post_id).join(Contact, Contact.id == Office.contact_id).where(Contact.sender == sender)
    organisations = select(Organisation.id).where(Organisation.sender == sender)
    wanted = or_(Post.id.in_(of_contacts), Post.organisation_id.in_(organisations))
    return list(session.scalars(select(Post.id).where(wanted)))


def _steps(sender: str) -> list[tuple[str, Any, ColumnElement[bool]]]:
    """In the order that foreign keys want. Meetings and papers about nothing but the sample go with it."""
    of_sender = select(Case.id).where(Case.sender == sender)
    only_here = _only_on(Engagement.id, EngagementCase.engagement_id, EngagementCase.case_id, of_sender)
    papers_only_here = _only_on(DocumentRecord.id, DocumentCase.document_id, DocumentCase.case_id, of_sender)
    meetings = or_(Engagement.sender == sender, only_here)
    gone = select(Engagement.id).where(meetings)
    commitments = or_(
        Commitment.sender == sender, Commitment.case_id.in_(of_sender), Commitment.engagement_id.in_(gone)
    )
    return [
        ("commitments", Commitment, commitments),
        ("engagements", Engagement, meetings),
        ("documents", DocumentRecord, or_(DocumentRecord.sender == sender, papers_only_here)),
        ("cases", Case, Case.sender == sender),
    ]


def _only_on(owner_id: Any, link_owner: Any, link_case: Any, cases: Any) -> ColumnElement[bool]:
    linked = select(1).where(link_owner == owner_id)
    return exists(linked) & ~exists(linked.where(link_case.not_in(cases)))


def _in_use() -> list[tuple[str, Any, ColumnElement[bool]]]:
    """What is left refers to these once the cases are gone: contacts, then their posts, then organisations."""
    by_contact = or_(Commitment.by_contact_id == Contact.id, Commitment.to_contact_id == Contact.id)
    by_organisation = or_(
        Commitment.by_organisation_id == Organisation.id, Commitment.to_organisation_id == Organisation.id
    )
    return [
        ("dossiers", Dossier, exists().where(Case.dossier_id == Dossier.id)),
        ("subjects", Subject, exists().where(CaseSubject.subject_id == Subject.id)),
        (
            "contacts",
            Contact,
            or_(
                exists().where(CaseContact.contact_id == Contact.id),
                exists().where(Participant.contact_id == Contact.id),
                exists(select(1).where(by_contact)),
            ),
        ),
        (
            "posts",
            Post,
            or_(
                exists().where(Office.post_id == Post.id),
                exists().where(Participant.post_id == Post.id),
                exists(select(1).where(or_(Commitment.by_post_id == Post.id, Commitment.to_post_id == Post.id))),
                exists().where(FollowUp.post_id == Post.id),
            ),
        ),
        (
            "organisations",
            Organisation,
            or_(
                exists().where(Post.organisation_id == Organisation.id),
                exists().where(Contact.organisation_id == Organisation.id),
                exists().where(Office.organisation_id == Organisation.id),
                exists(select(1).where(by_organisation)),
            ),
        ),
    ]


def _count(session: Session, model: Any, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(model).where(condition)) or 0


def _delete(session: Session, model: Any, condition: ColumnElement[bool]) -> int:
    result: Any = session.execute(delete(model).where(condition).execution_options(synchronize_session=False))
    return int(result.rowcount)
