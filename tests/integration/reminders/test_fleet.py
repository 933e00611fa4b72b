"""Several relays, several paces, several workers."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, text, update

from tests.factories.reminder import make_due_mails
from tests.support.smtp import AcceptLog, SmtpSink
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.database import Database
from tracker.reminders.delivery import fleet, pace
from tracker.reminders.delivery.relay import Relay, Verdict
from tracker.reminders.delivery.relay_address import RelayAddress
from tracker.reminders.models import MailPace, Reminder
from tracker.reminders.terms import Terms

Tick = Callable[..., Any]
NOBODY = "smtp://127.0.0.1:1"


@pytest.fixture(autouse=True)
def forget_rests() -> Iterator[None]:
    fleet._rests_until.clear()
    yield
    fleet._rests_until.clear()


@pytest.fixture
def second_sink() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


def due(database: Database, count: int, people: int = 1) -> list[Person]:
    with database.unit_of_work(OPERATOR) as session:
        return make_due_mails(session, count, people)


def statuses(database: Database) -> Counter[str]:
    with database.unit_of_work(OPERATOR) as session:
        return Counter(session.scalars(select(Reminder.status)))


# Several relays


def test_a_relay_that_is_away_is_passed_over_for_the_next(
    database: Database, tick: Tick, smtp_sink: SmtpSink, second_sink: SmtpSink
) -> None:
    due(database, 3)
    assert tick(smtp_url=f"{NOBODY},{smtp_sink.url},{second_sink.url}").sent == 3
    assert (len(smtp_sink.mails), len(second_sink.mails)) == (3, 0), "in the operator's order"
    with database.unit_of_work(OPERATOR) as session:
        assert set(session.scalars(select(Reminder.relay))) == {f"127.0.0.1:{smtp_sink.port}"}
        assert set(session.scalars(select(Reminder.attempts))) == {1}


def test_a_relay_that_was_away_is_tried_last_for_a_while(
    database: Database, tick: Tick, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    knock = Relay.open

    def note(relay: Relay) -> Any:
        opened.append(relay.address.place)
        return knock(relay)

    monkeypatch.setattr(Relay, "open", note)
    both = f"{NOBODY},{smtp_sink.url}"
    for _ in range(2):
        due(database, 1)
        assert tick(smtp_url=both).sent == 1
    assert opened.count("127.0.0.1:1") == 1, "the second tick went to the other at once"
    fleet._rests_until["127.0.0.1:1"] = time.monotonic() - 1
    due(database, 1)
    tick(smtp_url=both)
    assert opened.count("127.0.0.1:1") == 2


def test_a_relay_that_refuses_our_sender_kills_no_mail_and_the_next_takes_it(
    database: Database, tick: Tick, smtp_sink: SmtpSink, second_sink: SmtpSink
) -> None:
    async def refuse(_server: Any, _session: Any, _envelope: Any, _address: str, _options: list[str]) -> str:
        return "550 5.7.1 We relay not for you"

    smtp_sink.handle_MAIL = refuse  # type: ignore[attr-defined]
    due(database, 3)
    for _ in range(20):
        assert tick().deferred == 3
    assert statuses(database) == {"planned": 3}
    assert tick(smtp_url=f"{smtp_sink.url},{second_sink.url}").sent == 3
    assert len(second_sink.mails) == 3


def test_each_relay_is_asked_in_its_own_log(
    database: Database, tick: Tick, smtp_sink: SmtpSink, second_sink: SmtpSink
) -> None:
    due(database, 1)
    second_sink.hang_ups = 1
    with AcceptLog(smtp_sink) as first, AcceptLog(second_sink) as second:
        said = {
            "smtp_url": f"{NOBODY},{second_sink.url}",
            "relay_lookup_url": f"{first.url},{second.url}",
        }
        tick(**said)
        with database.unit_of_work(OPERATOR) as session:
            session.execute(text("UPDATE reminders SET lease_until = lease_until - interval '1 hour'"))
        tick(**said)
    assert (first.asked, len(second.asked)) == ([], 1)
    assert statuses(database) == {"sent": 1} and len(second_sink.mails) == 1


# Slow relays


@contextmanager
def dripping() -> Iterator[str]:
    """A relay whose greeting comes byte by byte and never ends: each byte starts a socket's timeout anew."""
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        try:
            connection, _ = listening.accept()
            while True:
                connection.sendall(b"2")
                time.sleep(0.05)
        except OSError:
            return

    threading.Thread(target=drip, daemon=True).start()
    yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
    listening.close()


