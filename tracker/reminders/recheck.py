"""Looking again with the recipient's eyes, just before the mail is written: what they may not see can't get in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.access.visibility import sees, sees_own_level
from tracker.accounts.models import Person, PersonRole
from tracker.cases.models import Case
from tracker.core.actor import Actor, person_actor
from tracker.followups.models import ACTIVE_STATUSES, FollowUp
from tracker.reminders import rules
from tracker.reminders.letters import LetterFacts
from tracker.reminders.models import ReminderPreference
from tracker.reminders.outbox import Claimed
from tracker.reminders.reasons import Reason


class NoLongerHolds(Exception):
    """The mail must not go; `reason` is kept in the ledger."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Addressee:
    """The recipient as they are now."""

    actor: Actor
    email: str
    language: str
    time_zone: str


_ROLES = select(func.array_agg(PersonRole.role)).where(PersonRole.person_id == Person.id).scalar_subquery()
_ADDRESSEE = select(
    Person.email, Person.active, Person.language, Person.time_zone, ReminderPreference.wants_mail, _ROLES.label("roles")
).outerjoin(ReminderPreference, ReminderPreference.person_id == Person.id)


def addressee(session: Session, person_id: UUID) -> Addressee:
    """Whom the mail is for. Raises NoLongerHolds when they have gone or want no mail."""
    row = session.execute(_ADDRESSEE.where(Person.id == person_id)).one_or_none()
    if row is None or not row.active:
        raise NoLongerHolds(Reason.RECIPIENT_INACTIVE)
    if row.wants_mail is False:
        raise NoLongerHolds(Reason.UNWANTED)
    actor = person_actor(person_id, frozenset(row.roles or ()))
    return Addressee(actor, row.email, row.language, row.time_zone)


def letter_facts(session: Session, row: Claimed, to: Addressee, now: datetime) -> LetterFacts:
    """What the mail may say; `session` acts as the recipient. Raises NoLongerHolds when there is nothing to say."""
    found = session.execute(_visible_to(to.actor).where(FollowUp.id == row.subject_id)).one_or_none()
    if found is None:
        raise NoLongerHolds(Reason.NOT_VISIBLE)
    _require_holding(row, found, now)
    return LetterFacts(
        kind=row.kind,
        number=row.number,
        due_on=found.due_on,
        title=found.title,
        reference=found.reference,
        case_title=found.case_title,
        is_bare=highest(found.case_level, found.level).members_only,
        language=to.language,
        time_zone=to.time_zone,
    )


def _visible_to(actor: Actor) -> Any:
    return (
        select(
            FollowUp.title,
            FollowUp.due_on,
            FollowUp.due_version,
            FollowUp.status,
            FollowUp.assignee_id,
            FollowUp.level,
            Case.reference,
            Case.title.label("case_title"),
            Case.level.label("case_level"),
        )
        .join(Case, Case.id == FollowUp.case_id)
        .where(sees(actor, Case.level, Case.id), sees_own_level(actor, FollowUp.level, FollowUp.case_id))
    )


def _require_holding(row: Claimed, found: Any, now: datetime) -> None:
    if found.status not in ACTIVE_STATUSES:
        raise NoLongerHolds(Reason.CLOSED)
    if found.assignee_id != row.recipient_id:
        raise NoLongerHolds(Reason.REASSIGNED)
    if row.kind != rules.ASSIGNED and rules.version_of(row.due_key) != found.due_version:
        raise NoLongerHolds(Reason.DATE_CHANGED)
    if row.useful_until is not None and row.useful_until <= now:
        raise NoLongerHolds(Reason.SUPERSEDED)
