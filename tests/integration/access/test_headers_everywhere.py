"""What goes with every answer: pages, redirections, refusals, errors, files, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from config import Settings
from tests.factories.person import make_person
from tests.integration.access.conftest import ActAs
from tests.integration.access.test_every_route import Place, place  # noqa: F401  a fixture
from tests.support.sign_in import sign_in
from tracker import create_app
from tracker.access.entrance import ANYONE, entrance
from tracker.core.actor import OPERATOR
from tracker.pages.frame import HEADERS

NEVER = ("Server", "X-Powered-By", "Access-Control-Allow-Origin")


def faults(answer: object, what: str) -> list[str]:
    headers = answer.headers  # type: ignore[attr-defined]
    found = [
        f"{what}: {name} is {headers.get(name)}"
        for name, value in HEADERS.items()
        if not _is_kept(headers, name, value)
    ]
    if headers.get("Cache-Control") != "no-store":
        found.append(f"{what}: Cache-Control is {headers.get('Cache-Control')}")
    return found + [f"{what}: {name} tells what nobody asked" for name in NEVER if name in headers]


def _is_kept(headers: dict[str, str], name: str, value: str) -> bool:
    """A view may be stricter: it allows less, and starts from nothing too."""
    said = headers.get(name, "")
    if name != "Content-Security-Policy" or said == value:
        return said == value
    return (
        "default-src 'none'" in said
        and "unsafe" not in said
        and ("sandbox" in said or "frame-ancestors 'none'" in said)
    )


def test_every_route_answers_everybody_with_the_headers(place: Place) -> None:  # noqa: F811
    wrong = []
    for method, rule in place.routes():
        for visitor in ("coordinator", "administrator", "stranger"):
            address = place.open.address(place.app, rule)
            answer = place.visitors[visitor].open(address, method=method, headers={"X-CSRFToken": ""})
            if rule.endpoint != "static":
                wrong += faults(answer, f"{method} {rule.endpoint} as {visitor}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.own_app
@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 415, 418, 422, 429, 500, 501, 503])
def test_errors_carry_the_headers_and_tell_a_stranger_nothing(app: Flask, status: int) -> None:
    def fails() -> str:
        abort(status, "a canary of what went wrong in tracker/cases/models.py")

    app.add_url_rule("/fails", "fails", entrance(ANYONE)(fails))
    answer = app.test_client().get("/fails")
    assert answer.status_code == status
    assert faults(answer, str(status)) == []
    assert not any(word in answer.text for word in ("canary", "tracker/", "Traceback", "werkzeug", "flask"))


@pytest.mark.own_app
def test_what_breaks_inside_tells_nothing_of_it(app: Flask) -> None:
    def breaks() -> str:
        raise RuntimeError("a canary: SELECT * FROM people")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/breaks", "breaks", entrance(ANYONE)(breaks))
    answer = app.test_client().get("/breaks")
    assert answer.status_code == 500
    assert faults(answer, "500") == []
    assert not any(word in answer.text for word in ("canary", "SELECT", "RuntimeError", "Traceback"))


@pytest.mark.parametrize(
    "path", ["/static/dist/nothing.css", "/static/../config.py", "/no/such/page", "/%00", "/\\evil.example"]
)
def test_what_is_not_there_is_framed_too(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (303, 404)
    assert faults(answer, path) == []


def test_a_body_that_is_too_large_is_refused_and_not_read(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"email": "x" * (5 * 1024 * 1024)})
    assert answer.status_code == 413
    assert faults(answer, "413") == []


def test_a_form_with_very_many_fields_is_refused(client: FlaskClient) -> None:
    fields = {f"f{number}": "x" for number in range(3000)}
    assert client.post("/sign-in", data=fields, content_type="multipart/form-data").status_code in (400, 413)


@pytest.fixture
def production(settings: Settings) -> Iterator[Flask]:
    app = create_app(replace(settings, environment="production", base_url="https://cases.ngo.org"))
    yield app
    app.extensions["tracker.database"].dispose()


def test_cookies_of_production_are_bound_to_the_host_and_out_of_reach_of_scripts(
    production: Flask, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        person = make_person(session, "legal_officer")
    for client in (production.test_client(), sign_in(production.test_client(), person)):
        answer = client.get("/sign-in", base_url="https://cases.ngo.org")
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, *marks = (part.strip() for part in cookie.split(";"))
            assert name.startswith("__Host-"), cookie
            assert {"Secure", "HttpOnly", "Path=/"} <= set(marks), cookie
            assert any(mark in ("SameSite=Lax", "SameSite=Strict") for mark in marks), cookie
            assert not any(mark.startswith("Domain") for mark in marks), cookie
