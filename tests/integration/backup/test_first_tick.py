"""What may have been sent by the lost server is not sent again; the rest comes as one digest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask

from config import Settings
from tests.factories.case import make_case
from tests.factories.person import make_person
from tests.factories.reminder import make_due_work, make_reminder
from tests.integration.backup.conftest import Key, age_key
from tests.integration.backup.test_round_trip import create, restore
from tests.support.settings import on_database
from tests.support.smtp import SmtpSink
from tracker import create_app
from tracker.backup import settling
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.reminders.delivery.lookup import Finding
from tracker.reminders.delivery.tick import tick
from tracker.reminders.models import Sighting


class Knows:
    """A relay that can be asked, and took the mails in `took`."""

    def __init__(self, took: set[str]) -> None:
        self._took = took

    def ask(self, message_ids: Any, seconds: float) -> dict[str, Finding]:
        return {one: Finding.ACCEPTED if one in self._took else Finding.NOT_ACCEPTED for one in message_ids}


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return age_key(tmp_path)


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def waiting(app: Flask, database: Any) -> dict[str, Any]:
    """A person with three mails due, one on its way, one past the fence and one sent; another with a single one due."""
    now = clock.now()
    rows = {}
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        person, other = make_person(session, "legal_officer"), make_person(session, "legal_officer")
        case = make_case(session, lead=person)
        session.add(Sighting(name="going", seen_at=now - timedelta(minutes=2)))
        for number, status in enumerate(("planned", "planned", "planned", "sending", "committing", "sent")):
            work = make_due_work(session, case, person, clock.today(), next_plan_at=None)
            rows[f"{status}{number}"] = make_reminder(
                session, work, person, status=status, send_at=now - timedelta(minutes=1 + number), due_key="1:0"
            ).message_id
        work = make_due_work(session, case, other, clock.today(), next_plan_at=None)
        rows["single"] = make_reminder(
            session, work, other, send_at=now - timedelta(minutes=3), due_key="1:0"
        ).message_id
    return rows


def restored(app: Flask, settings: Settings, key: Key, folder: Path, url: str) -> Any:
    path = create(app, key, folder)
    other = create_app(on_database(settings, url))
    restore(other, path, key)
    return other


def statuses(url: str) -> dict[Any, tuple[str, str]]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        rows = connection.execute("SELECT message_id, status, via FROM reminders WHERE kind <> 'digest'").fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


@pytest.mark.own_app
def test_the_first_tick_sends_one_digest_to_each_and_repeats_nothing(
    app: Flask, settings: Settings, waiting: dict[str, Any], key: Key, tmp_path: Path, empty_url: str, sink: SmtpSink
) -> None:
    other = restored(app, settings, key, tmp_path, empty_url)
    found = statuses(empty_url)
    assert found[waiting["sending3"]] == found[waiting["committing4"]] == ("dead", "mail")
    with_relay = replace(on_database(settings, empty_url), smtp_url=sink.url)
    with other.app_context():
        for _ in range(3):
            tick(other.extensions["tracker.database"], with_relay)
    assert len(sink.mails) == 2
    assert len({mail.recipients[0] for mail in sink.mails}) == 2
    ids = {str(mail.message["Message-ID"]) for mail in sink.mails}
    assert not any(str(message_id) in one for message_id in waiting.values() for one in ids)
    assert found[waiting["sent5"]] == ("sent", "mail")
    other.extensions["tracker.database"].dispose()


@pytest.mark.own_app
def test_a_relay_that_can_be_asked_is_asked_what_went_in_the_time_that_was_lost(
    app: Flask,
    settings: Settings,
    waiting: dict[str, Any],
    key: Key,
    tmp_path: Path,
    empty_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    took = {f"{waiting[name]}@example.org" for name in ("planned0", "sending3", "single")}
    monkeypatch.setattr(settling, "look_ups", lambda _settings: {"relay:25": Knows(took)})
    other = restored(app, settings, key, tmp_path, empty_url)
    found = {name: statuses(empty_url)[message_id][0] for name, message_id in waiting.items()}
    assert found == {
        "planned0": "sent",
        "planned1": "planned",
        "planned2": "planned",
        "sending3": "sent",
        "committing4": "planned",
        "sent5": "sent",
        "single": "sent",
    }
    other.extensions["tracker.database"].dispose()


def tick_of(app: Flask, settings: Settings, times: int = 1) -> None:
    with app.app_context():
        for _ in range(times):
            tick(app.extensions["tracker.database"], settings)


def number_of(mail: Any) -> str:
    return str(mail.message["Message-ID"]).strip("<>")


@pytest.mark.own_app
@pytest.mark.parametrize("can_be_asked", [True, False])
def test_what_the_lost_server_sent_after_its_backup_is_sent_by_nobody_again(
    app: Flask,
    database: Any,
    settings: Settings,
    key: Key,
    tmp_path: Path,
    empty_url: str,
    sink: SmtpSink,
    monkeypatch: pytest.MonkeyPatch,
    can_be_asked: bool,
) -> None:
    """Backup; some mails go out; the server is lost; the backup of before comes back; ticks go on."""
    began, lost = clock.now() - timedelta(hours=2), replace(settings, smtp_url=sink.url)
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        person = make_person(session, "legal_officer")
        case = make_case(session, lead=person)
        session.add(Sighting(name="going", seen_at=began + timedelta(minutes=39)))
        for number in range(5):
            work = make_due_work(session, case, person, clock.today(), title=f"Work {number}", next_plan_at=None)
            at = began + timedelta(minutes=30 if number < 3 else 90)
            make_reminder(session, work, person, send_at=at, scheduled_at=at, due_key="1:0")
    path = create(app, key, tmp_path)

    with clock.fixed(began + timedelta(minutes=40)):
        tick_of(app, lost, 2)
    before_the_loss = [number_of(mail) for mail in sink.mails]
    assert len(before_the_loss) == 3, "the lost server sent what had come due"

    if can_be_asked:
        took = Knows(set(before_the_loss))
        monkeypatch.setattr(settling, "look_ups", lambda _settings: {"relay:25": took})
    again = on_database(settings, empty_url)
    other = create_app(again)
    restore(other, path, key)
    tick_of(other, replace(again, smtp_url=sink.url), 3)
    other.extensions["tracker.database"].dispose()

    after = sink.mails[3:]
    assert len(after) == 1, [mail.message["Subject"] for mail in after]
    assert number_of(after[0]) not in before_the_loss
    body = after[0].message.get_body(("plain",))
    assert body is not None
    words = str(body.get_content())
    told = {number for number in range(5) if f"Work {number}" in words}
    assert told == ({3, 4} if can_be_asked else {0, 1, 2, 3, 4})
