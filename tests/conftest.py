"""What every test can ask for. Servers are real, and started when the first test of a process needs them."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from flask import Flask, g, request_finished
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from config import Settings
from tests.support.browsers import FLAGS, chromium
from tests.support.settings import make_settings, on_database
from tests.support.smtp import SmtpSink

if TYPE_CHECKING:
    from tests.support.application import KeptApplication

# No test is timed: a busy machine must not fail it. Measuring is the business of `make bench`.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

_RUN_DIR = "TRACKER_TEST_RUN_DIR"
_OF_REAL_SERVERS = (
    "DATABASE_URL",
    "DATABASE_APP_URL",
    "DATABASE_JOBS_URL",
    "BROKER_URL",
    "SMTP_URL",
    "BASE_URL",
    "TRACKER_DATA_DIR",
    "TRACKER_ENV",
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder once, in the process that the others are started by, and forget real servers."""
    for name in _OF_REAL_SERVERS:
        os.environ.pop(name, None)
    if not hasattr(config, "workerinput"):
        folder = Path(tempfile.mkdtemp(prefix="tracker-tests-"))
        folder.chmod(0o755)  # PostgreSQL runs as another user when the tests run as root
        os.environ[_RUN_DIR] = str(folder)
        config.add_cleanup(lambda: _forget(folder))


def _forget(folder: Path) -> None:
    """Remove what the run kept, once its PostgreSQL has gone."""
    from embedded.lease import PostgresLease
    from embedded.places import Places
    from embedded.processes import wait_until

    kept = [path for path in folder.iterdir() if (path / "run").is_dir() or path.name.startswith("valkey-")]
    for data_dir in kept:
        wait_until(partial(_has_gone, PostgresLease(data_dir)), 5)
        shutil.rmtree(Places(data_dir).sockets, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _has_gone(lease: Any) -> bool:
    return not lease.has_keeper()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def cost_of_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed by argon2id at its least cost, but for `@pytest.mark.dear_passwords`: with our parameters.

    A hash takes as long as twenty pages.
    """
    if request.node.get_closest_marker("dear_passwords") is None:
        from tests.factories.person import CHEAP_HASHER
        from tracker.accounts import passwords

        monkeypatch.setattr(passwords, "HASHER", CHEAP_HASHER)


@pytest.fixture(scope="session")
def run_dir() -> Path:
    """A folder that all processes of this run share."""
    return Path(os.environ[_RUN_DIR])


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Which of the parallel test processes this is."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def cluster(run_dir: Path) -> Iterator[Any]:
    """The run's PostgreSQL (tests.support.databases.TestCluster), for tests that need databases of their own."""
    from tests.support.databases import TestCluster

    cluster = TestCluster(run_dir)
    yield cluster
    cluster.release()


@pytest.fixture(scope="session")
def worker_database(cluster: Any, worker_name: str) -> Iterator[Any]:
    from tests.support.databases import WorkerDatabase

    worker_database = WorkerDatabase(cluster, worker_name)
    yield worker_database
    worker_database.close()


@pytest.fixture
def database_url(worker_database: Any, request: pytest.FixtureRequest) -> str:
    """A database just as the migrations leave it; commit what you like."""
    from tests.support.application import WRITTEN_AT_START

    shares_the_application = "app" in request.fixturenames and not _wants_its_own(request)
    alone = request.node.get_closest_marker("own_database") is not None
    url: str = worker_database.take(alone=alone, spare=WRITTEN_AT_START if shares_the_application else None)
    return url


def _wants_its_own(request: pytest.FixtureRequest) -> bool:
    return any(request.node.get_closest_marker(name) for name in ("own_app", "own_database"))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings with a fresh database and no broker or relay; `dataclasses.replace` adds those."""
    return on_database(make_settings(tmp_path / "data"), database_url)


@pytest.fixture(scope="session")
def kept_applications() -> Iterator[list[KeptApplication]]:
    """The application that tests of this process share, once there is one."""
    kept: list[KeptApplication] = []
    yield kept
    for application in kept:
        application.close()


@pytest.fixture
def app(
    settings: Settings,
    worker_database: Any,
    kept_applications: list[KeptApplication],
    request: pytest.FixtureRequest,
) -> Iterator[Flask]:
    """The application, as `create_app` assembles it. `@pytest.mark.own_app` gives a test one that it may change."""
    from tests.support.application import KeptApplication, database_of, own_app

    if _wants_its_own(request) or (kept_applications and not kept_applications[0].suits(settings)):
        app = own_app(settings)
        yield app
        database_of(app).dispose()
        return
    if not kept_applications:
        kept_applications.append(KeptApplication(settings, worker_database))
    kept = kept_applications[0]
    yield kept.begin(settings)
    if faults := kept.faults(settings):
        kept_applications.remove(kept)
        kept.close()
        pytest.fail(f"the test left in the application: {', '.join(faults)}; @pytest.mark.own_app gives it its own")


@pytest.fixture
def database(app: Flask) -> Any:
    """The application's tracker.core.database.Database."""
    from tests.support.application import database_of

    return database_of(app)


@pytest.fixture
def session(app: Flask, database: Any) -> Iterator[Session]:
    """A session that acts as the operator, inside an application context; rolled back at the end."""
    from tracker.core.actor import OPERATOR

    with app.app_context():
        session = database.session(OPERATOR)
        yield session
        session.rollback()
        session.close()


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A client that fails the test when a request leaves work uncommitted."""
    forgotten: list[str] = []

    def look(sender: Flask, response: Any, **_: Any) -> None:
        session = g.get("db_session")
        if session is not None and response.status_code < 400 and (session.new or session.dirty or session.deleted):
            forgotten.append(f"{response.status}: {[*session.new, *session.dirty, *session.deleted]}")

    with request_finished.connected_to(look, app):
        yield app.test_client()
    assert not forgotten, f"requests ended with uncommitted work: {forgotten}"


@pytest.fixture(scope="session")
def valkey_server(run_dir: Path, worker_name: str) -> Iterator[str]:
    from tests.support.processes import running_valkey

    with running_valkey(run_dir / f"valkey-{worker_name}") as url:
        yield url


@pytest.fixture
def valkey_url(valkey_server: str) -> str:
    """The address, as Celery writes it, of a real Valkey with nothing in it."""
    import redis

    with redis.Redis(unix_socket_path=valkey_server.removeprefix("redis+socket://").partition("?")[0]) as client:
        client.flushall()
    return valkey_server


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A mail relay that keeps what it gets in `.mails`; its address is `.url`."""
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The application behind a real port; its address."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts Chromium: the system's, since none is downloaded."""
    found = chromium()
    if found is None:
        pytest.skip("NO CHROMIUM on this machine: journeys in a real browser are skipped")
    return {"executable_path": found, "args": FLAGS, "headless": True}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], live_server: str) -> dict[str, Any]:
    return {**browser_context_args, "base_url": live_server, "locale": "en-GB", "timezone_id": "UTC"}


@pytest.fixture
def page(page: Any, app: Flask, live_server: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page whose console must stay silent: a broken content security policy shows there."""
    from tests.support.journeys import serving

    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(15_000)
    with serving(app, live_server):
        yield page
    allowed = ["the server responded with a status of"]  # an answer like 404 or 422 that a test asks for
    if "switch" in request.fixturenames:  # the test turns the server off
        allowed.append("net::ERR_CONNECTION_REFUSED")
    assert not [text for text in complaints if not any(part in text for part in allowed)], complaints
