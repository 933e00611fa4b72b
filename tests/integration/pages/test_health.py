from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from config import Settings
from tests.factories.case import make_case
from tests.factories.person import make_person
from tests.factories.reminder import make_due_work, make_reminder
from tests.support.settings import on_database
from tracker import create_app
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.reminders.models import Sighting

NOTHING_YET = {"worker": False, "oldest_unsent_s": None, "tick_age_s": None, "last_sent_at": None}


@pytest.fixture
def app(settings: Settings, valkey_url: str) -> Any:
    app = create_app(replace(settings, broker_url=valkey_url))
    app.config.update(TESTING=True)
    yield app
    app.extensions["tracker.database"].dispose()


def ready(app: Flask) -> tuple[int, dict[str, Any]]:
    answer = app.test_client().get("/readyz")
    return answer.status_code, answer.get_json()


def test_ready_when_database_and_broker_answer(app: Flask) -> None:
    assert ready(app) == (200, {"database": True, "broker": True} | NOTHING_YET)


def test_the_last_whole_tick_and_the_last_mail_are_told(app: Flask, database: Any) -> None:
    sent_at = clock.now().replace(microsecond=0) - timedelta(hours=2)
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        session.add(Sighting(name="done", seen_at=clock.now() - timedelta(minutes=7)))
        person = make_person(session, "legal_officer")
        work = make_due_work(session, make_case(session), person, None)
        make_reminder(session, work, person, status="sent", settled_at=sent_at)
    told = ready(app)[1]
    assert 420 <= told["tick_age_s"] < 440
    assert told["last_sent_at"] == sent_at.isoformat()


@pytest.mark.parametrize(("minutes_ago", "is_seen"), [(1, True), (3, False)])
def test_the_worker_counts_when_it_was_seen_lately(app: Flask, database: Any, minutes_ago: int, is_seen: bool) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.add(Sighting(name="worker", seen_at=clock.now() - timedelta(minutes=minutes_ago)))
    assert ready(app)[1]["worker"] is is_seen


def test_mail_that_waits_is_told_by_its_age(app: Flask, database: Any) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        person = make_person(session, "legal_officer")
        work = make_due_work(session, make_case(session), person, None)
        make_reminder(session, work, person, send_at=clock.now() - timedelta(seconds=90), due_key="1:-1")
        make_reminder(session, work, person, send_at=clock.now() + timedelta(days=1), due_key="1:0")
        make_reminder(session, work, person, send_at=clock.now() - timedelta(days=9), due_key="1:-7", status="sent")
    assert 90 <= ready(app)[1]["oldest_unsent_s"] < 120


def test_not_ready_without_a_broker(settings: Settings) -> None:
    app = create_app(replace(settings, broker_url="redis://127.0.0.1:1/0"))
    status, report = ready(app)
    assert (status, report["database"], report["broker"]) == (503, True, False)
    app.extensions["tracker.database"].dispose()


def test_not_ready_without_a_database(settings: Settings, valkey_url: str) -> None:
    url = "postgresql+psycopg://tracker_owner@/none?host=/nonexistent"
    app = create_app(replace(on_database(settings, url), broker_url=valkey_url))
    assert ready(app) == (503, {"database": False, "broker": True} | NOTHING_YET)
    assert app.test_client().get("/healthz").status_code == 200


@contextmanager
def frozen_backends(app: Flask) -> Iterator[None]:
    """Stop, as the kernel stops a process, every server process that `app` has a connection to."""
    engine = app.extensions["tracker.database"].engine
    with engine.connect() as connection:
        pids = connection.scalars(
            text("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = :kind"),
            {"kind": "client backend"},
        ).all()
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_a_frozen_database_is_told_in_time_keeps_one_thread_and_is_well_again_when_it_thaws(
    app: Flask,
) -> None:
    assert ready(app)[0] == 200
    with frozen_backends(app):
        before = time.monotonic()
        status, report = ready(app)
        first = time.monotonic() - before
        assert (status, report["database"], report["broker"]) == (503, False, True)
        before = time.monotonic()
        assert [ready(app)[0] for _ in range(3)] == [503, 503, 503]
        later = time.monotonic() - before
        stuck = [thread for thread in threading.enumerate() if thread.name == "question"]
    assert first < 8 and later < first, "a frozen server must not be waited for, and not anew by each who asks"
    assert len(stuck) == 1
    stuck[0].join(20)
    assert ready(app)[0] == 200


@pytest.mark.parametrize(("said", "knows"), [(None, False), ("wrong", False), ("the-token-of-this-test", True)])
def test_production_tells_how_old_mail_is_to_whoever_has_the_token(
    settings: Settings, valkey_url: str, database: Any, said: str | None, knows: bool
) -> None:
    in_production = replace(
        settings,
        broker_url=valkey_url,
        environment="production",
        base_url="https://cases.ngo.org",
        metrics_token="the-token-of-this-test",
    )
    app = create_app(in_production)
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        person = make_person(session, "legal_officer")
        work = make_due_work(session, make_case(session), person, None)
        make_reminder(session, work, person, send_at=clock.now() - timedelta(seconds=90), due_key="1:-1")
        make_reminder(session, work, person, status="sent", settled_at=clock.now(), due_key="1:-7")
    headers = {} if said is None else {"Authorization": f"Bearer {said}"}
    told = app.test_client().get("/readyz", headers=headers, base_url="http://10.0.0.5:8000").get_json()
    assert {"database", "broker", "worker", "oldest_unsent_s"} <= told.keys()
    assert (told["oldest_unsent_s"] is not None, told["last_sent_at"] is not None) == (knows, knows)
    app.extensions["tracker.database"].dispose()
