"""One person can't ask without end, whether the broker is there or away; and much reading is noticed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import redis
from flask import Flask
from sqlalchemy import event as sql_event
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from config import Settings
from tests.factories.case import make_case
from tests.factories.person import make_person
from tests.integration.access.routes import ON_AN_OPEN_CASE
from tests.support.sign_in import sign_in
from tracker import create_app
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.core import clock
from tracker.core.actor import NOBODY, OPERATOR, PLANNER
from tracker.core.volume import Counter, Limit, VolumeCount, forget_counts
from tracker.core.web import database
from tracker.pages import volume
from tracker.reminders.models import Reminder
from tracker.reminders.planning.alarm import plan_watchdog

THREE = Limit("search", 3, 60)


@pytest.fixture
def redis_url(settings: Settings, valkey_url: str) -> str:
    url = replace(settings, broker_url=valkey_url).redis_url
    assert url is not None
    return url


@pytest.fixture
def app(settings: Settings, valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(volume, "LIMITS", {"search.results": THREE})
    app = create_app(replace(settings, broker_url=valkey_url))
    app.config.update(TESTING=True)
    yield app
    app.extensions["tracker.database"].dispose()


def test_more_than_the_limit_is_refused_for_that_person_alone_and_for_that_kind_alone(app: Flask) -> None:
    with app.app_context(), database().unit_of_work(OPERATOR) as session:
        people = [make_person(session, "legal_officer") for _ in range(2)]
    one, other = (sign_in(app.test_client(), person) for person in people)
    assert [one.get("/search?q=a").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert other.get("/search?q=a").status_code == 200
    assert one.get("/cases").status_code == 200


def test_a_new_window_begins_anew(redis_url: str) -> None:
    counter = Counter(redis_url, "a secret of this test")
    now = time.time() // 60 * 60
    assert [counter.allows(THREE, "a", now) for _ in range(4)] == [True, True, True, False]
    assert counter.allows(THREE, "a", now + 60)
    assert counter.allows(THREE, "b", now)
    counter.close()


def test_counts_end_by_themselves_and_name_nobody(redis_url: str) -> None:
    counter = Counter(redis_url, "another secret of this test")
    client = redis.Redis.from_url(redis_url, decode_responses=True)
    before = set(client.scan_iter("volume:*"))
    counter.allows(THREE, "somebody")
    [name] = set(client.scan_iter("volume:*")) - before
    assert "somebody" not in name
    assert 0 < client.ttl(name) <= 60
    client.close()
    counter.close()


AWAY = "redis://127.0.0.1:1/0"


def test_while_the_broker_is_away_the_database_counts_and_nobody_waits(database: Any) -> None:
    counter = Counter(AWAY, "secret", database)
    began, now = time.monotonic(), time.time() // 60 * 60
    assert [counter.allows(THREE, "a", now) for _ in range(5)] == [True, True, True, False, False]
    assert counter.allows(THREE, "b", now) and counter.allows(THREE, "a", now + 60)
    opened = [counter.different("opened", "a", thing, (3600, 86_400), now) for thing in "xyx"]
    assert [(one.counts, one.is_new) for one in opened] == [((1, 1), True), ((2, 2), True), ((2, 2), False)]
    assert time.monotonic() - began < 5
    assert Counter(None, "secret").allows(Limit("any", 0, 1), "a")
    with database.unit_of_work(OPERATOR) as session, clock.fixed(clock.now() + timedelta(hours=2)):
        forget_counts(session)
        assert session.scalars(select(VolumeCount.mark).distinct()).all(), "those of the day stay"
    with database.unit_of_work(OPERATOR) as session, clock.fixed(clock.now() + timedelta(days=2)):
        forget_counts(session)
        assert session.scalar(select(func.count()).select_from(VolumeCount)) == 0


def test_an_injected_statement_neither_reads_nor_clears_what_was_counted(database: Any) -> None:
    for attack in ("SELECT * FROM volume_counts", "DELETE FROM volume_counts", "DELETE FROM reading_alarms"):
        with pytest.raises(ProgrammingError), database.unit_of_work(NOBODY) as session:
            session.execute(text(attack))


@pytest.fixture
def few(settings: Settings, valkey_url: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Three different things an hour are ordinary, five are the most; the broker is there, or away."""
    broker = {"there": valkey_url, "away": AWAY}[getattr(request, "param", "there")]
    app = create_app(replace(settings, broker_url=broker, reading_alarm=3, reading_stop=5))
    app.config.update(TESTING=True)
    yield app
    app.extensions["tracker.database"].dispose()


def cases_of(app: Flask, count: int) -> tuple[Person, list[str]]:
    with app.app_context(), database().unit_of_work(OPERATOR) as session:
        officer = make_person(session, "legal_officer", with_password=True)
        return officer, [make_case(session).reference for _ in range(count)]


