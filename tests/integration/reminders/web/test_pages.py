"""The ledger, the way in from a mail, and one's wishes, as each reader sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text, update

from tests.factories.case import make_case
from tests.factories.reminder import make_due_work, make_reminder
from tests.integration.reminders.web.conftest import LEVELS, Office, make_numbered_mails
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.database import Database
from tracker.pathways.store import definitions
from tracker.reminders.kinds import WISHABLE
from tracker.reminders.models import Reminder, ReminderPreference, ReminderRule
from tracker.reminders.planning import sweeping as planning


def as_somebody(app: Flask, person: Person) -> FlaskClient:
    return sign_in(app.test_client(), person)


def stored(database: Database, reminder: Reminder) -> Reminder:
    with database.unit_of_work(OPERATOR) as session:
        return session.get_one(Reminder, reminder.id)


def set_status(database: Database, reminder: Reminder, **values: Any) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(Reminder).where(Reminder.id == reminder.id).values(values))


# Who sees what


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("legal_officer", {"internal"}),
        ("coordinator", {"internal"}),
        ("head", {"internal"}),
        ("outside_counsel", set(LEVELS)),
        ("administrator", set()),
    ],
)
def test_the_ledger_names_only_what_its_reader_may_see(app: Flask, office: Office, who: str, seen: set[str]) -> None:
    page = as_somebody(app, office.people[who]).get("/ledger").text
    assert {level for level in LEVELS if f"Task {level}" in page} == seen
    assert {level for level in LEVELS if office.references[level] in page} == seen


def test_an_administrator_sees_that_mail_is_stuck_by_its_number_and_nothing_of_a_sealed_case(
    app: Flask, office: Office
) -> None:
    page = as_somebody(app, office.people["administrator"]).get("/ledger").text
    assert office.reminders["internal"].number in page and office.reminders["restricted"].number in page
    assert office.reminders["sealed"].number not in page


def test_a_sealed_follow_up_of_an_open_case_is_not_in_the_ledger_of_others(
    app: Flask, office: Office, database: Database
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        case = make_case(session, title="Open case", lead=office.lead)
        work = make_due_work(session, case, office.lead, date(2026, 12, 1), level="sealed", title="Hidden task")
        hidden = make_reminder(session, work, office.lead)
    page = as_somebody(app, office.people["legal_officer"]).get("/ledger").text
    assert "Hidden task" not in page and hidden.number not in page
    assert "Hidden task" in as_somebody(app, office.lead).get("/ledger").text


def test_filters_narrow_the_ledger(app: Flask, office: Office, database: Database) -> None:
    set_status(database, office.reminders["restricted"], status="dead", last_error="smtp_550")
    reader = as_somebody(app, office.lead)
    dead = reader.get("/ledger?status=dead").text
    assert "Task restricted" in dead and "The relay refuses it (550)" in dead and "Task internal" not in dead
    assert "Task internal" not in reader.get("/ledger?kind=overdue").text
    assert "Task internal" in reader.get("/ledger?recipient=me").text
    assert "Task internal" not in reader.get(f"/ledger?recipient={office.people['head'].id}").text
    assert reader.get("/ledger?status=nonsense&kind='&recipient=x&cursor=%FF").status_code == 200


def test_pages_of_the_ledger_show_every_mail_once_in_as_many_statements_as_ever(
    app: Flask, office: Office, database: Database
) -> None:
    make_numbered_mails(database, office.lead, 120)
    reader = as_somebody(app, office.lead)
    counted: list[int] = []
    address: str | None = "/ledger"
    found: list[str] = []
    while address:
        statements: list[str] = []
        with _listening(database, statements):
            page = reader.get(address).text
        counted.append(len(statements))
        found += [f"Numbered {number:03}" for number in range(120) if f"Numbered {number:03}<" in page]
        address = _next(page)
    assert sorted(found) == [f"Numbered {number:03}" for number in range(120)]
    assert len(counted) == 3 and max(counted) <= 8 and len(set(counted)) == 1


# Sending again, taking back


def test_a_coordinator_sends_a_dead_mail_again_under_the_same_message_id(
    app: Flask, office: Office, database: Database
) -> None:
    reminder = office.reminders["internal"]
    set_status(database, reminder, status="dead", last_error="smtp_550", attempts=16, settled_at=clock.now())
    answer = as_somebody(app, office.people["coordinator"]).post(f"/ledger/{reminder.id}/resend")
    assert answer.status_code == 303
    row = stored(database, reminder)
    assert (row.status, row.attempts, row.message_id) == ("planned", 0, reminder.message_id)
    assert row.send_at <= clock.now()


def test_a_mail_taken_back_by_hand_is_not_planned_again(app: Flask, office: Office, database: Database) -> None:
    reminder = office.reminders["internal"]
    as_somebody(app, office.people["administrator"]).post(f"/ledger/{reminder.id}/cancel")
    assert (stored(database, reminder).status, stored(database, reminder).last_error) == ("cancelled", "by_hand")
    with database.unit_of_work(OPERATOR) as session:
        planning.replan_person(session, office.lead.id)
    with database.unit_of_work(PLANNER) as session:
        planning.sweep(session, clock.now())
    assert stored(database, reminder).status == "cancelled"


@pytest.mark.parametrize("deed", ["resend", "cancel"])
@pytest.mark.parametrize(
    ("who", "level", "answer"),
    [
        ("legal_officer", "internal", 403),
        ("head", "internal", 403),
        ("outside_counsel", "internal", 403),
        ("coordinator", "restricted", 404),
        ("coordinator", "sealed", 404),
        ("administrator", "sealed", 404),
        ("administrator", "restricted", 303),
        ("coordinator", "internal", 303),
    ],
)
def test_who_may_steer_mail(
    app: Flask, office: Office, database: Database, deed: str, who: str, level: str, answer: int
) -> None:
    reminder = office.reminders[level]
    set_status(database, reminder, status="dead" if deed == "resend" else "planned")
    assert as_somebody(app, office.people[who]).post(f"/ledger/{reminder.id}/{deed}").status_code == answer


def test_a_mail_that_went_in_the_meantime_is_not_taken_back_and_the_page_says_so(
    app: Flask, office: Office, database: Database
) -> None:
    reminder = office.reminders["internal"]
    set_status(database, reminder, status="sent")
    reader = as_somebody(app, office.people["coordinator"])
    assert reader.post(f"/ledger/{reminder.id}/cancel").status_code == 303
    assert stored(database, reminder).status == "sent"
    assert "has gone on in the meantime" in reader.get("/ledger").text


def test_asking_for_a_deed_changes_nothing(app: Flask, office: Office, database: Database) -> None:
    reminder = office.reminders["internal"]
    reader = as_somebody(app, office.people["administrator"])
    assert reader.get(f"/ledger/{reminder.id}/cancel").status_code == 405
    assert stored(database, reminder).status == "planned"


# The link of a mail


def test_the_link_of_a_mail_asks_for_a_sign_in_and_fifty_scanners_use_nothing_up(
    app: Flask, office: Office, database: Database
) -> None:
    reminder = office.reminders["sealed"]
    before = stored(database, reminder)
    strangers = app.test_client()
    for _ in range(25):
        for ask in (strangers.get, strangers.head):
            answer = ask(f"/r/{reminder.number}")
            assert answer.status_code in (302, 303) and "/sign-in" in answer.headers["Location"]
            assert str(reminder.subject_id) not in answer.headers["Location"]
    lead = as_somebody(app, office.lead)
    assert lead.head(f"/r/{reminder.number}").status_code == 200
    answer = lead.get(f"/r/{reminder.number}")
    assert answer.status_code == 200 and f"/follow-ups/{reminder.subject_id}" in answer.text
    after = stored(database, reminder)
    assert {column.name: getattr(before, column.name) for column in Reminder.__table__.columns} == {
        column.name: getattr(after, column.name) for column in Reminder.__table__.columns
    }


@pytest.mark.parametrize("who", ["legal_officer", "coordinator", "head"])
def test_the_link_is_nothing_to_those_who_may_not_see_the_matter(app: Flask, office: Office, who: str) -> None:
    reader = as_somebody(app, office.people[who])
    assert reader.get(f"/r/{office.reminders['sealed'].number}").status_code == 404
    assert reader.get("/r/AAAAA-AAAAA").status_code == 404
    assert reader.get("/r/%00").status_code == 404


# Wishes


FORM: dict[str, Any] = {
    "wants_mail": "y",
    "delivery": "single",
    "digest_day": "1",
    "send_time": "09:00",
    "mail_kinds": list(WISHABLE),
    "days_before": "7, 3, 1",
    "working_days": ["1", "2", "3", "4", "5"],
}


def wish(app: Flask, person: Person, **said: Any) -> Any:
    """Send the form with everything as it stands by default, but for what is `said`; None leaves a field out."""
    form = {name: value for name, value in (FORM | said).items() if value is not None}
    return as_somebody(app, person).post("/preferences/reminders", data=form)


def test_outside_counsel_may_name_whom_they_work_with_and_are_told_of_nobody_else(app: Flask, office: Office) -> None:
    page = as_somebody(app, office.people["outside_counsel"]).get("/preferences/reminders").text
    assert '<option value="Lena Lead">' in page
    for role in ("coordinator", "head", "legal_officer"):
        assert f"The {role}" not in page
    said = {"away_from": "2027-01-04", "away_until": "2027-01-08", "substitute": "The coordinator"}
    refused = wish(app, office.people["outside_counsel"], **said)
    assert refused.status_code == 422
    assert wish(app, office.lead, **said).status_code == 303
    assert "The coordinator" in as_somebody(app, office.lead).get("/preferences/reminders").text


def test_wishes_are_kept_and_what_is_planned_follows(app: Flask, office: Office, database: Database) -> None:
    assert wish(app, office.lead, days_before="14 2", send_time="07:30").status_code == 303
    with database.unit_of_work(OPERATOR) as session:
        kept = session.get_one(ReminderPreference, office.lead.id)
    assert (kept.days_before, kept.send_time.hour, kept.wants_mail) == ([14, 2], 7, True)
    with clock.fixed(datetime(2026, 11, 1, tzinfo=UTC)):
        with database.unit_of_work(OPERATOR) as session:
            planning.replan_person(session, office.lead.id)
        with database.unit_of_work(PLANNER) as session:
            planning.sweep(session, clock.now())
    with database.unit_of_work(OPERATOR) as session:
        keys = set(session.scalars(select(Reminder.due_key).where(Reminder.status == "planned")))
    assert keys == {"1:-14", "1:-2", "1:0", "1:+1"}
    page = as_somebody(app, office.lead).get("/preferences/reminders").text
    assert 'value="14, 2"' in page and "07:30" in page


def test_no_mail_means_lines_in_the_app_and_no_mail(app: Flask, office: Office, database: Database) -> None:
    assert wish(app, office.lead, wants_mail=None).status_code == 303
    with database.unit_of_work(PLANNER) as session:
        planning.sweep(session, clock.now())
    with database.unit_of_work(OPERATOR) as session:
        assert set(session.scalars(select(Reminder.via))) == {"app"}


@pytest.mark.parametrize(
    "said",
    [
        {"days_before": "soon"},
        {"days_before": "9" * 61},
        {"days_before": "7, 0"},
        {"send_time": "25:00"},
        {"overdue_every": "often"},
        {"quiet_from": "22:00", "quiet_until": ""},
        {"quiet_from": "26:00"},
        {"away_from": "2026-12-24"},
        {"paused_until": "some day"},
        {"paused_until": "2020-01-10"},
        {"away_from": "2020-01-01", "away_until": "2020-01-09"},
        {"substitute": "Nobody of that name"},
    ],
)
def test_bad_wishes_are_refused_with_what_was_typed_still_there(
    app: Flask, office: Office, database: Database, said: dict[str, str]
) -> None:
    answer = wish(app, office.lead, **said)
    assert answer.status_code == 422 and "There is a problem" in answer.text
    assert next(iter(said.values())) in answer.text
    with database.unit_of_work(OPERATOR) as session:
        assert session.get(ReminderPreference, office.lead.id) is None


def test_every_fault_of_the_wishes_is_named_at_once(app: Flask, office: Office) -> None:
    page = wish(
        app, office.lead, days_before="soon", overdue_every="99", away_from="2026-12-24", substitute="Nobody"
    ).text
    for words in (
        "Write up to 10 numbers",
        "Write a number of working days",
        "Say both the first",
        "Choose one of the",
    ):
        assert page.count(words) == 2  # above the form and at the field


def test_everything_that_can_be_wished_is_kept_and_shown_again(app: Flask, office: Office, database: Database) -> None:
    said = {
        "delivery": "weekly",
        "digest_day": "5",
        "mail_kinds": ["assigned", "overdue"],
        "days_before": "0",
        "overdue_every": "5",
        "working_days": ["1", "2", "7"],
        "only_working_days": "y",
        "country": "LT",
        "quiet_from": "20:00",
        "quiet_until": "07:30",
        "paused_until": "2100-01-10",
        "away_from": "2100-01-01",
        "away_until": "2100-01-09",
        "substitute": "the coordinator",
    }
    assert wish(app, office.lead, **said).status_code == 303
    with database.unit_of_work(OPERATOR) as session:
        kept = session.get_one(ReminderPreference, office.lead.id)
        assert session.get_one(Person, office.lead.id).country == "LT"
    assert (kept.delivery, kept.digest_day, kept.days_before, kept.overdue_every) == ("weekly", 5, [], 5)
    assert set(kept.unwanted_kinds) == set(WISHABLE) - {"assigned", "overdue"}
    assert (kept.working_days, kept.only_working_days) == ([1, 2, 7], True)
    assert (str(kept.quiet_from), str(kept.quiet_until)) == ("20:00:00", "07:30:00")
    assert [str(day) for day in (kept.paused_until, kept.away_from, kept.away_until)] == [
        *("2100-01-10", "2100-01-01", "2100-01-09")
    ]
    assert kept.substitute_id == office.people["coordinator"].id
    page = as_somebody(app, office.lead).get("/preferences/reminders").text
    for shown in (
        "20:00",
        "07:30",
        "2100-01-10",
        'value="The coordinator"',
        'selected value="LT"',
        'selected value="5"',
    ):
        assert shown in page
    assert page.count('name="mail_kinds"') == len(WISHABLE) and page.count("checked") >= 5


@pytest.mark.parametrize("field", ["paused_until", "away_until"])
def test_a_pause_or_an_absence_that_is_over_is_refused_at_its_field(app: Flask, office: Office, field: str) -> None:
    page = wish(
        app, office.lead, **({"away_from": "2020-01-01"} if field == "away_until" else {}), **{field: "2020-01-09"}
    )
    assert page.status_code == 422 and page.text.count("That day has passed.") == 2
    assert 'value="2020-01-09"' in page.text


def test_an_absence_that_is_over_is_shown_no_more_and_stands_in_nobodys_way(
    app: Flask, office: Office, database: Database
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        day = date(2020, 1, 9)
        past = {"paused_until": day, "away_from": day, "away_until": day}
        session.add(ReminderPreference(person_id=office.lead.id, substitute_id=office.people["coordinator"].id, **past))
    page = as_somebody(app, office.lead).get("/preferences/reminders").text
    assert "2020-01-09" not in page and page.count('value="The coordinator"') == 1, "among those offered only"


def test_an_empty_field_leaves_it_to_the_case(app: Flask, office: Office, database: Database) -> None:
    assert wish(app, office.lead, days_before="", overdue_every="").status_code == 303
    with database.unit_of_work(OPERATOR) as session:
        kept = session.get_one(ReminderPreference, office.lead.id)
    assert (kept.days_before, kept.overdue_every) == (None, None)


def test_a_look_ahead_keeps_nothing(app: Flask, office: Office, database: Database) -> None:
    client = as_somebody(app, office.lead)
    said = FORM | {"days_before": "14, 2", "country": "LT"}
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post("/preferences/reminders/preview", data=said, headers=headers)
        assert answer.status_code == 200 and "nothing is saved" in answer.text
    assert "14, 2" in client.post("/preferences/reminders/preview", data=said).text
    refused = client.post("/preferences/reminders/preview", data=said | {"days_before": "soon"})
    assert refused.status_code == 422 and "There is a problem" in refused.text
    with database.unit_of_work(OPERATOR) as session:
        assert session.get(ReminderPreference, office.lead.id) is None
        assert session.get_one(Person, office.lead.id).country is None


# Rules of cases and pathways

RULE: dict[str, Any] = {
    "days_before": "10, 2",
    "overdue_every": "4",
    "has_chain": "y",
    "steps-0-after": "2",
    "steps-0-to": "head",
    "version": "0",
}


def test_a_lead_sets_the_rules_of_a_case_and_a_second_editor_learns_of_the_first(
    app: Flask, office: Office, database: Database
) -> None:
    client, address = as_somebody(app, office.lead), f"/cases/{office.references['sealed']}/reminders/rules"
    assert "the lead of the case" in client.get(address).text
    assert client.post(address, data=RULE).status_code == 303
    page = client.get(address).text
    assert 'value="10, 2"' in page and "after 2: the heads" in page
    second = client.post(address, data=RULE | {"days_before": "9"})
    assert second.status_code == 409 and "in the meantime" in second.text and 'value="9"' in second.text
    with database.unit_of_work(OPERATOR) as session:
        rule = session.scalars(select(ReminderRule)).one()
    assert (rule.days_before, rule.overdue_every, rule.waiting_every) == ([10, 2], 4, None)
    assert rule.escalation == [{"after": 2, "to": "head"}]


@pytest.mark.parametrize(
    "said", [{"days_before": "soon"}, {"overdue_every": "0"}, {"steps-0-after": "x"}, {"steps-1-after": "1"}]
)
def test_rules_that_make_no_sense_are_refused_with_what_was_typed(
    app: Flask, office: Office, database: Database, said: dict[str, str]
) -> None:
    address = f"/cases/{office.references['internal']}/reminders/rules"
    answer = as_somebody(app, office.lead).post(address, data=RULE | said)
    assert answer.status_code == 422 and "There is a problem" in answer.text
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalars(select(ReminderRule)).all() == []


def test_a_chain_that_makes_no_sense_is_refused_at_its_steps(app: Flask, office: Office) -> None:
    address = f"/cases/{office.references['internal']}/reminders/rules"
    chain = {"has_chain": "y", "steps-0-after": "7", "steps-0-to": "lead", "steps-1-after": "3", "steps-1-to": "head"}
    answer = as_somebody(app, office.lead).post(address, data=RULE | chain)
    words = "Write up to 5 steps, each some working days after the one before it."
    assert answer.status_code == 422 and f'<a href="#steps">{words}</a>' in answer.text
    assert words in answer.text.partition('id="steps"')[2]


def test_wide_rules_say_what_holds_now_and_what_they_are_of(app: Flask, office: Office) -> None:
    client = as_somebody(app, office.people["administrator"])
    key = definitions().keys()[0]
    client.post("/settings/reminders", data=RULE | {"version": "0"})
    for address in ("/settings/reminders", "/settings/reminders?pathway=", f"/settings/reminders?pathway={key}"):
        page = client.get(address).text
        assert "What holds now" in page and "<dd>10, 2</dd>" in page
        assert "after 2: the heads" in page
        assert f'value="{key}" selected' in page or address.endswith(("reminders", "="))


def test_rules_of_all_are_set_by_administrators_and_of_a_case_by_whoever_manages_it(app: Flask, office: Office) -> None:
    key = definitions().keys()[0]
    keeper = as_somebody(app, office.people["administrator"])
    for version in ("0", "1"):
        assert keeper.post("/settings/reminders", data=RULE | {"version": version}).status_code == 303
        assert keeper.post(f"/settings/reminders?pathway={key}", data=RULE | {"version": version}).status_code == 303
    assert 'value="10, 2"' in keeper.get(f"/settings/reminders?pathway={key}").text
    assert keeper.get("/settings/reminders?pathway=nonsense").status_code == 404
    coordinator = as_somebody(app, office.people["coordinator"])
    assert coordinator.get("/settings/reminders").status_code == 404
    assert "/settings/reminders" not in coordinator.get("/watchdog").text
    assert "/settings/reminders" in keeper.get("/watchdog").text
    internal = f"/cases/{office.references['internal']}/reminders/rules"
    counsel = as_somebody(app, office.people["outside_counsel"])
    assert counsel.get(internal).status_code == 200 and counsel.post(internal, data=RULE).status_code == 403
    assert as_somebody(app, office.people["coordinator"]).post(internal, data=RULE).status_code == 303


def test_a_new_zone_moves_what_is_planned(app: Flask, office: Office, database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE follow_ups SET due_on = current_date + 40"))
        planning.replan_person(session, office.lead.id)
    with database.unit_of_work(PLANNER) as session:
        planning.sweep(session, clock.now())
    as_somebody(app, office.lead).post("/preferences", data={"language": "en", "time_zone": "Asia/Tokyo"})
    with database.unit_of_work(PLANNER) as session:
        planning.sweep(session, clock.now())
    with database.unit_of_work(OPERATOR) as session:
        the_day_after = session.scalars(select(Reminder.scheduled_at).where(Reminder.due_key == "1:+1"))
        assert {instant.hour for instant in the_day_after} == {0}


def test_the_page_of_a_follow_up_shows_its_reminders(app: Flask, office: Office) -> None:
    page = as_somebody(app, office.lead).get(f"/follow-ups/{office.reminders['sealed'].subject_id}").text
    assert 'id="reminders"' in page and "On the day" in page


def _listening(database: Database, statements: list[str]) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def listen() -> Any:
        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        event.listen(database.app_engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(database.app_engine, "before_cursor_execute", note)

    return listen()


def _next(page: str) -> str | None:
    import html
    import re

    found = re.search(r'rel="next" href="([^"]+)"', page)
    return html.unescape(found.group(1)) if found else None
