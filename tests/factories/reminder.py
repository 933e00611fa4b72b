"""Reminders and what they are about, for tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.factories.case import make_case
from tests.factories.person import make_person
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.followups.models import FollowUp
from tracker.reminders.models import Reminder
from tracker.reminders.numbers import new_number


def make_due_work(session: Session, case: Case, assignee: Person | None, due_on: date | None, **said: Any) -> FollowUp:
    """A follow-up as a service leaves it, but unplanned: `session` acts as the operator."""
    fields: dict[str, Any] = {"title": "Ask the ministry", "next_plan_at": clock.now()}
    follow_up = FollowUp(
        case_id=case.id, due_on=due_on, assignee_id=assignee.id if assignee else None, **(fields | said)
    )
    session.add(follow_up)
    session.flush()
    return follow_up


def make_promise(session: Session, recipient: Person, subject_type: str, kind: str, **said: Any) -> Reminder:
    """A row of the outbox about anything, due a minute ago; about the recipient's own where no subject is said."""
    send_at: datetime = said.pop("send_at", clock.now() - timedelta(minutes=1))
    fields: dict[str, Any] = {
        "subject_id": recipient.id,
        "due_key": "1",
        "number": new_number(),
        "scheduled_at": send_at,
        "send_at": send_at,
    }
    row = Reminder(subject_type=subject_type, kind=kind, recipient_id=recipient.id, **(fields | said))
    session.add(row)
    session.flush()
    return row


def make_reminder(session: Session, follow_up: FollowUp, recipient: Person, **said: Any) -> Reminder:
    """A row of the outbox about `follow_up`, due a minute ago."""
    send_at: datetime = said.pop("send_at", clock.now() - timedelta(minutes=1))
    fields: dict[str, Any] = {
        "kind": "on_the_day",
        "due_key": f"{follow_up.due_version}:0",
        "due_on": follow_up.due_on,
        "number": new_number(),
        "scheduled_at": send_at,
        "send_at": send_at,
        "created_at": min(send_at, clock.now()),
        "message_id": uuid4(),
    }
    reminder = Reminder(
        subject_id=follow_up.id, case_id=follow_up.case_id, recipient_id=recipient.id, **(fields | said)
    )
    session.add(reminder)
    session.flush()
    return reminder


def make_due_mails(session: Session, count: int, people: int = 1, case: Case | None = None) -> list[Person]:
    """So many mails that are due, spread over so many officers, each about work of its own on `case` or a new one."""
    officers = [make_person(session, "legal_officer") for _ in range(people)]
    case = case or make_case(session, lead=officers[0])
    for number in range(count):
        officer = officers[number % people]
        work = make_due_work(session, case, officer, clock.today(), next_plan_at=None)
        make_reminder(session, work, officer)
    return officers
