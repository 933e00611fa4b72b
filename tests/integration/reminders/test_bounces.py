"""Mail that came back: the address is marked, its mail goes to the app, until the address changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.factories.reminder import make_due_mails
from tests.support.smtp import SmtpSink
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.errors import NotVisible
from tracker.reminders.delivery import bounces
from tracker.reminders.delivery.envelope import number_in
from tracker.reminders.models import Reminder

Tick = Callable[..., Any]


@pytest.fixture
def come_back(database: Database, tick: Tick, smtp_sink: SmtpSink) -> Person:
    """Somebody to whom a mail went, and came back."""
    with database.unit_of_work(OPERATOR) as session:
        (person,) = make_due_mails(session, 1)
    tick(bounce_address="bounces@example.org")
    number = number_in(smtp_sink.mails[0].sender)
    assert number is not None, "the envelope's sender names the reminder"
    with database.unit_of_work(OPERATOR) as session:
        assert bounces.take(session, OPERATOR, number, "5.1.1")
        assert not bounces.take(session, OPERATOR, number, "5.1.1"), "once is enough"
    return person


def fault_of(database: Database, person: Person) -> tuple[str | None, bool]:
    with database.unit_of_work(OPERATOR) as session:
        now = session.get_one(Person, person.id)
        return now.mail_fault, now.mail_fault_at is not None


def test_the_header_keeps_the_sender_that_people_know(come_back: Person, smtp_sink: SmtpSink) -> None:
    assert "reminders@example.org" in smtp_sink.mails[0].message["From"]


def test_the_address_is_marked_the_ledger_says_why_and_the_audit_who(come_back: Person, database: Database) -> None:
    assert fault_of(database, come_back) == ("dsn_5.1.1", True)
    with database.unit_of_work(OPERATOR) as session:
        row = session.scalars(select(Reminder)).one()
        assert (row.status, row.last_error) == ("sent", "dsn_5.1.1")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.mail_fault_found")).one()
        assert entry.object_id == come_back.id and come_back.email not in str(entry.detail)


def test_mail_to_a_marked_address_is_told_in_the_app_until_the_address_changes(
    come_back: Person, database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(Reminder).values(status="planned", settled_at=None, last_error=None))
    assert tick().sent == 0
    with database.unit_of_work(OPERATOR) as session:
        row = session.scalars(select(Reminder)).one()
        assert (row.status, row.via, row.last_error) == ("shown", "app", "address_fault")
        session.execute(update(Reminder).values(status="planned", via="mail", settled_at=None))
        session.execute(update(Person).where(Person.id == come_back.id).values(email="new@example.net"))
    assert fault_of(database, come_back) == (None, False)
    assert tick().sent == 1
    assert smtp_sink.mails[-1].recipients == ["new@example.net"]


def test_a_number_that_no_reminder_has_marks_nobody(database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session, pytest.raises(NotVisible):
        bounces.take(session, OPERATOR, "ZZZZZ-ZZZZZ", "5.1.1")
