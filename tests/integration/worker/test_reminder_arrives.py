"""The main job, with a real worker: a follow-up is given to somebody, and the mail arrives."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from itertools import takewhile
from typing import Any

import pytest
import redis
from sqlalchemy import func, select, text

from embedded.processes import wait_until
from tests.factories.case import join, make_case
from tests.factories.person import acting, make_person
from tests.factories.reminder import make_due_work, make_reminder
from tests.integration.worker.conftest import CeleryProcess, StartCelery, hanging, seen
from tests.support.smtp import SmtpSink
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.followups import services as follow_ups
from tracker.reminders.models import Reminder

ARRIVES_S = 30


def broker_of(valkey_url: str) -> redis.Redis:
    return redis.Redis(unix_socket_path=valkey_url.removeprefix("redis+socket://").partition("?")[0])


def statuses(database: Database) -> dict[str, int]:
    with database.unit_of_work(OPERATOR) as session:
        counted = session.execute(select(Reminder.status, func.count().label("rows")).group_by(Reminder.status))
        return {row.status: row.rows for row in counted}


def give_sealed_work(database: Database) -> dict[str, Any]:
    """A lead gives a colleague something to do on a sealed case; both are members."""
    with database.unit_of_work(OPERATOR) as session:
        lead, colleague = make_person(session, "legal_officer"), make_person(session, "legal_officer")
        case = make_case(session, level="sealed", title="Zxcanarycase", lead=lead)
        join(session, case, colleague)
    with database.unit_of_work(acting(lead)) as session:
        work = follow_ups.add_follow_up(
            session,
            acting(lead),
            case,
            title="Zxcanarytitle",
            due_on=clock.today() + timedelta(days=30),
            assignee_id=colleague.id,
            notes="Zxcanarynotes",
        )
    return {"case": case, "colleague": colleague, "work": work}


def due_mail(database: Database, count: int = 1) -> None:
    with database.unit_of_work(OPERATOR) as session:
        officer = make_person(session, "legal_officer")
        case = make_case(session, lead=officer)
        for _ in range(count):
            work = make_due_work(session, case, officer, clock.today(), next_plan_at=None)
            make_reminder(session, work, officer)


@pytest.mark.usefixtures("nudging")
def test_the_mail_about_a_follow_up_arrives_at_once_and_the_broker_learns_nothing_of_it(
    worker: CeleryProcess, database: Database, smtp_sink: SmtpSink, valkey_url: str
) -> None:
    with broker_of(valkey_url) as broker, broker.monitor() as overheard:
        given = give_sealed_work(database)
        assert wait_until(lambda: len(smtp_sink.mails) == 1, ARRIVES_S), worker.said
        broker.set("end of listening", 1)
        said = (command["command"] for command in overheard.listen())
        heard = "".join(takewhile(lambda command: "end of listening" not in command, said))
    (mail,) = smtp_sink.mails
    assert mail.recipients == [given["colleague"].email]
    assert "worker.jobs.tick" in heard
    secrets = ["Zxcanary", given["case"].reference, str(given["case"].id), str(given["work"].id), mail.recipients[0]]
    everything_else = heard + worker.said + mail.content.decode()
    assert not [secret for secret in secrets[:-1] if secret in everything_else]
    assert mail.recipients[0] not in heard + worker.said


def test_a_worker_that_comes_up_sends_what_came_due_without_it(
    database: Database, start_celery: StartCelery, smtp_sink: SmtpSink
) -> None:
    due_mail(database, 3)
    process = start_celery()
    assert wait_until(lambda: len(smtp_sink.mails) == 3, 60), process.said
    assert {"worker", "tick"} <= seen(database).keys()


def test_a_worker_killed_in_the_middle_of_a_mail_leaves_it_to_be_sent_once(
    worker: CeleryProcess, database: Database, start_celery: StartCelery, smtp_sink: SmtpSink, nudge_worker: Any
) -> None:
    with hanging(smtp_sink):
        due_mail(database)
        nudge_worker()
        assert wait_until(lambda: statuses(database) == {"committing": 1}, ARRIVES_S), worker.said
        worker.kill()
    assert smtp_sink.mails == []
    fresh = start_celery()
    assert wait_until(lambda: "ready" in fresh.said, 60)
    nudge_worker()
    assert not wait_until(lambda: bool(smtp_sink.mails), 2), "lease and grace have not ended"
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE reminders SET lease_until = now() - interval '31 seconds'"))

    def arrived() -> bool:
        nudge_worker()
        return wait_until(lambda: bool(smtp_sink.mails), 2)

    assert wait_until(arrived, ARRIVES_S), fresh.said
    assert statuses(database) == {"sent": 1} or wait_until(lambda: statuses(database) == {"sent": 1}, 10)
    nudge_worker()
    assert not wait_until(lambda: len(smtp_sink.mails) > 1, 2)


def test_a_worker_outlives_its_database_connections_and_an_emptied_broker(
    worker: CeleryProcess,
    database: Database,
    smtp_sink: SmtpSink,
    valkey_url: str,
    cluster: Any,
    nudge_worker: Any,
) -> None:
    with broker_of(valkey_url) as broker:
        for number in range(1, 4):
            broker.flushall()
            with cluster.superuser() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE application_name LIKE 'tracker%%' AND datname = %s",
                    [database.engine.url.database],
                )
            due_mail(database)
            nudge_worker()
            assert wait_until(partial(_has_come, smtp_sink, number), 60), worker.said
    assert worker.is_alive


@pytest.mark.long
def test_beat_ticks_by_itself_and_is_seen(
    worker: CeleryProcess, start_celery: StartCelery, database: Database, smtp_sink: SmtpSink, tmp_path: Any
) -> None:
    beats = [start_celery("beat"), start_celery("beat")]
    due_mail(database)
    assert wait_until(lambda: len(smtp_sink.mails) == 1, 90), worker.said + "".join(beat.said for beat in beats)
    assert wait_until(lambda: "beat" in seen(database), 10)
    assert not wait_until(lambda: len(smtp_sink.mails) > 1, 5)


def _has_come(sink: SmtpSink, count: int) -> bool:
    return len(sink.mails) == count


def test_a_worker_that_is_asked_to_stop_ends_with_the_mail_at_hand_and_leaves_the_rest_to_others(
    worker: CeleryProcess, database: Database, smtp_sink: SmtpSink, nudge_worker: Any, valkey_url: str
) -> None:
    accept = smtp_sink.handle_DATA

    async def slowly(*given: Any) -> str:
        await asyncio.sleep(0.3)
        return await accept(*given)

    smtp_sink.handle_DATA = slowly  # type: ignore[method-assign,assignment]
    due_mail(database, 100)
    nudge_worker()
    assert wait_until(lambda: len(smtp_sink.mails) >= 2, ARRIVES_S), worker.said
    worker.process.terminate()
    assert wait_until(lambda: not worker.is_alive, 15), worker.said
    assert statuses(database).keys() == {"sent", "planned"}
    assert statuses(database)["sent"] == len(smtp_sink.mails) < 60
    with broker_of(valkey_url) as broker:
        keys = [str(key) for key in broker.keys("*")]
    assert not [key for key in keys if "celeryev" in key or "pidbox" in key], "workers keep nothing of each other"
