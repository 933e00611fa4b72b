"""One person can't ask without end; nobody is kept out because the broker is away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import redis
from flask import Flask

from config import Settings
from tests.factories.person import make_person
from tests.integration.access.routes import ON_AN_OPEN_CASE
from tests.support.sign_in import sign_in
from tracker import create_app
from tracker.core.actor import OPERATOR
from tracker.core.volume import Counter, Limit
from tracker.core.web import database
from tracker.pages import volume

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


def test_a_broker_that_is_away_keeps_nobody_out_and_nobody_waiting() -> None:
    counter = Counter("redis://127.0.0.1:1/0", "secret")
    began = time.monotonic()
    assert all(counter.allows(THREE, "a") for _ in range(50))
    assert time.monotonic() - began < 2
    assert Counter(None, "secret").allows(Limit("any", 0, 1), "a")


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
