"""Who hears that others read a case now, and that a key ends: by bell, and by a mail that names nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.factories.case import join, make_case
from tests.factories.openpgp import keep_key, make_secret, public
from tests.factories.person import make_person
from tests.support.planning import rows_of, sweep_at
from tests.support.sign_in import sign_in
from tests.support.smtp import SmtpSink
from tracker.access.ending import end_memberships
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.openpgp.models import OpenPgpKey
from tracker.reminders.models import ReminderPreference

Run = Callable[..., Any]
TITLE = "Quicksilver"


@pytest.fixture
def people(database: Database) -> dict[str, Person]:
    with database.unit_of_work(OPERATOR) as session:
        roles = {"lead": "legal_officer", "member": "coordinator", "asker": "legal_officer", "second": "head"}
        return {name: make_person(session, role) for name, role in roles.items()}


def case_of(database: Database, people: dict[str, Person], level: str) -> Case:
    with database.unit_of_work(OPERATOR) as session:
        case = make_case(session, level=level, history=(), lead=people["lead"], title=TITLE)
        join(session, case, people["member"], "reader")
        return case


def break_glass(app: Any, people: dict[str, Person], case: Case) -> None:
    client = sign_in(app.test_client(), people["asker"])
    client.post("/requests/glass", data={"reference": case.reference, "reason": "Her hearing is tomorrow"})
    second = sign_in(app.test_client(), people["second"])
    approval = second.get("/requests").text.partition("/requests/")[2].partition("/agree")[0].rpartition("/")[2]
    assert second.post(f"/requests/{approval}/agree").status_code == 303


@pytest.mark.parametrize("level", ["restricted", "sealed"])
def test_broken_glass_is_told_to_the_members_at_once_by_bell_and_a_mail_that_names_nothing(
    app: Any, database: Database, people: dict[str, Person], tick: Run, smtp_sink: SmtpSink, level: str
) -> None:
    case = case_of(database, people, level)
    with database.unit_of_work(OPERATOR) as session:
        session.add(ReminderPreference(person_id=people["member"].id, delivery="weekly"))
    break_glass(app, people, case)
    assert tick().sent == 3
    told = {mail.recipients[0] for mail in smtp_sink.mails}
    assert told == {people["lead"].email, people["member"].email, people["asker"].email}, "not who agreed"
    assert [row.kind for row in rows_of(database) if row.recipient_id == people["asker"].id] == ["answered"]
    for mail in smtp_sink.mails:
        whole = mail.content.decode()
        assert TITLE not in whole and case.reference not in whole and "glass" not in whole.lower()
    rows = rows_of(database, kind="glass")
    assert {row.recipient_id for row in rows} == {people["lead"].id, people["member"].id}
    bell = sign_in(app.test_client(), people["lead"]).get("/reminders")
    assert "The glass was broken" in bell.text and TITLE in bell.text
    assert tick().sent == 0
    assert "The glass was broken" not in sign_in(app.test_client(), people["asker"]).get("/reminders").text


def test_the_notice_leads_to_the_members_of_the_case(app: Any, database: Database, people: dict[str, Person]) -> None:
    case = case_of(database, people, "restricted")
    break_glass(app, people, case)
    sweep_at(database, clock.now())
    [row] = [one for one in rows_of(database, kind="glass") if one.recipient_id == people["lead"].id]
    answer = sign_in(app.test_client(), people["lead"]).get(f"/r/{row.number}")
    assert f"/cases/{case.reference}/members" in (answer.location or answer.text)


def test_a_membership_that_ran_out_is_told_to_those_who_stay(
    database: Database, people: dict[str, Person], tick: Run, smtp_sink: SmtpSink
) -> None:
    case = case_of(database, people, "sealed")
    with database.unit_of_work(OPERATOR) as session:
        membership = join(session, case, people["asker"], "member")
        membership.starts_at, membership.ends_at = clock.now() - timedelta(days=9), clock.now() - timedelta(minutes=1)
    with database.unit_of_work(OPERATOR) as session:
        assert end_memberships(session) == 1
    assert tick().sent == 2
    assert {mail.recipients[0] for mail in smtp_sink.mails} == {people["lead"].email, people["member"].email}
    assert all(TITLE not in mail.content.decode() for mail in smtp_sink.mails)
    assert {row.kind for row in rows_of(database)} == {"membership_ended"}


@pytest.mark.parametrize("level", ["internal", "sealed"])
def test_whoever_is_taken_off_a_case_is_told_in_words_that_name_nothing_and_nobody_else_is(
    app: Any, database: Database, people: dict[str, Person], tick: Run, smtp_sink: SmtpSink, level: str
) -> None:
    case = case_of(database, people, level)
    with database.unit_of_work(OPERATOR) as session:
        gone = join(session, case, people["asker"], "member")
        kept = join(session, case, people["second"], "member")
    lead = sign_in(app.test_client(), people["lead"])
    assert lead.post(f"/cases/{case.reference}/members/{gone.id}/end").status_code == 303
    said = {"person": str(people["second"].id), "kind": "reader", "reason": "Only reads now"}
    assert lead.post(f"/cases/{case.reference}/members", data=said).status_code == 303
    assert tick().sent == 1, "another part in the case is no end"
    [mail] = smtp_sink.mails
    assert mail.recipients == [people["asker"].email]
    assert TITLE not in mail.content.decode() and case.reference not in mail.content.decode()
    [row] = rows_of(database)
    assert (row.kind, row.subject_id) == ("membership_taken", gone.id) != ("membership_taken", kept.id)
    asker = sign_in(app.test_client(), people["asker"])
    bell = asker.get("/reminders").text
    assert "You were taken off a case" in bell and (TITLE in bell) is (level == "internal")
    assert asker.get(f"/r/{row.number}").status_code in (200, 303)


def test_whoever_is_taken_off_before_the_case_is_sealed_hears_of_it(
    app: Any, database: Database, people: dict[str, Person], tick: Run, smtp_sink: SmtpSink
) -> None:
    case = case_of(database, people, "internal")
    coordinator = sign_in(app.test_client(), people["member"])
    members = f"/cases/{case.reference}/members"
    me = {"person": str(people["member"].id), "kind": "lead", "reason": "Takes it"}
    assert coordinator.post(members, data=me).status_code == 303
    with database.unit_of_work(OPERATOR) as session:
        of_lead = "SELECT id FROM case_memberships WHERE person_id = :who"
        theirs = session.scalar(text(of_lead), {"who": people["lead"].id})
        version = session.get_one(Case, case.id).version
    assert coordinator.post(f"{members}/{theirs}/end").status_code == 303
    with database.unit_of_work(OPERATOR) as session:
        version = session.get_one(Case, case.id).version
    sealing = {"level": "sealed", "version": version}
    assert coordinator.post(f"/cases/{case.reference}/level", data=sealing).status_code == 303
    tick()
    assert people["lead"].email in {mail.recipients[0] for mail in smtp_sink.mails}
    assert all(TITLE not in mail.content.decode() for mail in smtp_sink.mails)


def ask_to_unseal(app: Any, database: Database, people: dict[str, Person], case: Case) -> str:
    with database.unit_of_work(OPERATOR) as session:
        join(session, case, people["second"], "member")
        version = session.get_one(Case, case.id).version
    lead = sign_in(app.test_client(), people["lead"])
    said = {"level": "restricted", "reason": "Published", "version": version}
    assert lead.post(f"/cases/{case.reference}/level", data=said).status_code == 303
    return lead.get("/requests").text.partition("/requests/")[2].partition("/withdraw")[0].rpartition("/")[2]


@pytest.mark.parametrize("answer", ["agree", "refuse"])
def test_whoever_asked_is_told_that_a_second_person_answered(
    app: Any, database: Database, people: dict[str, Person], tick: Run, smtp_sink: SmtpSink, answer: str
) -> None:
    case = case_of(database, people, "sealed")
    approval = ask_to_unseal(app, database, people, case)
    assert tick().sent == 0
    assert sign_in(app.test_client(), people["second"]).post(f"/requests/{approval}/{answer}").status_code == 303
    assert tick().sent == 1
    [mail] = smtp_sink.mails
    assert mail.recipients == [people["lead"].email]
    assert not any(word in mail.content.decode() for word in (TITLE, case.reference, "request", "seal"))
    bell = sign_in(app.test_client(), people["lead"]).get("/reminders").text
    assert "Your request was answered" in bell and "any more" not in bell
    assert "Your request" not in sign_in(app.test_client(), people["lead"], is_assured=False).get("/reminders").text
    [row] = rows_of(database)
    assert "/requests" in (sign_in(app.test_client(), people["lead"]).get(f"/r/{row.number}").location or "")


def test_whoever_lost_the_case_is_not_told_of_the_answer(
    app: Any, database: Database, people: dict[str, Person], tick: Run
) -> None:
    case = case_of(database, people, "sealed")
    approval = ask_to_unseal(app, database, people, case)
    sign_in(app.test_client(), people["second"]).post(f"/requests/{approval}/refuse")
    with database.unit_of_work(OPERATOR) as session:
        gone = "UPDATE case_memberships SET ended_at = now() WHERE person_id = :who"
        session.execute(text(gone), {"who": people["lead"].id})
    assert tick().sent == 0


def test_what_two_persons_decided_is_told_to_all_others_who_watch_over_it(
    app: Any, database: Database, people: dict[str, Person], tick: Run, smtp_sink: SmtpSink
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        watching = [make_person(session, "administrator"), make_person(session, "head")]
        session.add(ReminderPreference(person_id=watching[0].id, delivery="weekly"))
    case = case_of(database, people, "internal")
    break_glass(app, people, case)
    assert tick().sent == 3
    told = {mail.recipients[0] for mail in smtp_sink.mails}
    assert told == {people["asker"].email, *(one.email for one in watching)}, "not to whoever agreed"
    for one in watching:
        client = sign_in(app.test_client(), one)
        assert "Two persons decided something of weight" in client.get("/reminders").text
        page = client.get("/requests").text
        assert people["asker"].name in page and people["second"].name in page
    assert "Break the glass" not in sign_in(app.test_client(), people["lead"]).get("/requests").text


def test_whoever_lost_the_case_meanwhile_hears_nothing(
    app: Any, database: Database, people: dict[str, Person], tick: Run, smtp_sink: SmtpSink
) -> None:
    case = case_of(database, people, "sealed")
    break_glass(app, people, case)
    sweep_at(database, clock.now())
    with database.unit_of_work(OPERATOR) as session:
        gone = "UPDATE case_memberships SET ended_at = now() WHERE person_id = :who"
        session.execute(text(gone), {"who": people["member"].id})
    assert tick().sent == 2
    told = {mail.recipients[0] for mail in smtp_sink.mails}
    assert told == {people["lead"].email, people["asker"].email}, "the lead of the glass, the asker of the answer"


EXPIRES = datetime(2027, 3, 31, 15, tzinfo=UTC)


def owner_of_a_key(database: Database) -> Person:
    with database.unit_of_work(OPERATOR) as session:
        person = make_person(session, "legal_officer")
        keep_key(session, person, public(make_secret()))
        session.get_one(OpenPgpKey, person.id).expires_at = EXPIRES
        return person


def test_a_key_that_ends_is_told_30_7_and_1_days_before(database: Database, tick: Run, smtp_sink: SmtpSink) -> None:
    person = owner_of_a_key(database)
    sent = []
    for days in range(40, -2, -1):
        if tick(EXPIRES - timedelta(days=days), reminder_pause_s=10_000_000).sent:
            sent.append(days)
    assert sent == [30, 7, 1]
    assert all(mail.recipients == [person.email] for mail in smtp_sink.mails)
    assert {str(row.due_on) for row in rows_of(database, kind="key_ends")} == {"2027-03-31"}


def test_a_key_given_late_is_told_of_once_and_a_renewed_one_no_more(
    app: Any, database: Database, tick: Run, smtp_sink: SmtpSink
) -> None:
    person = owner_of_a_key(database)
    assert tick(EXPIRES - timedelta(days=3)).sent == 1
    with clock.fixed(EXPIRES - timedelta(days=3)):
        assert "Your OpenPGP key expires" in sign_in(app.test_client(), person).get("/reminders").text
    with database.unit_of_work(OPERATOR) as session:
        session.get_one(OpenPgpKey, person.id).expires_at = EXPIRES + timedelta(days=700)
    assert tick(EXPIRES - timedelta(hours=20)).sent == 0
    assert [row.last_error for row in rows_of(database, kind="key_ends") if row.status == "cancelled"] == [
        "date_changed"
    ]


def test_of_a_key_that_was_taken_away_nothing_is_told(database: Database, tick: Run) -> None:
    person = owner_of_a_key(database)
    sweep_at(database, EXPIRES - timedelta(days=60))
    with database.unit_of_work(OPERATOR) as session:
        session.delete(session.get_one(OpenPgpKey, person.id))
    assert tick(EXPIRES - timedelta(days=29)).sent == 0
    assert {row.last_error for row in rows_of(database, kind="key_ends")} == {"closed"}


def test_the_slow_sweep_finds_a_key_that_no_change_asked_for_and_its_owner_may_move(
    database: Database, tick: Run
) -> None:
    person = owner_of_a_key(database)
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("DELETE FROM reminder_plans"))
        session.execute(text("UPDATE openpgp_keys SET expires_at = '2027-03-31 23:30Z'"))
        session.execute(text("DELETE FROM reminder_plans"))
    sweep_at(database, EXPIRES - timedelta(days=60))
    sweep_at(database, EXPIRES - timedelta(days=59))
    assert len(rows_of(database, kind="key_ends")) == 3
    with database.unit_of_work(OPERATOR) as session:
        session.get_one(Person, person.id).time_zone = "America/New_York"
    assert tick(EXPIRES - timedelta(hours=20)).sent == 1
