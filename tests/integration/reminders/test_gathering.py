"""Digests, lines of the bell, and what happens after the machine stood still."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from tests.factories.case import make_case
from tests.factories.reminder import make_due_mails, make_due_work, make_reminder
from tests.support.smtp import AcceptLog, SmtpSink
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.database import Database
from tracker.followups.models import FollowUp
from tracker.reminders.delivery import standstill
from tracker.reminders.delivery.gathering import gather, make_digests
from tracker.reminders.delivery.relay import Relay
from tracker.reminders.models import Reminder, Sighting
from tracker.reminders.terms import Terms

Tick = Callable[..., Any]


def rows(database: Database, **wanted: Any) -> list[Reminder]:
    with database.unit_of_work(OPERATOR) as session:
        return list(session.scalars(select(Reminder).filter_by(**wanted).order_by(Reminder.id)))


def due(database: Database, count: int, people: int = 1, **said: Any) -> list[Person]:
    with database.unit_of_work(OPERATOR) as session:
        officers = make_due_mails(session, count, people)
        if said:
            session.execute(update(Reminder).where(Reminder.subject_type == "follow_up").values(said))
        return officers


def summary(database: Database) -> Counter[tuple[str, str]]:
    return Counter((row.kind if row.kind == "digest" else row.via, row.status) for row in rows(database))


def test_a_line_of_the_bell_is_shown_at_its_time_without_any_mail(
    database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    due(database, 3, via="app")
    with database.unit_of_work(OPERATOR) as session:
        later = session.scalars(select(Reminder.id).limit(1)).one()
        session.execute(update(Reminder).where(Reminder.id == later).values(send_at=clock.now() + timedelta(hours=1)))
    tick()
    assert summary(database) == {("app", "shown"): 2, ("app", "planned"): 1}
    assert smtp_sink.mails == []


def test_the_lines_of_a_digest_go_in_one_mail_a_person_and_settle_with_it(
    database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    officers = due(database, 6, people=2, via="digest")
    report = tick()
    assert report.sent == 2
    assert {mail.recipients[0] for mail in smtp_sink.mails} == {officer.email for officer in officers}
    assert summary(database) == {("digest", "sent"): 8}
    for digest in rows(database, kind="digest"):
        lines = rows(database, digest_id=digest.id)
        assert len(lines) == 3 and {line.recipient_id for line in lines} == {digest.recipient_id}
        assert {line.settled_at for line in lines} == {digest.settled_at}
    assert tick().sent == 0


def test_many_ticks_at_once_make_one_digest(database: Database) -> None:
    due(database, 4, via="digest")
    start = threading.Barrier(3)

    def run() -> None:
        start.wait()
        with database.unit_of_work(PLANNER) as session:
            gather(session, clock.now())

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(rows(database, kind="digest")) == 1


def test_a_line_that_comes_after_its_digest_has_gone_gets_another(
    database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    send_at = clock.now() - timedelta(minutes=1)
    due(database, 2, via="digest", send_at=send_at)
    tick()
    with database.unit_of_work(OPERATOR) as session:
        line = session.scalars(select(Reminder.id).where(Reminder.kind != "digest").limit(1)).one()
        again = update(Reminder).where(Reminder.id == line)
        session.execute(again.values(status="planned", settled_at=None, digest_id=None))
    assert tick().sent == 1
    assert len(smtp_sink.mails) == 2
    assert {row.status for row in rows(database)} == {"sent"}


def test_a_digest_of_somebody_who_has_gone_takes_its_lines_along(
    database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    due(database, 3, via="digest")
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(Person).values(active=False))
    tick()
    assert summary(database) == {("digest", "cancelled"): 4}
    tick()
    assert len(rows(database, kind="digest")) == 1, "no new one for the same lines"


def test_a_refused_digest_is_dead_with_its_lines(database: Database, tick: Tick, smtp_sink: SmtpSink) -> None:
    due(database, 3, via="digest")
    smtp_sink.answers = ["550 no"]
    assert tick().dead == 1
    assert {(row.status, row.last_error) for row in rows(database)} == {("dead", "smtp_550")}
    assert tick().sent == 0


def test_a_digest_whose_answer_was_lost_settles_its_lines_when_it_is_looked_up(
    database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    due(database, 3, via="digest")
    smtp_sink.hang_ups = 1
    with AcceptLog(smtp_sink) as log:
        tick(relay_lookup_url=log.url)
        assert summary(database) == {("digest", "committing"): 1, ("digest", "planned"): 3}
        with database.unit_of_work(OPERATOR) as session:
            session.execute(text("UPDATE reminders SET lease_until = lease_until - interval '1 hour'"))
        tick(relay_lookup_url=log.url)
    assert summary(database) == {("digest", "sent"): 4}
    assert len(smtp_sink.mails) == 1


# The machine stood still


def let_it_stand(database: Database, hours: float) -> None:
    """As if the last tick had been so long ago."""
    let_it_stand_until(database, clock.now(), hours)


def let_it_stand_until(database: Database, now: datetime, hours: float = 72) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("DELETE FROM sightings"))
        session.add(Sighting(name="going", seen_at=now - timedelta(hours=hours)))


def test_after_days_everybody_gets_one_digest_and_who_missed_one_thing_that_one(
    database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    let_it_stand(database, 72)
    several = due(database, 5)[0]
    single = due(database, 1)[0]
    assert tick().sent == 2
    assert Counter(mail.recipients[0] for mail in smtp_sink.mails) == {several.email: 1, single.email: 1}
    assert summary(database) == {("digest", "sent"): 6, ("mail", "sent"): 1}
    (digest,) = rows(database, kind="digest")
    assert digest.due_key.startswith("pause:")
    assert tick().sent == 0
    due(database, 3)
    assert tick().sent == 3, "the machine runs: single mails again"


def test_a_mail_of_a_sealed_case_makes_no_digest_of_the_one_other_that_was_missed(
    database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    """In the ledger others would see that there was a second."""
    let_it_stand(database, 72)
    officer = due(database, 1)[0]
    with database.unit_of_work(OPERATOR) as session:
        sealed = make_case(session, lead=session.merge(officer), level="sealed")
        make_reminder(session, make_due_work(session, sealed, officer, clock.today(), next_plan_at=None), officer)
    assert tick().sent == 2
    assert summary(database) == {("mail", "sent"): 2}


@pytest.mark.parametrize("moved", [timedelta(0), timedelta(hours=1)], ids=["same time", "another time"])
def test_planning_again_takes_nothing_back_out_of_the_digest_of_a_standstill(
    moved: timedelta, database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    """`moved`: as if a wish had changed meanwhile, so that planning sets the rows anew."""
    now = datetime.combine(clock.today(), time(12), UTC)
    at_nine: dict[str, Any] = {"send_at": now - timedelta(hours=3), "scheduled_at": now - timedelta(hours=3) - moved}
    officer = due(database, 3, kind="on_the_day", due_key="1:0", **at_nine)[0]
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(Person).values(time_zone="UTC"))
        session.execute(update(Reminder).values(useful_until=now + timedelta(hours=21)))
        session.execute(update(FollowUp).values(due_on=now.date(), next_plan_at=None))
    let_it_stand_until(database, now)
    assert tick(now, smtp_url="smtp://127.0.0.1:1").deferred == 1, "no relay yet: the digest is not even written"
    assert summary(database) == {("digest", "planned"): 4}
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(FollowUp).values(next_plan_at=now))
    tick(now + timedelta(minutes=5))
    assert [mail.recipients[0] for mail in smtp_sink.mails].count(officer.email) == 1
    told = [row for row in rows(database) if row.kind in ("digest", "on_the_day")]
    assert {(row.status, row.via) for row in told if row.kind == "on_the_day"} == {("sent", "digest")}
    assert len(told) == 4


@pytest.mark.parametrize("hours", [0.2, 5.5])
def test_after_a_short_break_mails_go_one_by_one(
    hours: float, database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    let_it_stand(database, hours)
    due(database, 5)
    assert tick().sent == 5


def test_however_many_rows_come_due_in_a_running_machine_they_stay_single_mails(database: Database, tick: Tick) -> None:
    tick()
    due(database, 120)
    assert tick().sent == 120
    assert rows(database, kind="digest") == []


def test_a_clock_set_three_days_ahead_gives_one_digest(database: Database, tick: Tick, smtp_sink: SmtpSink) -> None:
    tick()
    due(database, 4, send_at=clock.now() + timedelta(days=2), scheduled_at=clock.now() + timedelta(days=2))
    later = clock.now() + timedelta(days=3)
    tick(later)
    told = [mail for mail in smtp_sink.mails if mail.message["Message-ID"]]
    assert len(told) == 1
    assert len(rows(database, kind="digest", status="sent")) == 1
    tick(later + timedelta(minutes=1))
    assert len(smtp_sink.mails) == 1


def test_of_several_workers_that_wake_up_together_none_sends_what_another_is_gathering(
    database: Database, tick: Tick, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_it_stand(database, 72)
    due(database, 6)
    gathering, go = threading.Event(), threading.Event()

    def slowly(*given: Any) -> None:
        gathering.set()
        assert go.wait(30)
        make_digests(*given)

    monkeypatch.setattr(standstill, "make_digests", slowly)
    first = threading.Thread(target=tick)
    first.start()
    assert gathering.wait(30)
    assert tick().sent == 0 and smtp_sink.mails == []
    go.set()
    first.join(60)
    tick()
    assert len(smtp_sink.mails) == 1
    assert len(rows(database, kind="digest")) == 1


def test_a_drain_that_was_stopped_for_days_claims_nothing_more_when_it_goes_on(
    database: Database, tick: Tick, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(database, 250)
    commit = Relay.commit

    def stop_in_the_middle(relay: Relay) -> Any:
        answer = commit(relay)
        if len(smtp_sink.mails) == 3:
            let_it_stand(database, 72)
        return answer

    monkeypatch.setattr(Relay, "commit", stop_in_the_middle)
    tick()
    assert len(smtp_sink.mails) == 100, "the batch at hand, whose leases it still holds, and no other"
    tick()
    assert len(smtp_sink.mails) == 101 and len(rows(database, kind="digest")) == 1


def test_the_note_of_a_tick_that_began_before_the_standstill_does_not_hide_it(database: Database) -> None:
    let_it_stand(database, 72)
    with database.unit_of_work(PLANNER) as session:
        before: datetime = clock.now() - timedelta(hours=71.9)
        assert standstill.note_going(session, before, Terms())
        assert not standstill.note_going(session, clock.now(), Terms())
