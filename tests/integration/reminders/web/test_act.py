"""The page of a mail's link: for its recipient only, one click each, and nothing that policy does not permit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.reminder import make_due_work, make_reminder
from tests.integration.reminders.web.conftest import LEVELS, Office
from tests.support.sign_in import sign_in
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person
from tracker.cases.models import Comment
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.ids import new_id
from tracker.followups.models import FollowUp
from tracker.reminders.models import Reminder
from tracker.reminders.pages.snoozing import snooze_days


def as_somebody(app: Flask, person: Person) -> FlaskClient:
    return sign_in(app.test_client(), person)


def work_of(database: Database, reminder: Reminder) -> FollowUp:
    with database.unit_of_work(OPERATOR) as session:
        return session.get_one(FollowUp, reminder.subject_id)


@pytest.mark.parametrize("level", LEVELS)
def test_its_recipient_finds_what_it_is_about_and_every_act(app: Flask, office: Office, level: str) -> None:
    page = as_somebody(app, office.lead).get(f"/r/{office.reminders[level].number}").text
    assert f"Task {level}" in page and office.references[level] in page
    for words in ("Mark as done", "Tomorrow", "Next week", "Another day", "Reassign", "Comment", "Open the follow-up"):
        assert words in page


@pytest.mark.parametrize("level", LEVELS)
def test_fifty_looks_by_a_scanner_tell_nothing_use_nothing_up_and_the_persons_click_works(
    app: Flask, office: Office, database: Database, level: str
) -> None:
    address, scanner = f"/r/{office.reminders[level].number}", app.test_client()
    for _ in range(25):
        for answer in (scanner.get(address), scanner.head(address)):
            assert (answer.status_code, "Task" in answer.text) == (303, False)
            assert str(answer.location).startswith("/sign-in")
    pressed = scanner.post(f"{address}/done")
    assert (pressed.status_code, "Task" in pressed.text) == (401, False)
    assert work_of(database, office.reminders[level]).status == "open"
    client = as_somebody(app, office.lead)
    for _ in range(3):
        assert (client.get(address).status_code, client.head(address).status_code) == (200, 200)
    assert work_of(database, office.reminders[level]).status == "open"
    assert client.post(f"{address}/done").status_code == 303
    assert work_of(database, office.reminders[level]).status == "done"


def test_whoever_does_not_do_it_is_told_from_whose_work_it_is_hidden(
    app: Flask, office: Office, database: Database
) -> None:
    reminder = office.reminders["internal"]
    officer = office.people["legal_officer"]
    assert "Hide it from my work until later" in as_somebody(app, office.lead).get(f"/r/{reminder.number}").text
    for assignee, said in (
        (officer.id, f"Hide it until later from the work of {officer.name}"),
        (None, "Mark as done"),
    ):
        with database.unit_of_work(OPERATOR) as session:
            session.get_one(FollowUp, reminder.subject_id).assignee_id = assignee
        page = as_somebody(app, office.lead).get(f"/r/{reminder.number}").text
        assert said in page and "Hide it from my work until later" not in page
        assert ("Next week" in page) is (assignee is not None)


@pytest.mark.parametrize("who", ["legal_officer", "coordinator", "head", "outside_counsel", "administrator"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("act", ["", "/done", "/snooze", "/reassign", "/comment"])
def test_the_number_of_another_is_nothing(app: Flask, office: Office, who: str, level: str, act: str) -> None:
    client = as_somebody(app, office.people[who])
    address = f"/r/{office.reminders[level].number}{act}"
    assert (client.post(address) if act else client.get(address)).status_code == 404


def test_done_is_one_click_with_undo_and_the_next_one_due(app: Flask, office: Office, database: Database) -> None:
    client = as_somebody(app, office.lead)
    address = f"/r/{office.reminders['sealed'].number}"
    page = client.post(f"{address}/done", follow_redirects=True).text
    assert work_of(database, office.reminders["sealed"]).status == "done"
    assert "Marked as done." in page and "Undo" in page
    assert "Next of yours" in page and "Task internal" in page
    assert "Tomorrow" not in page
    change = page.split("/follow-ups/changes/")[1].split("/undo")[0]
    client.post(f"/follow-ups/changes/{change}/undo", headers={"Referer": f"http://localhost{address}"})
    assert work_of(database, office.reminders["sealed"]).status == "open"


def test_what_it_needs_is_asked_about_before_it_is_done(app: Flask, office: Office, database: Database) -> None:
    reminder = office.reminders["internal"]
    with database.unit_of_work(OPERATOR) as session:
        needed = make_due_work(session, office_case(session, reminder), office.lead, None, title="The paper first")
    client = as_somebody(app, office.lead)
    client.post(f"/follow-ups/{reminder.subject_id}/needs", data={"needs": str(needed.id)})
    answer = client.post(f"/r/{reminder.number}/done")
    assert answer.status_code == 409 and "The paper first" in answer.text
    assert work_of(database, reminder).status == "open"
    client.post(f"/r/{reminder.number}/done", data={"confirmed": "1"})
    assert work_of(database, reminder).status == "done"


def office_case(session: Any, reminder: Reminder) -> Any:
    from tracker.cases.models import Case

    return session.get_one(Case, reminder.case_id)


def test_snooze_takes_the_offered_days_and_any_other(app: Flask, office: Office, database: Database) -> None:
    reminder = office.reminders["restricted"]
    client = as_somebody(app, office.lead)
    tomorrow, monday = snooze_days(clock.today())
    assert tomorrow.isoformat() in client.get(f"/r/{reminder.number}").text
    for typed, day in [
        (tomorrow.isoformat(), tomorrow),
        (monday.isoformat(), monday),
        ("+10", tomorrow + timedelta(9)),
    ]:
        assert client.post(f"/r/{reminder.number}/snooze", data={"until": typed}).status_code == 303
        assert work_of(database, reminder).snoozed_until == day
    for typed in ("", "yesterday week", (tomorrow - timedelta(5)).isoformat()):
        answer = client.post(f"/r/{reminder.number}/snooze", data={"until": typed})
        assert answer.status_code == 422 and "There is a problem" in answer.text


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 11, 22), (date(2026, 11, 23), date(2026, 11, 30))),
        (date(2026, 11, 23), (date(2026, 11, 24), date(2026, 11, 30))),
        (date(2026, 11, 27), (date(2026, 11, 28), date(2026, 11, 30))),
    ],
)
def test_next_week_is_a_monday_and_never_tomorrow(today: date, days: tuple[date, date]) -> None:
    assert snooze_days(today) == days


def test_it_is_given_to_somebody_who_may_see_it_only(app: Flask, office: Office, database: Database) -> None:
    reminder, client = office.reminders["sealed"], as_somebody(app, office.lead)
    other = office.people["coordinator"]
    assert str(other.id) not in client.get(f"/r/{reminder.number}").text
    answer = client.post(f"/r/{reminder.number}/reassign", data={"assignee": str(other.id)})
    assert answer.status_code == 422 and work_of(database, reminder).assignee_id == office.lead.id
    counsel = office.people["outside_counsel"]
    assert client.post(f"/r/{reminder.number}/reassign", data={"assignee": str(counsel.id)}).status_code == 303
    assert work_of(database, reminder).assignee_id == counsel.id
    assert client.post(f"/r/{reminder.number}/reassign", data={"assignee": ""}).status_code == 422


def test_a_comment_stands_on_the_follow_up_and_is_as_secret_as_it(
    app: Flask, office: Office, database: Database
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        case = make_case(session, lead=office.lead)
        work = make_due_work(session, case, office.lead, date(2026, 12, 1), level="sealed")
        number = make_reminder(session, work, office.lead).number
    client = as_somebody(app, office.lead)
    assert client.post(f"/r/{number}/comment", data={"body": "They answered."}).status_code == 303
    assert client.post(f"/r/{number}/comment", data={"body": " "}).status_code == 422
    with database.unit_of_work(OPERATOR) as session:
        comment = session.scalars(select(Comment)).one()
    assert (comment.body, comment.follow_up_id, comment.level) == ("They answered.", work.id, "sealed")


def test_an_assignee_who_may_only_read_is_offered_no_more_than_their_due(
    app: Flask, office: Office, database: Database
) -> None:
    reader = office.people["head"]
    with database.unit_of_work(OPERATOR) as session:
        case = make_case(session, level="restricted", lead=office.lead)
        join(session, case, reader, "reader")
        work = make_due_work(session, case, reader, date(2026, 12, 1))
        number = make_reminder(session, work, reader).number
    client = as_somebody(app, reader)
    page = client.get(f"/r/{number}").text
    assert "Mark as done" in page and "Tomorrow" in page and "Reassign" not in page
    assert client.post(f"/r/{number}/reassign", data={"assignee": str(office.lead.id)}).status_code == 403


def test_old_numbers_of_settled_rows_lead_on_and_lost_sight_ends_that(
    app: Flask, office: Office, database: Database
) -> None:
    reminder, client = office.reminders["sealed"], as_somebody(app, office.lead)
    for status in ("sent", "dead", "cancelled", "shown"):
        with database.unit_of_work(OPERATOR) as session:
            session.get_one(Reminder, reminder.id).status = status
        assert client.get(f"/r/{reminder.number}").status_code == 200
    with database.unit_of_work(OPERATOR) as session:
        session.query(CaseMembership).filter_by(case_id=reminder.case_id, person_id=office.lead.id).update(
            {"ended_at": clock.now() - timedelta(seconds=1)}
        )
    for answer in (client.get(f"/r/{reminder.number}"), client.post(f"/r/{reminder.number}/done")):
        assert answer.status_code == 404 and "Task sealed" not in answer.text


def test_other_kinds_lead_to_what_they_are_about(app: Flask, office: Office, database: Database) -> None:
    lead = office.lead
    with database.unit_of_work(OPERATOR) as session:
        case = make_case(session, lead=lead)
        entry = make_event(session, case, 2, "2026-03-01")
        work = make_due_work(session, case, lead, None)
        made = {
            kind: make_reminder(session, work, lead, kind=kind, subject_type=about, due_key=str(new_id()), due_on=None)
            for kind, about in [
                ("status_changed", "case_event"),
                ("renewal", "case"),
                ("digest", "digest"),
                ("summary", "summary"),
                ("watchdog", "watchdog"),
            ]
        }
        made["status_changed"].subject_id, made["renewal"].subject_id = entry.id, case.id
        for kind in ("digest", "summary", "watchdog"):
            made[kind].subject_id, made[kind].case_id = lead.id, None
    client = as_somebody(app, lead)
    places = {kind: client.get(f"/r/{row.number}").headers["Location"] for kind, row in made.items()}
    assert places == {
        "status_changed": f"/cases/{case.reference}?event={entry.id}#event-{entry.id}",
        "renewal": f"/cases/{case.reference}",
        "digest": "/reminders",
        "summary": "/reminders",
        "watchdog": "/watchdog",
    }
