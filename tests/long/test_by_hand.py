"""Production without containers: what docker-compose.yml starts, in its order, with its environment, over TCP."""

from __future__ import annotations

import http.client
import json
import secrets
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import text

from embedded.processes import wait_until
from tests.factories.person import make_person
from tests.factories.reminder import make_due_mails
from tests.support.by_hand import SITE, ByHand, free_port
from tests.support.smtp import SmtpSink
from tracker import models  # noqa: F401  every table must be known before the first mapper is used
from tracker.accounts.sessions import Begin, begin_session
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.tokens import use_secret
from tracker.pathways.store import DefinitionStore, use_store
from tracker.wiring import HANDLERS

pytestmark = pytest.mark.long
FROM_THE_PROXY = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": SITE}


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def house(run_dir: Path, sink: SmtpSink) -> Iterator[ByHand]:
    folder = Path(tempfile.mkdtemp(prefix="by-hand-", dir=run_dir))
    folder.chmod(0o755)  # PostgreSQL runs as another user when the tests run as root
    with ByHand(folder, sink.url) as house:
        yield house


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers=FROM_THE_PROXY | {"Host": SITE} | headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    except OSError:
        return 0, {}, b""
    finally:
        connection.close()


def is_ready(port: int) -> bool:
    status, _, body = ask(port, "/readyz")
    return status == 200 and all(json.loads(body)[name] for name in ("database", "broker", "worker"))


def start_both(house: ByHand, service: str, **more: str) -> list[subprocess.Popen[bytes]]:
    return [house.start(service, **more), house.start(service, **more)]


def test_two_of_each_work_together_and_one_of_each_is_enough(house: ByHand, sink: SmtpSink) -> None:
    together = start_both(house, "migrate")
    assert [job.wait(120) for job in together] == [0, 0], house.said()

    ports = [free_port(), free_port()]
    web = [house.start("web", PORT=str(port), TRACKER_LISTEN="127.0.0.1", WEB_CONCURRENCY="1") for port in ports]
    workers = start_both(house, "worker", REMINDER_TICK_S="2")
    beats = start_both(house, "beat", REMINDER_TICK_S="2")
    assert wait_until(lambda: all(is_ready(port) for port in ports), 90), house.said()

    made = house.run(
        "migrate", "flask", "user", "create", "--email", "a@example.org", "--name", "A", "--role", "administrator"
    )
    assert made.returncode == 0, made.stderr
    database = Database(house.database_url, handlers=HANDLERS)
    use_store(DefinitionStore(database, None))
    look_at_the_pages(house, database, ports)
    send(database, sink, 12)

    for words in (("add", "f2"), ("rotate", "f2")):
        changed = house.run("keys", "flask", "keys", *words)
        assert changed.returncode == 0, changed.stderr
    assert (house.secrets / "ring" / "field_keys").read_text().startswith("f2:"), "while everybody works"

    for process in (web[0], workers[0], beats[0]):
        process.send_signal(signal.SIGKILL)
    assert wait_until(lambda: ask(ports[1], "/healthz")[0] == 200, 10)
    send(database, sink, 4)
    assert [house.run(name, "python", "-m", "worker.health").returncode for name in ("worker", "beat")] == [0, 0]
    database.dispose()


def look_at_the_pages(house: ByHand, database: Database, ports: list[int]) -> None:
    """A session that was begun anywhere is known to every web process."""
    with database.unit_of_work(OPERATOR) as session:
        person = make_person(session, "legal_officer")
    use_secret(house.secret("secret_key"))  # the session is sealed as theirs are
    with database.unit_of_work(OPERATOR) as session:
        token = begin_session(
            session, person, Begin("test", method="passkey"), {"csrf_token": secrets.token_hex(20)}
        ).token
    for port in ports:
        status, headers, _ = ask(port, "/", Cookie=f"__Host-session={token}")
        assert status == 200, house.said()
        assert headers["Strict-Transport-Security"]
        assert ask(port, "/")[0] in (302, 303), "a stranger signs in first"
        assert ask(port, "/", Host="evil.example", **{"X-Forwarded-Host": "evil.example"})[0] == 400


def send(database: Database, sink: SmtpSink, count: int) -> None:
    """So many mails come, each once."""
    before = len(sink.mails)
    with database.unit_of_work(OPERATOR) as session:
        make_due_mails(session, count, people=2)
    assert wait_until(lambda: len(sink.mails) >= before + count, 60)
    wait_until(lambda: len(sink.mails) > before + count, 5)
    ids = [str(mail.message["Message-ID"]) for mail in sink.mails[before:]]
    assert len(ids) == len(set(ids)) == count


def test_servers_let_nobody_in_without_the_password_and_the_owner_is_no_superuser(house: ByHand) -> None:
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(house.broker_url).ping()
    database: Any = Database(house.database_url)
    with database.engine.connect() as connection:
        assert (
            connection.scalar(text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"))
            is False
        )
    database.dispose()
    (house.secrets / "wrong").write_text("another word that is long enough")
    wrong = str(house.secrets / "wrong")
    refused = house.run("migrate", DATABASE_PASSWORD_FILE=wrong)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr and "another word" not in refused.stderr
    assert house.run("worker", "python", "-m", "worker.health", BROKER_PASSWORD_FILE=wrong).returncode == 1


def test_nothing_starts_before_the_database_is_brought_up_or_without_its_secrets(house: ByHand) -> None:
    early = house.run("web", PORT=str(free_port()), TRACKER_LISTEN="127.0.0.1")
    assert early.returncode != 0
    assert "does not let this login in" in early.stderr
    as_owner = {"DATABASE_APP_URL": house.database_url, "DATABASE_JOBS_URL": house.database_url}
    no_files = {"DATABASE_APP_PASSWORD_FILE": "", "DATABASE_JOBS_PASSWORD_FILE": ""}
    assert house.run("migrate").returncode == 0
    for name in ("web", "worker"):
        wide = house.run(name, PORT=str(free_port()), TRACKER_LISTEN="127.0.0.1", **as_owner, **no_files)
        assert wide.returncode != 0
        assert "tracker_owner owns tables and may make roles" in wide.stderr
    blind = house.run("web", FLASK_DEBUG="1", SECRET_KEY_FILE=str(house.folder / "nowhere"))
    assert "SECRET_KEY_FILE can't be read" in blind.stderr
    assert "FLASK_DEBUG is on" in blind.stderr
