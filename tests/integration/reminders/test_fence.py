"""Workers that die at each point of a mail's way, and relays whose word is lost: nothing lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from tests.factories.reminder import make_due_mails
from tests.support.smtp import AcceptLog, SmtpSink
from tracker.core import clock
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.database import Database
from tracker.reminders import outbox
from tracker.reminders.delivery.desk import Desk, Settlement
from tracker.reminders.delivery.postman import Round
from tracker.reminders.delivery.reading import Reader
from tracker.reminders.delivery.relay import Relay
from tracker.reminders.models import Reminder, ReminderSweep
from tracker.reminders.terms import Terms

Tick = Callable[..., Any]


class Killed(BaseException):
    """kill -9, as far as a test in one process can play it: no code of ours answers it."""


@pytest.fixture
def accept_log(smtp_sink: SmtpSink) -> Iterator[AcceptLog]:
    with AcceptLog(smtp_sink) as log:
        yield log


def due(database: Database, count: int) -> None:
    with database.unit_of_work(OPERATOR) as session:
        make_due_mails(session, count)


def rows(database: Database) -> list[Reminder]:
    with database.unit_of_work(OPERATOR) as session:
        return list(session.scalars(select(Reminder).order_by(Reminder.send_at, Reminder.id)))


def statuses(database: Database) -> Counter[str]:
    return Counter(row.status for row in rows(database))


def let_leases_end(database: Database, seconds: int = 3600) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.execute(
            text("UPDATE reminders SET lease_until = lease_until - make_interval(secs => :s)"), {"s": seconds}
        )


def message_ids(sink: SmtpSink) -> list[str]:
    return [mail.message["Message-ID"] for mail in sink.mails]


def before(owner: Any, name: str) -> tuple[Any, str, Any]:
    def die(*_: Any, **__: Any) -> Any:
        raise Killed

    return owner, name, die


def after(owner: Any, name: str) -> tuple[Any, str, Any]:
    whole = getattr(owner, name)

    def die_after(*given: Any, **named: Any) -> Any:
        whole(*given, **named)
        raise Killed

    return owner, name, die_after


def die(point: tuple[Any, str, Any], tick: Tick, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
    """One tick whose worker is killed at this point."""
    with monkeypatch.context() as patch:
        patch.setattr(*point)
        with pytest.raises(Killed):
            tick(**settings)


POINTS = {
    "before claim": lambda: before(outbox, "claim"),
    "after claim": lambda: before(Reader, "look"),
    "before writing": lambda: before(Round, "_deliver"),
    "before the fence": lambda: before(Desk, "fence"),
    "after the fence": lambda: after(Desk, "fence"),
    "after 250": lambda: after(Relay, "commit"),
    "before settling": lambda: before(Desk, "settle"),
    "after settling": lambda: after(Desk, "settle"),
}
AMBIGUOUS = {"after 250", "before settling"}
FENCED = {"after the fence", *AMBIGUOUS}


@pytest.mark.parametrize("askable", [True, False], ids=["askable", "opaque"])
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_loses_nothing_and_doubles_only_what_nobody_can_ask_about(
    point: str,
    askable: bool,
    database: Database,
    tick: Tick,
    smtp_sink: SmtpSink,
    accept_log: AcceptLog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = {"relay_lookup_url": accept_log.url} if askable else {}
    due(database, 3)
    die(POINTS[point](), tick, monkeypatch, **settings)
    assert statuses(database)["committing"] == (point in FENCED)
    tick(**settings)
    let_leases_end(database)
    tick(clock.now() + timedelta(minutes=3), **settings)
    assert statuses(database) == {"sent": 3}
    assert len(set(message_ids(smtp_sink))) == 3
    doubled = len(smtp_sink.mails) - 3
    assert doubled == (1 if point in AMBIGUOUS and not askable else 0)
    assert {row.attempts for row in rows(database)} <= {0, 1}


def test_nobody_asks_before_lease_and_grace_are_over(
    database: Database, tick: Tick, accept_log: AcceptLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(database, 1)
    die(after(Desk, "fence"), tick, monkeypatch, relay_lookup_url=accept_log.url)
    let_leases_end(database, 60 + 25)
    tick(relay_lookup_url=accept_log.url)
    assert (accept_log.asked, statuses(database)) == ([], {"committing": 1})
    let_leases_end(database, 6)
    assert tick(relay_lookup_url=accept_log.url).sent == 1
    (row,) = rows(database)
    assert accept_log.asked == [f"{row.message_id}@example.org"], "without angle brackets"


def test_a_look_up_that_gives_no_clear_word_is_asked_again_later_and_nothing_is_sent(
    database: Database, tick: Tick, smtp_sink: SmtpSink, accept_log: AcceptLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(database, 1)
    die(after(Relay, "commit"), tick, monkeypatch)
    let_leases_end(database)
    accept_log.status = 503
    for _ in range(3):
        tick(relay_lookup_url=accept_log.url)
    assert len(accept_log.asked) == 1, "not again at once"
    tick(relay_lookup_url="http://127.0.0.1:1/")
    assert statuses(database) == {"committing": 1}
    accept_log.status = None
    let_leases_end(database)
    tick(relay_lookup_url=accept_log.url)
    assert statuses(database) == {"sent": 1}
    assert len(smtp_sink.mails) == 1


def test_two_workers_never_ask_about_the_same_row(database: Database, tick: Tick, accept_log: AcceptLog) -> None:
    with database.unit_of_work(OPERATOR) as session:
        make_due_mails(session, 1)
        session.execute(
            update(Reminder).values(status="committing", lease_until=clock.now() - timedelta(hours=1), relay="x:25")
        )
    holder, other = database.session(PLANNER), None
    try:
        holder.execute(select(Reminder.id).with_for_update()).all()
        other = tick(relay_lookup_url=accept_log.url)
    finally:
        holder.rollback()
        holder.close()
    assert other is not None and accept_log.asked == []


def test_what_may_go_twice_is_held_back_where_the_operator_wants_so(
    database: Database, tick: Tick, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(database, 1)
    die(after(Relay, "commit"), tick, monkeypatch)
    let_leases_end(database)
    assert tick(resends_uncertain=False).sent == 0
    assert [(row.status, row.last_error) for row in rows(database)] == [("dead", "uncertain")]
    assert len(smtp_sink.mails) == 1


def test_a_worker_that_slept_past_its_lease_sends_no_dot(
    database: Database, tick: Tick, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(database, 2)
    fence = Desk.fence

    def sleep_first(desk: Desk, row: Any, relay: str) -> bool:
        if not slept:
            slept.append(1)
            let_leases_end(database)
            with database.unit_of_work(PLANNER) as session:
                outbox.take_back(session)
        return fence(desk, row, relay)

    slept: list[int] = []
    monkeypatch.setattr(Desk, "fence", sleep_first)
    tick()
    assert len(smtp_sink.mails) == len(set(message_ids(smtp_sink)))
    tick(clock.now() + timedelta(seconds=10))
    assert sorted(set(message_ids(smtp_sink))) == sorted(message_ids(smtp_sink))
    assert statuses(database) == {"sent": 2} and len(smtp_sink.mails) == 2


def test_who_heard_the_relay_say_yes_may_say_so_even_after_the_row_was_planned_again(
    database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    due(database, 1)
    with database.unit_of_work(PLANNER) as session:
        (row,) = outbox.claim(session, 1, Terms()).rows
    with Desk(database, Terms()) as desk:
        assert desk.fence(row, "relay:25")
        with database.unit_of_work(OPERATOR) as session:
            session.execute(text("UPDATE reminders SET status = 'planned', token = NULL, lease_until = NULL"))
        assert not desk.settle(row, Settlement("dead", "smtp_550"), clock.now())
        assert desk.settle(row, Settlement("sent", offers=1), clock.now())
    assert tick().sent == 0
    assert smtp_sink.mails == []


def test_the_dot_goes_only_after_the_fence_is_committed(
    database: Database, tick: Tick, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(database, 2)
    seen: list[Counter[str]] = []
    commit = Relay.commit

    def look(relay: Relay) -> Any:
        seen.append(statuses(database))  # a session of its own: sees what is committed
        return commit(relay)

    monkeypatch.setattr(Relay, "commit", look)
    tick()
    assert seen == [{"committing": 1, "sending": 1}, {"committing": 1, "sent": 1}]


# The relay's word is lost


def test_a_mail_whose_answer_was_lost_is_looked_up_and_not_sent_again(
    database: Database, tick: Tick, smtp_sink: SmtpSink, accept_log: AcceptLog
) -> None:
    due(database, 1)
    smtp_sink.hang_ups = 1
    tick(relay_lookup_url=accept_log.url)
    (row,) = rows(database)
    assert (row.status, row.last_error, row.attempts) == ("committing", "lost_after_dot", 1)
    assert row.relay == f"127.0.0.1:{smtp_sink.port}" and row.fenced_at is not None
    let_leases_end(database)
    tick(relay_lookup_url=accept_log.url)
    assert statuses(database) == {"sent": 1} and len(smtp_sink.mails) == 1


def test_an_opaque_relay_that_always_loses_its_word_gets_the_mail_more_and_more_seldom_and_not_for_ever(
    database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    due(database, 1)
    with database.unit_of_work(OPERATOR) as session:  # else a newer reminder may take its place, by the hour of the day
        session.execute(update(ReminderSweep).values(next_at=clock.now() + timedelta(days=365)))
    smtp_sink.hang_ups = 1000
    now = clock.now()
    for _ in range(40):
        let_leases_end(database)
        tick(now)
        now += timedelta(hours=3)
    (row,) = [row for row in rows(database) if row.kind == "on_the_day"]
    assert (row.status, row.last_error, row.attempts) == ("dead", "lost_after_dot", 16)
    assert message_ids(smtp_sink).count(f"<{row.message_id}@example.org>") == 16


# The database goes away


@pytest.mark.parametrize("statement", ["fence", "settle"])
def test_a_database_that_hiccups_costs_no_mail_and_doubles_none(
    statement: str,
    database: Database,
    tick: Tick,
    smtp_sink: SmtpSink,
    accept_log: AcceptLog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    due(database, 5)
    touch, broken = Desk._touch, [0]

    def break_once(desk: Desk, what: Any, values: dict[str, Any]) -> int:
        if broken[0] < 2 and ("relay" in values) == (statement == "fence"):
            broken[0] += 1
            raise OperationalError("", {}, Exception("terminating connection"))
        return touch(desk, what, values)

    monkeypatch.setattr(Desk, "_touch", break_once)
    for _ in range(3):
        try:
            tick(relay_lookup_url=accept_log.url)
        except OperationalError:
            assert statement == "fence", "what the relay said is written down for as long as it takes"
            assert statuses(database)["sending"] == 0, "the others need not wait for their leases"
    assert statuses(database) == {"sent": 5} and len(smtp_sink.mails) == 5
