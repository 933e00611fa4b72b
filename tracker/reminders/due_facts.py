"""What planning reads: ids and due facts only, by named columns, so that the planner's narrow role suffices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Person
from tracker.followups.models import ACTIVE_STATUSES, FollowUp
from tracker.reminders.differences import Standing, Subject
from tracker.reminders.models import Reminder, ReminderPreference
from tracker.reminders.rules import DAYS_BEFORE, SEND_TIME, DueFact, Recipient
from tracker.reminders.working_days import working_days_of

_SUBJECTS = (
    select(
        FollowUp.id,
        FollowUp.case_id,
        FollowUp.kind,
        FollowUp.due_on,
        FollowUp.due_version,
        FollowUp.status,
        FollowUp.snoozed_until,
        Person.id.label("person_id"),
        Person.active,
        Person.time_zone,
        Person.country,
        ReminderPreference.days_before,
        ReminderPreference.send_time,
        ReminderPreference.wants_mail,
    )
    .outerjoin(Person, Person.id == FollowUp.assignee_id)
    .outerjoin(ReminderPreference, ReminderPreference.person_id == Person.id)
)

_STANDING = select(
    Reminder.subject_id,
    Reminder.id,
    Reminder.kind,
    Reminder.due_key,
    Reminder.recipient_id,
    Reminder.status,
    Reminder.scheduled_at,
    Reminder.useful_until,
    Reminder.last_error,
)


def subjects(session: Session, follow_up_ids: Sequence[UUID]) -> list[Subject]:
    """The due facts of these follow-ups and the wishes of their assignees."""
    return [_subject(row) for row in session.execute(_SUBJECTS.where(FollowUp.id.in_(follow_up_ids)))]


def standing(session: Session, follow_up_ids: Sequence[UUID]) -> dict[UUID, list[Standing]]:
    """The outbox rows of these follow-ups, whatever became of them."""
    found: dict[UUID, list[Standing]] = {follow_up_id: [] for follow_up_id in follow_up_ids}
    for row in session.execute(_STANDING.where(Reminder.subject_id.in_(follow_up_ids))):
        facts = row._asdict()
        found[facts.pop("subject_id")].append(Standing(**facts))
    return found


def _subject(row: Any) -> Subject:
    fact = DueFact(row.due_on, row.due_version, row.kind, row.status in ACTIVE_STATUSES, row.snoozed_until)
    return Subject(row.id, row.case_id, fact, _recipient(row) if row.person_id else None)


def _recipient(row: Any) -> Recipient:
    return Recipient(
        person_id=row.person_id,
        zone=row.time_zone,
        calendar=working_days_of(row.country),
        is_active=row.active,
        wants_mail=row.wants_mail is not False,
        send_time=row.send_time or SEND_TIME,
        days_before=DAYS_BEFORE if row.days_before is None else tuple(row.days_before),
    )
