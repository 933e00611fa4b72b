"""From the outbox to the relay: each row once, whatever the relay, the reader's rights or a neighbour do."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from tests.factories.case import join, make_case
from tests.factories.person import make_person
from tests.factories.reminder import make_due_work, make_reminder
from tests.support.smtp import SmtpSink
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.database import Database
from tracker.followups.models import FollowUp
from tracker.reminders import letters, outbox
from tracker.reminders.delivery.desk import Desk, Settlement
from tracker.reminders.models import Reminder, ReminderPreference
from tracker.reminders.queries import outbox_state
from tracker.reminders.terms import Terms

DUE = date(2026, 12, 1)


def settled(database: Database) -> Counter[tuple[str, str | None]]:
    with database.unit_of_work(OPERATOR) as session:
        return Counter(
            (row.status, row.last_error) for row in session.execute(select(Reminder.status, Reminder.last_error))
        )


def one(database: Database) -> Reminder:
    with database.unit_of_work(OPERATOR) as session:
        return session.scalars(select(Reminder)).one()


def set_all(database: Database, **values: Any) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(Reminder).values(values))


@pytest.fixture
def office(database: Database) -> dict[str, Any]:
    with database.unit_of_work(OPERATOR) as session:
        officer = make_person(session, "legal_officer", name="Olga Officer")
        case = make_case(session, lead=officer, title="Situation in Canaria")
        follow_up = make_due_work(session, case, officer, DUE, title="Ask the ministry", next_plan_at=None)
        return {"officer": officer, "case": case, "follow_up": follow_up}


@pytest.fixture
def reminder(database: Database, office: dict[str, Any]) -> Reminder:
    with database.unit_of_work(OPERATOR) as session:
        return make_reminder(session, office["follow_up"], office["officer"])


def many(database: Database, office: dict[str, Any], count: int) -> None:
    with database.unit_of_work(OPERATOR) as session:
        for _ in range(count):
            work = make_due_work(session, office["case"], office["officer"], DUE, next_plan_at=None)
            make_reminder(session, work, office["officer"])


def test_a_due_row_becomes_a_mail_to_its_recipient_and_no_second_one(
    reminder: Reminder, office: dict[str, Any], database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    report = tick()
    assert (report.sent, report.deferred, report.dead, report.is_done) == (1, 0, 0, True)
    assert tick().sent == 0
    (mail,) = smtp_sink.mails
    assert mail.recipients == [office["officer"].email] and mail.sender == "reminders@example.org"
    assert mail.message["Message-ID"] == f"<{reminder.message_id}@example.org>"
    assert office["case"].reference in mail.message["Subject"]
    assert f"https://tracker.example.org/r/{reminder.number}" in str(mail.message.get_body(("plain",)))
    row = one(database)
    assert (row.status, row.attempts, row.token, row.lease_until) == ("sent", 1, None, None)
    assert row.settled_at is not None


def test_a_row_that_is_not_due_stays(reminder: Reminder, database: Database, tick: Callable[..., Any]) -> None:
    set_all(database, send_at=clock.now() + timedelta(hours=1))
    assert tick().sent == 0
    assert settled(database) == {("planned", None): 1}


def test_many_mails_go_over_one_connection(
    office: dict[str, Any], database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    greeted: list[str] = []

    async def count(server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> list[str]:
        greeted.append(hostname)
        session.host_name = hostname
        return responses

    smtp_sink.handle_EHLO = count  # type: ignore[attr-defined]
    many(database, office, 45)
    assert tick().sent == 45
    assert len(smtp_sink.mails) == 45 and greeted == ["example.org"]


def test_two_drainers_at_once_send_each_row_once(
    office: dict[str, Any], database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    many(database, office, 60)
    start = threading.Barrier(2)
    reports: list[Any] = []

    def drain() -> None:
        start.wait()
        reports.append(tick())

    drainers = [threading.Thread(target=drain) for _ in range(2)]
    for drainer in drainers:
        drainer.start()
    for drainer in drainers:
        drainer.join(120)
    assert sum(report.sent for report in reports) == 60
    assert len({mail.message["Message-ID"] for mail in smtp_sink.mails}) == len(smtp_sink.mails) == 60
    assert settled(database) == {("sent", None): 60}


# What the relay says


@pytest.mark.parametrize("answer", ["451 Try later", "421 Too busy"])
def test_a_relay_that_says_later_is_asked_again_after_a_while_with_the_same_message_id(
    answer: str, reminder: Reminder, database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    now = clock.now()
    smtp_sink.answers = [answer, answer]
    assert tick(now).deferred == 1
    first = one(database)
    assert (first.status, first.last_error, first.attempts) == ("planned", f"smtp_{answer[:3]}", 1)
    assert timedelta(seconds=48) <= first.send_at - now <= timedelta(seconds=72)
    assert first.scheduled_at == reminder.scheduled_at
    assert tick(now).deferred == 0
    assert tick(first.send_at).deferred == 1
    second = one(database)
    assert timedelta(seconds=96) <= second.send_at - first.send_at <= timedelta(seconds=144)
    assert tick(second.send_at).sent == 1
    assert smtp_sink.mails[0].message["Message-ID"] == f"<{reminder.message_id}@example.org>"
    assert one(database).attempts == 3


def test_a_relay_that_says_never_is_not_asked_again(
    reminder: Reminder, database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    smtp_sink.answers = ["550 No such person"]
    assert tick().dead == 1
    assert settled(database) == {("dead", "smtp_550"): 1}
    tick(clock.now() + timedelta(days=3))
    assert settled(database)["dead", "smtp_550"] == 1
    assert f"<{reminder.message_id}@example.org>" not in [mail.message["Message-ID"] for mail in smtp_sink.mails]


def test_after_enough_tries_a_mail_is_dead_with_the_reason(
    reminder: Reminder, database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    set_all(database, attempts=15)
    smtp_sink.answers = ["451 Try later"]
    assert tick().dead == 1
    assert settled(database) == {("dead", "smtp_451"): 1}


def test_a_mail_whose_next_try_would_come_too_late_is_dead(
    reminder: Reminder, database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    set_all(database, useful_until=clock.now() + timedelta(seconds=30))
    smtp_sink.answers = ["451 Try later"]
    assert tick().dead == 1


def test_an_unreachable_relay_costs_no_row_a_try_however_long_it_is_away(
    office: dict[str, Any], database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    many(database, office, 30)
    nobody_listens = "smtp://127.0.0.1:1"
    for _ in range(20):
        assert tick(smtp_url=nobody_listens).deferred == 30
    assert settled(database) == {("planned", "relay_unreachable"): 30}
    with database.unit_of_work(OPERATOR) as session:
        assert set(session.scalars(select(Reminder.attempts))) == {0}
        assert set(session.scalars(select(Reminder.token))) == {None}
    assert tick(clock.now() + timedelta(minutes=2)).sent == 30


def test_one_bad_address_and_one_refused_mail_do_not_stop_the_others(
    office: dict[str, Any], database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        odd = make_person(session, "legal_officer")
        odd.email = "odd\r\nRCPT TO:<thief@example.org>"
        work = make_due_work(session, office["case"], odd, DUE, next_plan_at=None)
        make_reminder(session, work, odd, send_at=clock.now() - timedelta(hours=1))
    many(database, office, 3)
    smtp_sink.answers = ["550 No"]
    report = tick()
    assert (report.sent, report.dead) == (2, 2)
    assert settled(database) == {("dead", "bad_address"): 1, ("dead", "smtp_550"): 1, ("sent", None): 2}
    assert "thief@example.org" not in {to for mail in smtp_sink.mails for to in mail.recipients}


def test_a_mail_that_can_not_be_written_ends_dead_with_its_reason_and_the_others_go(
    office: dict[str, Any],
    database: Database,
    tick: Callable[..., Any],
    smtp_sink: SmtpSink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many(database, office, 5)
    with database.unit_of_work(OPERATOR) as session:
        bad = session.scalars(select(Reminder).order_by(Reminder.send_at).limit(1)).one().message_id
    write = letters.write

    def break_on_one(facts: Any, head: Any, recipient: str, message_id: Any, now: datetime) -> Any:
        if message_id == bad:
            raise ZeroDivisionError("a secret of the case")
        return write(facts, head, recipient, message_id, now)

    monkeypatch.setattr("tracker.reminders.delivery.postman.write", break_on_one)
    report = tick()
    assert (report.sent, report.deferred) == (4, 1)
    for hours in (1, 2):
        report = tick(clock.now() + timedelta(hours=hours))
    assert report.dead == 1
    assert settled(database) == {("sent", None): 4, ("dead", "rendering_failed"): 1}


# What changed since the promise


def close(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(FollowUp).values(status="done", completed_on=DUE))


def reassign(session: Session, office: dict[str, Any]) -> None:
    other = make_person(session, "legal_officer")
    session.execute(update(FollowUp).values(assignee_id=other.id))


def move(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(FollowUp).values(due_version=2, due_on=DUE + timedelta(days=9)))


def withdraw_access(session: Session, office: dict[str, Any]) -> None:
    session.execute(text("UPDATE cases SET level = 'restricted'"))
    session.execute(update(CaseMembership).values(ended_at=clock.now()))


def seal(session: Session, office: dict[str, Any]) -> None:
    session.execute(text("UPDATE follow_ups SET level = 'sealed'"))
    session.execute(update(CaseMembership).values(ended_at=clock.now()))


def let_membership_run_out(session: Session, office: dict[str, Any]) -> None:
    session.execute(text("UPDATE cases SET level = 'sealed'"))
    session.execute(text("UPDATE case_memberships SET ends_at = now() - interval '1 second'"))


def deactivate(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(Person).values(active=False))


def take_roles(session: Session, office: dict[str, Any]) -> None:
    session.execute(text("DELETE FROM person_roles"))
    session.execute(update(CaseMembership).values(ended_at=clock.now()))


def unwish(session: Session, office: dict[str, Any]) -> None:
    session.add(ReminderPreference(person_id=office["officer"].id, wants_mail=False))


def outlive(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(Reminder).values(useful_until=clock.now() - timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("happened", "reason"),
    [
        (close, "closed"),
        (reassign, "reassigned"),
        (move, "date_changed"),
        (withdraw_access, "not_visible"),
        (seal, "not_visible"),
        (let_membership_run_out, "not_visible"),
        (take_roles, "not_visible"),
        (deactivate, "recipient_inactive"),
        (unwish, "unwanted"),
        (outlive, "superseded"),
    ],
    ids=lambda value: value.__name__ if callable(value) else value,
)
def test_what_no_longer_holds_when_the_mail_should_go_is_not_mailed(
    happened: Callable[[Session, dict[str, Any]], None],
    reason: str,
    reminder: Reminder,
    office: dict[str, Any],
    database: Database,
    tick: Callable[..., Any],
    smtp_sink: SmtpSink,
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        happened(session, office)
    report = tick()
    assert (report.sent, report.cancelled) == (0, 1)
    assert smtp_sink.mails == []
    assert settled(database) == {("cancelled", reason): 1}


@pytest.mark.parametrize(
    ("case_level", "own_level"),
    [("restricted", None), ("sealed", None), ("internal", "restricted"), ("public", "sealed")],
)
@pytest.mark.parametrize("kind", ["assigned", "overdue"])
def test_nothing_of_a_restricted_matter_is_in_its_mail(
    case_level: str, own_level: str | None, kind: str, database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    canaries = ["Zxcanarytitle", "Zxcanarycase", "Zxcanarynotes", "Zxcanaryname"]
    with database.unit_of_work(OPERATOR) as session:
        member = make_person(session, "legal_officer", name="Zxcanaryname Person")
        case = make_case(session, level=case_level, title="Zxcanarycase", summary="Zxcanarycase")
        join(session, case, member)
        work = make_due_work(
            session, case, member, DUE, title="Zxcanarytitle", notes="Zxcanarynotes", level=own_level, next_plan_at=None
        )
        row = make_reminder(session, work, member, kind=kind, due_key="1:+1" if kind == "overdue" else "1:assigned")
    assert tick().sent == 1
    (mail,) = smtp_sink.mails
    said = mail.content.decode() + str(mail.message["Subject"])
    said += "".join(part.get_content() for part in mail.message.walk() if not part.is_multipart())
    forbidden = [*canaries, case.reference, str(case.id), str(work.id), "Latvia"]
    assert not [word for word in forbidden if word.lower() in said.lower()]
    assert not re.search(r"\bACC-", said), "no pathway; a Message-ID may hold these letters by chance"
    assert mail.message["Subject"] == f"[Tracker] Follow-up due 2026-12-01 · {row.number}"


# Workers that die


def test_what_a_dead_worker_had_claimed_is_sent_once_when_its_lease_has_ended(
    reminder: Reminder, database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    with database.unit_of_work(PLANNER) as session:
        (claimed,) = outbox.claim(session, 10, Terms()).rows
    assert tick().sent == 0, "somebody else holds it"
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE reminders SET lease_until = now() - interval '1 second'"))
    later = clock.now() + timedelta(seconds=6)
    assert tick(later).sent == 1
    assert len(smtp_sink.mails) == 1
    with Desk(database, Terms()) as desk:
        assert not desk.fence(claimed, "relay:25"), "the dead worker, come back, must not send"
        assert not desk.settle(claimed, Settlement("dead", "smtp_550"), later)
    assert settled(database) == {("sent", None): 1}


def test_no_number_of_dead_workers_costs_a_mail_a_try(
    reminder: Reminder, database: Database, tick: Callable[..., Any]
) -> None:
    for _ in range(20):
        with clock.fixed(clock.now() + timedelta(hours=1)), database.unit_of_work(PLANNER) as session:
            assert len(outbox.claim(session, 10, Terms()).rows) == 1
        with database.unit_of_work(OPERATOR) as session:
            session.execute(
                text("UPDATE reminders SET lease_until = now() - interval '1 second' WHERE status = 'sending'")
            )
        with database.unit_of_work(PLANNER) as session:
            outbox.take_back(session)
    row = one(database)
    assert (row.status, row.last_error, row.attempts, row.failures) == ("planned", "lease_expired", 0, 0)
    assert tick(clock.now() + timedelta(hours=1)).sent == 1


def test_rows_put_back_untried_are_as_they_were(reminder: Reminder, database: Database) -> None:
    with database.unit_of_work(PLANNER) as session:
        claimed = outbox.claim(session, 10, Terms())
        outbox.release(session, claimed.rows)
    row = one(database)
    assert (row.status, row.attempts, row.token, row.send_at) == ("planned", 0, None, reminder.send_at)


# Time


def test_the_whole_life_of_a_follow_up_brings_one_mail_a_time_at_nine(
    office: dict[str, Any], database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    """Ticks every three hours for five weeks, and twice each: before, on and after the day, at nine, once."""
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(FollowUp).values(next_plan_at=datetime(2026, 11, 10, tzinfo=UTC)))
    now = datetime(2026, 11, 10, 5, tzinfo=UTC)
    while now < datetime(2026, 12, 12, tzinfo=UTC):
        tick(now)
        tick(now)
        now += timedelta(hours=3)
    days = [mail.message["Date"].datetime.date().isoformat()[5:] for mail in smtp_sink.mails]
    assert days == ["11-24", "11-28", "11-30", "12-01", "12-02", "12-07", "12-10"]
    assert {mail.message["Date"].datetime.hour for mail in smtp_sink.mails} == {9}


def test_after_days_of_standstill_one_mail_a_follow_up_goes_not_all_that_were_missed(
    office: dict[str, Any], database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(FollowUp).values(next_plan_at=datetime(2026, 11, 10, tzinfo=UTC)))
    tick(datetime(2026, 11, 10, tzinfo=UTC))
    assert tick(datetime(2026, 12, 3, tzinfo=UTC)).sent == 1
    assert "overdue" in smtp_sink.mails[0].message["Subject"]


def test_status_counts_rows_and_backoff_makes_the_oldest_no_younger(
    reminder: Reminder, database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    now = clock.now()
    set_all(database, created_at=now - timedelta(days=2), scheduled_at=now - timedelta(minutes=20), send_at=now)
    smtp_sink.answers = ["451 Later"]
    tick(now)
    with clock.fixed(now), database.unit_of_work(PLANNER) as session:
        state = outbox_state(session)
    assert (state.planned, state.sending, state.sent, state.dead) == (1, 0, 0, 0)
    assert state.oldest_unsent_s == pytest.approx(1200, abs=2)
    tick(now + timedelta(minutes=5))
    with database.unit_of_work(PLANNER) as session:
        assert (outbox_state(session).sent, outbox_state(session).oldest_unsent_s) == (1, None)


def test_what_was_planned_for_a_day_long_past_waits_only_since_it_was_planned(
    reminder: Reminder, database: Database
) -> None:
    now = clock.now()
    set_all(database, created_at=now - timedelta(minutes=3), scheduled_at=now - timedelta(days=10), send_at=now)
    with clock.fixed(now), database.unit_of_work(PLANNER) as session:
        assert outbox_state(session).oldest_unsent_s == pytest.approx(180, abs=1)
