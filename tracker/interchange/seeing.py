"""What a dossier file may hold or change of each kind: the visibility rules of the features, by model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, select

from tracker.access.visibility import sees
from tracker.cases.models import Case, CaseEvent, Dossier, Subject
from tracker.cases.queries import visible_dossiers, visible_events, visible_subjects
from tracker.contacts.models import Contact, ContactPrivate, Organisation
from tracker.contacts.queries import visible_contacts, visible_organisations, visible_private
from tracker.core.actor import Actor
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.documents.queries import visible_documents
from tracker.engagements.models import Commitment, Engagement, EngagementCase
from tracker.engagements.queries import visible_engagements
from tracker.engagements.visibility import sees_commitment
from tracker.followups.models import FollowUp
from tracker.followups.queries import visible_follow_ups


def seen_rows(actor: Actor, model: Any) -> Select[Any]:
    """The rows of `model` that `actor` sees; of cases the removed ones too, whose refs stay taken."""
    return _SEEN[model](actor)


def _seen_cases(actor: Actor) -> Select[Any]:
    return select(Case).where(sees(actor, Case.level, Case.id))


def _seen_commitments(actor: Actor) -> Select[Any]:
    return select(Commitment).where(sees_commitment(actor))


def _seen_engagement_cases(actor: Actor) -> Select[Any]:
    return select(EngagementCase).join(Case, Case.id == EngagementCase.case_id).where(sees(actor, Case.level, Case.id))


def _seen_document_cases(actor: Actor) -> Select[Any]:
    return select(DocumentCase).join(Case, Case.id == DocumentCase.case_id).where(sees(actor, Case.level, Case.id))


_SEEN: dict[Any, Callable[[Actor], Select[Any]]] = {
    Case: _seen_cases,
    CaseEvent: visible_events,
    Commitment: _seen_commitments,
    Contact: visible_contacts,
    ContactPrivate: visible_private,
    DocumentCase: _seen_document_cases,
    DocumentRecord: visible_documents,
    Dossier: visible_dossiers,
    Engagement: visible_engagements,
    EngagementCase: _seen_engagement_cases,
    FollowUp: visible_follow_ups,
    Organisation: visible_organisations,
    Subject: visible_subjects,
}
