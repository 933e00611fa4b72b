"""The bell: what is unread stands in the frame of every page, and nothing in it that its reader may not see now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bench.measure import counted
from tests.integration.reminders.web.conftest import Office, make_numbered_mails
from tests.support.sign_in import sign_in
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.reminders.models import Reminder, Sighting


def as_somebody(app: Flask, person: Person) -> FlaskClient:
    return sign_in(app.test_client(), person)


def bell_of(page: str) -> str:
    """The number that the frame shows; empty where it shows none."""
    found = re.search(r'<span class="nav-count nav-unread" data-bell( hidden)?>([^<]*)</span>', page)
    assert found is not None
    assert bool(found[1]) == (found[2] == "")
    return found[2]


def change(database: Database, reminder: Reminder, **values: Any) -> None:
    with database.unit_of_work(OPERATOR) as session:
        row = session.get_one(Reminder, reminder.id)
        for name, value in values.items():
            setattr(row, name, value)


def test_every_page_shows_how_many_are_unread_and_reading_one_takes_it_off(
    app: Flask, office: Office, database: Database
) -> None:
    client = as_somebody(app, office.lead)
    for address in ("/", "/cases", "/ledger", "/reminders"):
        assert bell_of(client.get(address).text) == "3"
    opened = client.post(f"/reminders/{office.reminders['sealed'].id}")
    assert (opened.status_code, opened.headers["Location"]) == (
        303,
        f"/follow-ups/{office.reminders['sealed'].subject_id}",
    )
    page = client.get("/reminders").text
    assert bell_of(page) == "2" and page.count("is-unread") == 2
    assert "Task sealed" not in client.get("/reminders?show=unread").text
    client.post("/reminders/read")
    assert bell_of(client.get("/").text) == "" and "is-unread" not in client.get("/reminders").text
    assert bell_of(as_somebody(app, office.people["head"]).get("/").text) == ""


def test_looking_ahead_reads_nothing(app: Flask, office: Office) -> None:
    client, address = as_somebody(app, office.lead), f"/reminders/{office.reminders['sealed'].id}"
    client.head(address)
    client.get(address, headers={"Sec-Purpose": "prefetch"})
    assert client.get(address).status_code == 303
    client.get("/reminders")
    client.get(f"/r/{office.reminders['sealed'].number}")
    assert bell_of(client.get("/").text) == "3"


def test_an_act_from_a_mail_reads_it(app: Flask, office: Office) -> None:
    client = as_somebody(app, office.lead)
    client.post(f"/r/{office.reminders['sealed'].number}/done")
    assert bell_of(client.get("/").text) == "2"


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"status": "sent"}, True),
        ({"status": "shown", "via": "app"}, True),
        ({"status": "dead", "last_error": "smtp_550"}, True),
        ({"status": "cancelled"}, False),
        ({"scheduled_at": datetime(2100, 1, 1, tzinfo=UTC)}, False),
        ({"kind": "digest", "subject_type": "digest"}, False),
        ({"kind": "digest", "subject_type": "digest", "status": "dead"}, True),
    ],
)
def test_what_has_come_is_shown_whatever_became_of_the_mail(
    app: Flask, office: Office, database: Database, values: dict[str, Any], shown: bool
) -> None:
    change(database, office.reminders["internal"], **values)
    client = as_somebody(app, office.lead)
    page = client.get("/reminders").text
    assert bell_of(page) == ("3" if shown else "2")
    assert (page.count("is-unread") == 3) == shown
    assert ("The relay refuses it (550)" in page) == (values.get("last_error") is not None)


def test_what_one_can_not_see_any_more_has_its_number_only(app: Flask, office: Office, database: Database) -> None:
    hidden = office.reminders["sealed"]
    with database.unit_of_work(OPERATOR) as session:
        session.query(CaseMembership).filter_by(case_id=hidden.case_id, person_id=office.lead.id).update(
            {"ended_at": clock.now() - timedelta(seconds=1)}
        )
    client = as_somebody(app, office.lead)
    page = client.get("/reminders").text
    assert hidden.number in page and "Task sealed" not in page and office.references["sealed"] not in page
    assert client.get(f"/reminders/{hidden.id}").status_code == 404


def test_a_hundred_are_counted_and_no_more_and_pages_hold_each_once(
    app: Flask, office: Office, database: Database
) -> None:
    make_numbered_mails(database, office.lead, 120)
    client = as_somebody(app, office.lead)
    address, found, statements = "/reminders", [], set()
    while address:
        with counted(database.app_engine) as count:
            page = client.get(address).text
        statements.add(len(count))
        assert bell_of(page) == "99+"
        found += re.findall(r">(Numbered \d{3})<", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(found) == 120 == len(set(found))
    assert max(statements) <= 8


def test_an_open_page_learns_what_is_new_and_its_questions_keep_no_session_alive(
    app: Flask, office: Office, database: Database
) -> None:
    client = as_somebody(app, office.lead)
    first = client.get("/reminders/news")
    assert first.json == {"unread": "3", "newest": str(newest(office))}
    assert f'data-news="{first.headers["ETag"].strip(chr(34))}"' in client.get("/").text
    assert client.get("/reminders/news", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    client.post("/reminders/read")
    again = client.get("/reminders/news", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.json) == (200, {"unread": "", "newest": None})
    assert app.test_client().get("/reminders/news").json == {"unread": None}
    with clock.fixed(clock.now() + timedelta(hours=11)):
        assert client.get("/reminders/news").json == {"unread": "", "newest": None}
    with clock.fixed(clock.now() + timedelta(hours=13)):
        assert client.get("/reminders/news").json == {"unread": None}


def newest(office: Office) -> Any:
    return max(office.reminders.values(), key=lambda row: (row.scheduled_at, row.id)).id


def test_the_question_costs_no_statement_of_its_own(app: Flask, office: Office, database: Database) -> None:
    client = as_somebody(app, office.lead)
    client.get("/reminders/news")
    with counted(database.app_engine) as count:
        client.get("/reminders/news")
    with counted(database.app_engine) as least:
        client.get("/session")
    assert len(count) <= len(least)


# The alarms in the frame


def alarms(app: Flask, person: Person) -> str:
    page = as_somebody(app, person).get("/reminders").text
    return page.split('<div class="alarms"')[1].split("</h1>")[0] if '<div class="alarms"' in page else ""


@pytest.mark.parametrize(
    ("level", "who"),
    [
        ("internal", {"administrator", "coordinator"}),
        ("restricted", {"administrator"}),
        ("sealed", set()),
    ],
)
def test_a_dead_letter_alarms_those_who_keep_mail_in_order_and_may_know_of_it(
    app: Flask, office: Office, database: Database, level: str, who: set[str]
) -> None:
    change(database, office.reminders[level], status="dead", last_error="smtp_550", settled_at=clock.now())
    told = {role for role, person in office.people.items() if "1 mail failed for good." in alarms(app, person)}
    assert told == who


def test_looking_at_the_dead_ends_the_alarm_until_another_dies(app: Flask, office: Office, database: Database) -> None:
    administrator = office.people["administrator"]
    change(database, office.reminders["internal"], status="dead", last_error="smtp_550")
    as_somebody(app, administrator).post("/ledger/looked")
    assert alarms(app, administrator) == "" == alarms(app, office.people["coordinator"])
    change(database, office.reminders["restricted"], status="dead", last_error="smtp_550")
    assert "1 mail failed for good." in alarms(app, administrator)
    assert as_somebody(app, office.people["head"]).post("/ledger/looked").status_code == 403


def test_late_mail_alarms_though_ticks_have_stopped(app: Flask, office: Office, database: Database) -> None:
    administrator = office.people["administrator"]
    assert "Mail is late" not in alarms(app, administrator)
    with clock.fixed(clock.now() + timedelta(minutes=16)):
        page = as_somebody(app, administrator).get("/reminders").text
        assert "Mail is late" in page
        assert "Mail is late" not in as_somebody(app, office.people["head"]).get("/reminders").text


def test_a_digests_line_that_waits_for_its_day_is_not_late(app: Flask, office: Office, database: Database) -> None:
    for reminder in office.reminders.values():
        change(database, reminder, via="digest", send_at=clock.now() + timedelta(days=3))
    with clock.fixed(clock.now() + timedelta(hours=2)):
        assert "Mail is late" not in as_somebody(app, office.people["administrator"]).get("/reminders").text


@pytest.mark.parametrize(("minutes", "alarmed"), [(4, False), (6, True)])
def test_a_machinery_that_has_not_looked_for_five_minutes_alarms(
    app: Flask, office: Office, database: Database, minutes: int, alarmed: bool
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.add(Sighting(name="done", seen_at=datetime.now(UTC) - timedelta(minutes=minutes)))
    assert ("Reminders stand still" in alarms(app, office.people["coordinator"])) == alarmed
    assert alarms(app, office.people["legal_officer"]) == ""
