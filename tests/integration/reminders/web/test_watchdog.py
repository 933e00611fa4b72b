"""The watchdog's page, the metrics, the ledger's filters and what is done to many mails at once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.reminder import make_due_work, make_reminder
from tests.integration.reminders.web.conftest import Office
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.reminders.models import Reminder, Sighting

SETTINGS = "tracker.settings"
LINE = re.compile(r"^[a-z_]+(\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*\})? [0-9.e+-]+$")


def as_somebody(app: Flask, person: Person) -> FlaskClient:
    return sign_in(app.test_client(), person)


def change(database: Database, reminder: Reminder, **values: Any) -> None:
    with database.unit_of_work(OPERATOR) as session:
        row = session.get_one(Reminder, reminder.id)
        for name, value in values.items():
            setattr(row, name, value)


def see(database: Database, **minutes_ago: int) -> None:
    with database.unit_of_work(OPERATOR) as session:
        for name, minutes in minutes_ago.items():
            session.merge(Sighting(name=name, seen_at=datetime.now(UTC) - timedelta(minutes=minutes)))


# The watchdog's page


def test_the_page_says_that_all_is_well_and_when_what_was_seen(app: Flask, office: Office, database: Database) -> None:
    see(database, worker=0, beat=0, tick=0, done=0)
    for reminder in office.reminders.values():
        change(database, reminder, status="sent", settled_at=clock.now(), relay="mail.example.org:25")
    page = as_somebody(app, office.people["administrator"]).get("/watchdog").text
    assert "All is well." in page and "mail.example.org:25" in page


@pytest.mark.usefixtures("with_token")
def test_of_several_hosts_the_one_whose_worker_is_dead_is_seen(app: Flask, office: Office, database: Database) -> None:
    see(
        database,
        **{"worker": 0, "worker:one.example.org": 0, "worker:two.example.org": 30, "beat": 0, "tick": 0, "done": 0},
    )
    see(database, **{"worker:gone.example.org": 9 * 24 * 60})
    page = as_somebody(app, office.people["administrator"]).get("/watchdog").text
    assert "one.example.org" in page and "two.example.org" in page and "gone.example.org" not in page
    token = {"Authorization": "Bearer a token that is long enough"}
    figures = app.test_client().get("/metrics", headers=token).text
    ages = dict(re.findall(r'worker_age_seconds\{worker="([^"]+)"\} ([0-9.]+)', figures))
    assert set(ages) == {"worker", "worker:one.example.org", "worker:two.example.org"}
    assert float(ages["worker:one.example.org"]) < 60 < 1700 < float(ages["worker:two.example.org"])


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({}, "No tick has ever run"),
        ({"worker": 0, "tick": 0, "done": 9}, "Ticks begin and do not end well"),
        ({"worker": 0, "tick": 9, "done": 9}, "Look whether worker, beat and broker run"),
        ({"worker": 9, "tick": 0, "done": 0}, "No worker was seen for three minutes"),
    ],
)
def test_each_bad_sign_comes_with_what_to_do(
    app: Flask, office: Office, database: Database, seen: dict[str, int], words: str
) -> None:
    see(database, **seen)
    page = as_somebody(app, office.people["administrator"]).get("/watchdog").text
    assert words in page and "All is well" not in page


def test_late_mail_without_a_relay_is_explained(app: Flask, office: Office, database: Database) -> None:
    see(database, worker=0, tick=0, done=0)
    change(database, office.reminders["internal"], scheduled_at=clock.now() - timedelta(hours=1))
    change(database, office.reminders["internal"], created_at=clock.now() - timedelta(hours=1))
    page = as_somebody(app, office.people["administrator"]).get("/watchdog").text
    assert "waited for more than fifteen minutes" in page and "give SMTP_URL" in page


def test_an_address_from_which_mail_came_back_is_cleared_by_an_administrator(
    app: Flask, office: Office, database: Database
) -> None:
    head = office.people["head"]
    with database.unit_of_work(OPERATOR) as session:
        row = session.get_one(Person, head.id)
        row.mail_fault, row.mail_fault_at = "dsn_5.1.1", clock.now()
    administrator = as_somebody(app, office.people["administrator"])
    page = administrator.get("/watchdog").text
    assert "It came back (5.1.1)" in page and head.name in page
    coordinator = as_somebody(app, office.people["coordinator"])
    page = coordinator.get("/watchdog").text
    assert head.name in page and "The address is right now" not in page
    assert "Mail to 1 person comes back." in coordinator.get("/").text
    assert "Mail to 1 person comes back." not in as_somebody(app, head).get("/").text
    address = f"/watchdog/addresses/{head.id}/right"
    assert coordinator.post(address).status_code == 404
    assert administrator.post(address).status_code == 303
    assert administrator.post(address).status_code == 404
    with database.unit_of_work(OPERATOR) as session:
        assert session.get_one(Person, head.id).mail_fault is None
        assert "person.mail_fault_cleared" in set(session.scalars(select(AuditEntry.action)))


def test_sealed_mail_counts_for_nobody_on_the_page(app: Flask, office: Office, database: Database) -> None:
    see(database, worker=0, tick=0, done=0)
    for reminder in office.reminders.values():
        change(database, reminder, status="dead", settled_at=clock.now(), last_error="smtp_550")
    shown = {
        who: re.findall(r'stat-value">(?:<a[^>]*>)?(\d+)', as_somebody(app, office.people[who]).get("/watchdog").text)
        for who in ("administrator", "coordinator")
    }
    assert shown == {"administrator": ["0", "0", "2", "2"], "coordinator": ["0", "0", "1", "1"]}


# Metrics


@pytest.fixture
def with_token(app: Flask) -> Any:
    before = app.extensions[SETTINGS]
    app.extensions[SETTINGS] = replace(before, metrics_token="a token that is long enough")
    yield
    app.extensions[SETTINGS] = before


@pytest.mark.parametrize("said", [None, "Bearer wrong", "Basic YTpi", "Bearer ", "a token that is long enough"])
@pytest.mark.usefixtures("with_token")
def test_metrics_are_not_there_without_the_token(app: Flask, said: str | None) -> None:
    headers = {"Authorization": said} if said else {}
    assert app.test_client().get("/metrics", headers=headers).status_code == 404


def test_metrics_are_not_there_where_no_token_is_set(app: Flask) -> None:
    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.usefixtures("with_token")
def test_metrics_tell_the_outbox_in_the_format_of_prometheus(app: Flask, office: Office, database: Database) -> None:
    see(database, worker=1, tick=0, done=2)
    change(database, office.reminders["internal"], status="dead")
    change(database, office.reminders["restricted"], status="sent", settled_at=clock.now())
    answer = app.test_client().get("/metrics", headers={"Authorization": "Bearer a token that is long enough"})
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert answer.text.endswith("\n")
    assert all(line.startswith(("# HELP ", "# TYPE ")) or LINE.match(line) for line in lines), lines
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert values["tracker_reminders_planned"] == "1"
    assert values["tracker_reminders_dead"] == "1"
    assert values["tracker_reminders_sent_total"] == "1"
    assert 100 <= float(values["tracker_reminders_tick_age_seconds"]) <= 200
    assert float(values["tracker_reminders_oldest_unsent_seconds"]) >= 59
    assert "# TYPE tracker_reminders_sent_total counter" in lines
    assert "# TYPE tracker_reminders_oldest_unsent_seconds gauge" in lines


# The ledger


def test_every_filter_narrows_the_ledger_and_stays_in_the_address(
    app: Flask, office: Office, database: Database
) -> None:
    change(database, office.reminders["restricted"], status="dead", last_error="smtp_550", kind="escalation")
    day = datetime(2026, 3, 5, 12, tzinfo=UTC)
    change(database, office.reminders["sealed"], scheduled_at=day, status="committing")
    client = as_somebody(app, office.lead)

    def found(query: str) -> set[str]:
        page = client.get(f"/ledger?{query}").text
        return {level for level in office.references if f"Task {level}" in page}

    assert found(f"case={office.references['internal'].lower()}") == {"internal"}
    assert found("case=ICC-ZZZZ") == set()
    assert found("from=2026-03-05&to=2026-03-05") == {"sealed"}
    assert found("to=2026-03-04") == set()
    assert found("reason=smtp_5") == {"restricted"} == found("kind=escalation")
    assert found("reason=smtp_4") == set()
    assert found("status=committing") == {"sealed"}
    page = client.get("/ledger?reason=smtp_5&from=2026-01-01&to=2100-03-05&status=dead").text
    assert 'value="2026-01-01"' in page and 'value="2100-03-05"' in page
    assert "Check the address on the account" in page


@pytest.mark.parametrize("who", ["coordinator", "administrator"])
def test_all_dead_letters_of_the_filters_go_again_after_a_look_at_how_many(
    app: Flask, office: Office, database: Database, who: str
) -> None:
    for reminder in office.reminders.values():
        change(database, reminder, status="dead", last_error="smtp_550", attempts=9, settled_at=clock.now())
    client = as_somebody(app, office.people[who])
    mine = {"coordinator": {"internal"}, "administrator": {"internal", "restricted"}}[who]
    assert f"Send {len(mine)} failed mail" in client.get("/ledger/dead?reason=smtp_5").text
    assert "Nothing to send again" in client.get("/ledger/dead?reason=smtp_4").text
    assert client.post("/ledger/dead", data={"reason": "smtp_4", "confirmed": "1"}).status_code == 303
    client.post("/ledger/dead", data={"reason": "smtp_5", "confirmed": "1"})
    with database.unit_of_work(OPERATOR) as session:
        rows = {level: session.get_one(Reminder, row.id) for level, row in office.reminders.items()}
        assert {level for level, row in rows.items() if row.status == "planned"} == mine
        assert all(rows[level].message_id == office.reminders[level].message_id for level in mine)
        resent = session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == "reminder.resent")).all()
    assert set(resent) == {office.reminders[level].id for level in mine}


def test_sending_all_again_is_for_those_who_keep_mail_in_order(app: Flask, office: Office) -> None:
    for who in ("legal_officer", "head", "outside_counsel"):
        client = as_somebody(app, office.people[who])
        assert client.get("/ledger/dead").status_code == 403
        assert client.post("/ledger/dead").status_code == 403


def test_a_case_lists_its_reminders_and_hides_those_of_hidden_work(
    app: Flask, office: Office, database: Database
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        case = make_case(session, lead=office.lead)
        entry = make_event(session, case, 2, "2026-03-01")
        hidden_entry = make_event(session, case, 3, "2026-03-01", level="sealed")
        shown = make_due_work(session, case, office.lead, clock.today(), title="Open work")
        hidden = make_due_work(session, case, office.lead, clock.today(), title="Hidden work", level="restricted")
        for work in (shown, hidden):
            make_reminder(session, work, office.lead)
        told = [
            make_reminder(
                session, shown, office.lead, kind="status_changed", subject_type="case_event", due_key=str(one.id)
            )
            for one in (entry, hidden_entry)
        ]
        for row, one in zip(told, (entry, hidden_entry), strict=True):
            row.subject_id = one.id
    address = f"/cases/{case.reference}/reminders"
    page = as_somebody(app, office.people["legal_officer"]).get(address).text
    assert "Open work" in page and "Hidden work" not in page
    assert page.count("Status changed") == 1
    page = as_somebody(app, office.lead).get(address).text
    assert "Hidden work" in page and page.count("Status changed") == 2
    assert as_somebody(app, office.people["administrator"]).get(address).status_code == 404
    sealed = f"/cases/{office.references['sealed']}/reminders"
    assert as_somebody(app, office.people["head"]).get(sealed).status_code == 404
