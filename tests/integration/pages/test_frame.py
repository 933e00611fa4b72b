"""What stands around every answer."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import event, text

from config import Settings
from tests.factories.case import make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import make_person
from tests.support.settings import on_database
from tests.support.sign_in import sign_in
from tracker import create_app
from tracker.access.entrance import ANYONE, SIGNED_IN, entrance
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict, Fault, Invalid, NotLawful, NotPermitted, NotVisible
from tracker.core.web import db

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.fixture
def administrator(app: Flask, database: Any) -> Person:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        return make_person(session, "administrator")


@pytest.mark.parametrize("path", ["/sign-in", "/preferences", "/nothing", "/healthz", "/static/dist/manifest.json"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, administrator: Person, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_hashed_files_are_kept_for_ever(client: FlaskClient, app: Flask) -> None:
    with app.test_request_context():
        address = app.jinja_env.from_string("{{ asset_url('src/js/app.js') }}").render()
    if "assets/" not in address:
        pytest.fail("the assets are not built; `make setup` builds them")
    assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_production_asks_for_https_for_two_years(settings: Settings) -> None:
    app = create_app(replace(settings, environment="production"))
    headers = app.test_client().get("/healthz").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=63072000")
    app.extensions["tracker.database"].dispose()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotVisible("canary"), 404),
        (NotPermitted("not for you"), 403),
        (Conflict("canary", 3), 409),
        (Invalid(Fault("title", "too long")), 422),
        (NotLawful("no such move"), 422),
    ],
)
@pytest.mark.own_app
def test_errors_of_the_domain_become_pages(app: Flask, administrator: Person, error: Exception, status: int) -> None:
    def fail() -> str:
        raise error

    app.add_url_rule("/fail", "fail", entrance(SIGNED_IN)(fail))
    answer = sign_in(app.test_client(), administrator).get("/fail")
    assert answer.status_code == status
    assert answer.text.startswith("<!doctype html>")
    assert "canary" not in answer.text or status != 404


@pytest.mark.parametrize(("status", "shown"), [(400, 400), (405, 405), (413, 413), (418, 418), (429, 429), (503, 503)])
@pytest.mark.own_app
def test_refusals_of_http_become_pages(app: Flask, status: int, shown: int) -> None:
    app.add_url_rule("/fail", "fail", entrance(ANYONE)(lambda: abort(status)))
    answer = app.test_client().get("/fail")
    assert answer.status_code == shown
    assert "narrow-panel" in answer.text


@pytest.mark.own_app
def test_an_unexpected_error_shows_and_logs_nothing_personal(
    app: Flask, administrator: Person, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        db().execute(text("SELECT 1/0 AS canary_in_sql"))
        return ""

    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/fail", "fail", entrance(ANYONE)(fail))
    with caplog.at_level(logging.INFO):
        answer = app.test_client().get("/fail?word=canary_in_address")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "canary" not in answer.text
    assert "canary" not in caplog.text
    assert "DataError" in caplog.text


def test_a_database_that_is_away_is_told_as_such(app: Flask, administrator: Person) -> None:
    client = sign_in(app.test_client(), administrator)
    broken = create_app(
        on_database(app.extensions["tracker.settings"], "postgresql+psycopg://tracker_owner@/none?host=/nonexistent")
    )
    cookie = client.get_cookie("session-8000")
    assert cookie is not None
    stranger = broken.test_client()
    stranger.set_cookie("session-8000", cookie.value)
    answer = stranger.get("/preferences")
    assert answer.status_code == 503
    assert "nonexistent" not in answer.text


@pytest.fixture
def statements(database: Any) -> Iterator[list[str]]:
    seen: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(database.app_engine, "before_cursor_execute", count)
    yield seen
    event.remove(database.app_engine, "before_cursor_execute", count)


@pytest.mark.own_app
def test_knowing_the_person_costs_two_statements(app: Flask, administrator: Person, statements: list[str]) -> None:
    app.add_url_rule("/plain", "plain", entrance(SIGNED_IN)(lambda: "plain"))
    client = sign_in(app.test_client(), administrator)
    statements.clear()
    assert client.get("/plain").status_code == 200
    assert len(statements) == 2, statements


@pytest.mark.parametrize("path", ["/healthz", "/static/dist/manifest.json"])
def test_files_and_the_sign_of_life_ask_no_database(
    app: Flask, administrator: Person, statements: list[str], path: str
) -> None:
    client = sign_in(app.test_client(), administrator)
    statements.clear()
    assert client.get(path).status_code == 200
    assert statements == []


def test_strangers_leave_no_rows(client: FlaskClient, administrator: Person, database: Any) -> None:
    for _ in range(3):
        client.get("/sign-in")
        client.get("/nothing")
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalar(text("SELECT count(*) FROM sign_in_sessions")) == 0


def test_the_navigation_shows_only_where_one_may_go(app: Flask, database: Any, administrator: Person) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        officer = make_person(session, "legal_officer")
    as_administrator = sign_in(app.test_client(), administrator).get("/preferences").text
    as_officer = sign_in(app.test_client(), officer).get("/preferences").text
    assert ('href="/accounts"' in as_administrator, 'href="/cases"' in as_administrator) == (True, False)
    assert ('href="/accounts"' in as_officer, 'href="/cases"' in as_officer) == (False, True)


@pytest.mark.own_app
def test_a_good_change_is_committed_and_a_refused_one_undone(app: Flask, administrator: Person, database: Any) -> None:
    def rename(status: int) -> tuple[str, int]:
        db().get_one(Person, administrator.id).name = f"Named {status}"
        db().flush()
        return "", status

    app.add_url_rule("/rename/<int:status>", "rename", entrance(SIGNED_IN)(rename))
    client = sign_in(app.test_client(), administrator)
    client.get("/rename/200")
    client.get("/rename/422")
    with database.unit_of_work(OPERATOR) as session:
        assert session.get_one(Person, administrator.id).name == "Named 200"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cases?q=a%00b", 400),
        ("/cases?%00=1", 400),
        ("/contacts?cursor=%00", 400),
        ("/cases/A%00", 404),
        ("/r/%00", 404),
    ],
)
def test_a_nul_in_an_address_leads_nowhere(
    app: Flask, database: Any, client: FlaskClient, path: str, status: int
) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        officer = make_person(session, "legal_officer")
    assert sign_in(client, officer).get(path).status_code == status


def test_a_nul_in_a_form_is_a_bad_request_and_writes_nothing(app: Flask, database: Any, client: FlaskClient) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        officer = make_person(session, "legal_officer")
    answer = sign_in(client, officer).post("/dossiers/new", data={"title": "Dos\x00sier"})
    assert answer.status_code == 400
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        assert session.scalar(text("SELECT count(*) FROM dossiers")) == 0


@pytest.mark.parametrize("level", ["internal", "restricted", "sealed"])
def test_each_page_is_marked_as_secret_as_the_most_secret_thing_on_it(app: Flask, database: Any, level: str) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        lead = make_person(session, "legal_officer")
        case = make_case(session, level=level, lead=lead)
        work = make_follow_up(session, case, title="Call")
        reference = case.reference
    client = sign_in(app.test_client(), lead)
    pages = ("", "/members", "/timeline", "/trail", "/papers", "/contacts", "/links", "/move", "/clocks")
    for path in (*(f"/cases/{reference}{page}" for page in pages), f"/follow-ups/{work.id}", "/cases", "/follow-ups"):
        page = client.get(path)
        assert page.status_code == 200, path
        assert f"{level.capitalize()}: not for publication" in page.text, path
    assert "Internal: not for publication" in client.get("/preferences").text
