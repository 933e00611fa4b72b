"""The application with an office: people of every role, an open, a restricted and a sealed case, each with a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.factories.case import join, make_case
from tests.factories.person import make_person
from tests.factories.reminder import make_due_work, make_reminder
from tracker.accounts.models import ROLES, Person
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.web import database as database_of
from tracker.reminders.models import Reminder

LEVELS = ("internal", "restricted", "sealed")


@dataclass(frozen=True)
class Office:
    """`people` by role; `reminders` and `references` by level of the case."""

    people: dict[str, Person]
    lead: Person
    reminders: dict[str, Reminder]
    references: dict[str, str]


@pytest.fixture
def database(app: Flask) -> Database:
    with app.app_context():
        return database_of()


@pytest.fixture
def office(database: Database) -> Office:
    with database.unit_of_work(OPERATOR) as session:
        people = {role: make_person(session, role, name=f"The {role}") for role in ROLES}
        lead = make_person(session, "legal_officer", name="Lena Lead")
        reminders: dict[str, Any] = {}
        references: dict[str, str] = {}
        for level in LEVELS:
            case = make_case(session, level=level, title=f"Case {level}", lead=lead)
            work = make_due_work(session, case, lead, date(2026, 12, 1), title=f"Task {level}", next_plan_at=None)
            reminders[level] = make_reminder(session, work, lead)
            references[level] = case.reference
            join(session, case, people["outside_counsel"])
    return Office(people, lead, reminders, references)


def make_numbered_mails(database: Database, lead: Person, count: int) -> None:
    """So many mails about work called `Numbered 000`, …, three at each instant: pages must part them rightly."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with database.unit_of_work(OPERATOR) as session:
        case = make_case(session, lead=lead)
        for number in range(count):
            work = make_due_work(session, case, lead, date(2026, 12, 1), title=f"Numbered {number:03}")
            make_reminder(session, work, lead, send_at=start + timedelta(minutes=number // 3))
