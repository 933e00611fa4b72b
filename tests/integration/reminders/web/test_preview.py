"""The preview of one's reminders on the page of wishes: of what is saved, and of what is not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from flask import Flask

from tests.factories.case import make_case
from tests.factories.reminder import make_due_work
from tests.integration.reminders.web.conftest import Office
from tests.integration.reminders.web.test_pages import FORM, as_somebody, wish
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.reminders.models import Reminder

MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)


def days_of(page: str) -> dict[str, str]:
    """By day, as the page writes it, what stands under it."""
    parts = re.split(r'<h3 class="preview-day">([^<]+)</h3>', page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def put_off(database: Database, office: Office, days: int) -> None:
    """Only the open case's work is left, due in so many days."""
    with database.unit_of_work(OPERATOR) as session:
        for row in office.reminders.values():
            session.delete(session.get_one(Reminder, row.id))
        case = make_case(session, lead=office.lead, title="The open one")
        due_on = (MONDAY + timedelta(days)).date()
        make_due_work(session, case, office.lead, due_on, title="Ring Riga", next_plan_at=MONDAY)


def test_what_comes_stands_under_its_day_with_the_time_and_the_way(
    app: Flask, office: Office, database: Database
) -> None:
    with clock.fixed(MONDAY):
        put_off(database, office, 9)
        days = days_of(as_somebody(app, office.lead).get("/preferences/reminders").text)
    assert {day for day, told in days.items() if "Before the day: Ring Riga" in told} == {
        "Wednesday, 25 Nov 2026",
        "Sunday, 29 Nov 2026",
        "Tuesday, 1 Dec 2026",
    }
    assert "On the day: Ring Riga" in days["Wednesday, 2 Dec 2026"] and "By mail" in days["Wednesday, 2 Dec 2026"]
    assert "09:00" in days["Wednesday, 2 Dec 2026"]


def test_it_follows_what_the_form_says_before_that_is_saved(app: Flask, office: Office, database: Database) -> None:
    with clock.fixed(MONDAY):
        put_off(database, office, 9)
        client = as_somebody(app, office.lead)
        said = FORM | {"days_before": "5", "send_time": "07:30", "mail_kinds": ["before"]}
        days = days_of(client.post("/preferences/reminders/preview", data=said).text)
        saved = days_of(client.get("/preferences/reminders").text)
    assert "Before the day: Ring Riga" in days["Friday, 27 Nov 2026"] and "07:30" in days["Friday, 27 Nov 2026"]
    assert "In the app only" in days["Wednesday, 2 Dec 2026"]
    assert "Wednesday, 25 Nov 2026" not in days and "Wednesday, 25 Nov 2026" in saved


def test_whoever_stands_in_sees_for_whom(app: Flask, office: Office, database: Database) -> None:
    with clock.fixed(MONDAY):
        put_off(database, office, 2)
        away = {"away_from": "2026-11-23", "away_until": "2026-12-20", "substitute": "The head"}
        assert wish(app, office.lead, **away).status_code == 303
        page = as_somebody(app, office.people["head"]).get("/preferences/reminders").text
    assert "Ring Riga" in page and f"in place of {office.lead.name}" in page


def test_a_daily_mail_holds_its_lines(app: Flask, office: Office, database: Database) -> None:
    with clock.fixed(MONDAY):
        put_off(database, office, 9)
        said = FORM | {"delivery": "daily"}
        days = days_of(as_somebody(app, office.lead).post("/preferences/reminders/preview", data=said).text)
    assert "Digest" in days["Wednesday, 25 Nov 2026"] and "Before the day: Ring Riga" in days["Wednesday, 25 Nov 2026"]