def noted(app: Flask) -> list[tuple[str, Any]]:
    with app.app_context(), database().unit_of_work(OPERATOR) as session:
        rows = session.execute(select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.action.like("reading.%")))
        return sorted((action, detail["span"]) for action, detail in rows)


@pytest.mark.parametrize("few", ["there", "away"], indirect=True)
def test_whoever_opens_much_is_noticed_and_then_asked_who_they_are(few: Flask) -> None:
    person, cases = cases_of(few, 12)
    with clock.fixed(clock.now().replace(minute=20)):
        client = sign_in(few.test_client(), person)
        for _ in range(3):
            assert [client.get(f"/cases/{one}").status_code for one in cases[:3]] == [200] * 3
        assert noted(few) == [], "the same again is nothing new"
        assert [client.get(f"/cases/{one}").status_code for one in cases[3:5]] == [200] * 2
        assert noted(few) == [("reading.much", "hour")], "once an hour"
        sixth = f"/cases/{cases[5]}"
        asked = client.get(sixth)
        assert (asked.status_code, asked.headers["Location"]) == (303, f"/confirm?next={sixth}")
        assert "opened very much" in client.get(asked.headers["Location"]).text
        assert client.get(f"{sixth}/members", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/confirm"
        assert client.get("/cases").status_code == 200, "lists stay"
    assert noted(few) == [("reading.much", "hour"), ("reading.stopped", "hour")]
    with clock.fixed(clock.now().replace(minute=21)):
        client = sign_in(client, person)
        assert [client.get(f"/cases/{one}").status_code for one in cases[5:10]] == [200] * 5
        assert client.get(f"/cases/{cases[10]}").status_code == 303, "and again, as much later"


def test_what_is_not_there_counts_like_what_is(few: Flask) -> None:
    person, _none = cases_of(few, 0)
    with clock.fixed(clock.now().replace(minute=20)):
        client = sign_in(few.test_client(), person)
        answers = [client.get(f"/cases/ICC-{number:04}").status_code for number in range(7)]
    assert answers == [404] * 5 + [303] * 2


def test_counting_what_is_opened_costs_no_statement_while_the_broker_is_there(few: Flask) -> None:
    person, [case] = cases_of(few, 1)
    client = sign_in(few.test_client(), person)
    client.get(f"/cases/{case}")
    sent: list[str] = []
    engine = few.extensions["tracker.database"].app_engine
    sql_event.listen(engine, "before_cursor_execute", lambda *said: sent.append(said[2]))
    assert client.get(f"/cases/{case}").status_code == 200
    assert len(sent) <= 10
    assert not any("app_count_volume" in one or "app_note_reading" in one for one in sent)


def test_administrators_hear_of_it_by_bell_and_mail_which_name_nobody(few: Flask) -> None:
    person, cases = cases_of(few, 4)
    with few.app_context(), database().unit_of_work(OPERATOR) as session:
        administrator = make_person(session, "administrator")
    client = sign_in(few.test_client(), person)
    for one in cases:
        client.get(f"/cases/{one}")
    now = clock.now()
    with few.app_context(), database().unit_of_work(PLANNER) as session:
        assert [plan_watchdog(session, now), plan_watchdog(session, now)] == [1, 0]
    with few.app_context(), database().unit_of_work(OPERATOR) as session:
        [told] = session.scalars(select(Reminder)).all()
        assert (told.kind, told.recipient_id, told.via, told.case_id) == ("reading", administrator.id, "mail", None)
        number = told.number
    watching = sign_in(few.test_client(), administrator)
    assert watching.get(f"/r/{number}").headers["Location"].endswith("/audit?deed=reading.")
    assert "Opened very much in a short time" in watching.get("/audit?deed=reading.").text


def test_the_limits_name_endpoints_that_there_are() -> None:
    endpoints = {line.split()[1] for line in ON_AN_OPEN_CASE}
    assert set(volume.LIMITS) <= endpoints
    assert {name for name in endpoints if ".export_" in name} <= set(volume.LIMITS), "every export is counted"


def test_links_and_new_factors_are_counted_by_address_where_nobody_is_signed_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Limit("way_in", 3, 900)
    monkeypatch.setattr(volume, "WAYS_IN", few)
    monkeypatch.setattr(volume, "LIMITS", {"accounts.invitation": few, "accounts.enrol_totp": few})
    one, other = ({"REMOTE_ADDR": address} for address in ("192.0.2.1", "192.0.2.2"))
    client = app.test_client()
    answers = [client.get("/invitation?key=none", environ_base=one).status_code for _ in range(4)]
    assert answers == [404, 404, 404, 429]
    assert client.post("/sign-in/enrol/totp", environ_base=one).status_code in (400, 429)
    assert client.get("/invitation?key=none", environ_base=other).status_code == 404
    assert client.get("/healthz", environ_base=one).status_code == 200