def test_a_relay_that_drips_is_left_at_the_deadline() -> None:
    with dripping() as url:
        begun = time.monotonic()
        with Relay(RelayAddress.parse(url), "tracker.example.org", Terms(lease_s=3)) as relay:
            answer = relay.open()
    assert answer is not None and answer.verdict is Verdict.UNREACHABLE
    assert time.monotonic() - begun < 3, "before the lease ends"


# The pace


def test_a_relays_pace_holds_over_all_workers_and_the_rest_goes_back_untried(
    database: Database, tick: Tick, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_LOOK", _without_time())
    due(database, 30)
    stop = [False]
    monkeypatch.setattr("tracker.reminders.delivery.postman._rest", lambda *_: stop[0])
    for _ in range(3):
        tick(relay_rate=120)
    assert len(smtp_sink.mails) == 1, "a new bucket holds one mail, and no time passes"
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(MailPace).values(left=7))
    tick(relay_rate=120)
    tick(relay_rate=120)
    assert len(smtp_sink.mails) == 8
    with database.unit_of_work(OPERATOR) as session:
        rows = session.execute(select(Reminder.attempts, Reminder.token).where(Reminder.status == "planned")).all()
    assert set(rows) == {(0, None)} and len(rows) == 22


def test_what_one_relay_may_not_take_now_goes_to_the_next_and_what_none_may_waits_untried(
    database: Database, tick: Tick, smtp_sink: SmtpSink, second_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_LOOK", _without_time())
    rests = _noted_rests(monkeypatch)
    due(database, 30)
    with database.unit_of_work(OPERATOR) as session:
        for sink, left in ((smtp_sink, 7), (second_sink, 5)):
            session.add(MailPace(name=f"relay:127.0.0.1:{sink.port}", left=left, counted_at=clock.now()))
    tick(smtp_url=f"{smtp_sink.url},{second_sink.url}", relay_rate=120)
    assert (len(smtp_sink.mails), len(second_sink.mails)) == (7, 5)
    assert [wait_s > 0 for wait_s in rests] == [False, True], "nobody waits while another relay has room"
    with database.unit_of_work(OPERATOR) as session:
        rows = session.execute(select(Reminder.attempts, Reminder.token).where(Reminder.status == "planned")).all()
    assert set(rows) == {(0, None)} and len(rows) == 18


def test_a_full_relay_is_not_left_for_one_that_is_away(
    database: Database, tick: Tick, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_LOOK", _without_time())
    rests = _noted_rests(monkeypatch)
    due(database, 5)
    report = tick(smtp_url=f"{smtp_sink.url},{NOBODY}", relay_rate=120)
    assert (len(smtp_sink.mails), report.is_done) == (1, False)
    assert rests[-1] > 0 and not any(rests[:-1])
    assert statuses(database) == {"sent": 1, "planned": 4}


def test_what_a_full_relay_put_back_costs_its_domain_nothing(
    database: Database, tick: Tick, smtp_sink: SmtpSink, second_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_LOOK", _without_time())
    (officer,) = due(database, 8)
    with database.unit_of_work(OPERATOR) as session:
        session.add(MailPace(name=pace.domain_bucket(officer.email), left=8, counted_at=clock.now()))
        for sink, left in ((smtp_sink, 3), (second_sink, 5)):
            session.add(MailPace(name=f"relay:127.0.0.1:{sink.port}", left=left, counted_at=clock.now()))
    tick(smtp_url=f"{smtp_sink.url},{second_sink.url}", relay_rate=120, domain_rate=120)
    assert (len(smtp_sink.mails), len(second_sink.mails)) == (3, 5)


def test_one_domains_pace_does_not_hold_up_the_others(
    database: Database, tick: Tick, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_LOOK", _without_time())
    monkeypatch.setattr("tracker.reminders.delivery.postman._rest", lambda *_: False)
    slow, other = due(database, 10, people=2)
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(Person).where(Person.id == other.id).values(email="somebody@elsewhere.example"))
        session.add(MailPace(name="domain:elsewhere.example", left=5, counted_at=clock.now()))
        later = clock.now()
    tick(domain_rate=60)
    to = Counter(mail.recipients[0] for mail in smtp_sink.mails)
    assert to == {slow.email: 1, "somebody@elsewhere.example": 5}
    with database.unit_of_work(OPERATOR) as session:
        put_back = session.scalars(
            select(Reminder.send_at).where(Reminder.status == "planned").order_by(Reminder.send_at)
        ).all()
    assert len(put_back) == 4 and put_back[0] > later - timedelta(seconds=1)
    assert all(b - a >= timedelta(seconds=0.9) for a, b in pairwise(put_back)), "one a second"


def test_without_a_limit_no_bucket_is_touched(database: Database, tick: Tick) -> None:
    due(database, 3)
    assert tick().sent == 3
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalars(select(MailPace.name)).all() == []


def _noted_rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how long a draining would have rested, each time; it stops instead of resting."""
    noted: list[float] = []

    def stop(seconds: float, _go_on: Any) -> bool:
        noted.append(seconds)
        return not seconds

    monkeypatch.setattr("tracker.reminders.delivery.postman._rest", stop)
    return noted


def _without_time() -> Any:
    return text(
        'SELECT name, "left", 0.0::float AS elapsed_s FROM mail_pace WHERE name = ANY(:names) ORDER BY name FOR UPDATE'
    )


# Several workers


@pytest.mark.parametrize(("count", "helpers"), [(5, []), (250, [1]), (5000, [3])])
def test_a_backlog_calls_as_many_helpers_as_it_can_use_and_no_more(
    count: int, helpers: list[int], database: Database, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.reminders.delivery import tick as ticks

    monkeypatch.setattr(ticks, "_WAITING", text(f"SELECT least({count}, :most) WHERE CAST(:now AS text) <> ''"))
    called: list[int] = []
    settings = type(settings)(**{**_fields(settings), "smtp_url": NOBODY})
    ticks.tick(database, settings, call_helpers=called.append)
    assert called == helpers


def _fields(settings: Any) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.__slots__}


def test_a_worker_whose_clock_is_ahead_sends_nothing_early(
    database: Database, tick: Tick, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(database, 1)
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE reminders SET send_at = now() + interval '50 minutes'"))
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=1))
    assert tick().sent == 0
    monkeypatch.setattr(clock, "now", lambda: real() - timedelta(hours=1))
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE reminders SET send_at = now()"))
    assert tick().sent == 1


def test_a_drain_ends_with_the_mail_at_hand_when_its_worker_is_asked_to_stop(
    database: Database, settings: Any, smtp_sink: SmtpSink
) -> None:
    from tracker.reminders.delivery.tick import tick as run_tick

    due(database, 10)
    settings = type(settings)(**{**_fields(settings), "smtp_url": smtp_sink.url})
    report = run_tick(database, settings, may_go_on=lambda: len(smtp_sink.mails) < 3)
    assert (report.sent, report.is_done) == (3, False)
    assert statuses(database) == {"sent": 3, "planned": 7}, "the others need not wait for a lease"
    with database.unit_of_work(PLANNER) as session:
        assert "done" not in session.scalars(text("SELECT name FROM sightings")).all()
