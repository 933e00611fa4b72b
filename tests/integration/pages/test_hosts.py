from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from config import Settings
from tracker import create_app


@pytest.fixture
def production(settings: Settings) -> Iterator[Flask]:
    changes = {"environment": "production", "base_url": "https://cases.ngo.org", "trusted_proxies": 1}
    app = create_app(replace(settings, **changes))  # type: ignore[arg-type]
    yield app
    app.extensions["tracker.database"].dispose()


@pytest.mark.parametrize(
    "host", ["evil.example", "cases.ngo.org.evil.example", "127.0.0.1:8000", "localhost", "", "[::1]"]
)
@pytest.mark.parametrize("path", ["/", "/sign-in", "/static/dist/x.css", "/no/such/page"])
def test_another_host_is_refused_before_anything_is_looked_at(production: Flask, host: str, path: str) -> None:
    answer = production.test_client().get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert answer.data == b"There is no such site here.\n"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("host", ["cases.ngo.org", "CASES.ngo.org", "cases.ngo.org:443"])
def test_the_installations_own_host_is_answered(production: Flask, host: str) -> None:
    assert production.test_client().get("/sign-in", headers={"Host": host}).status_code in (200, 302, 303)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_checks_may_ask_by_number(production: Flask, path: str) -> None:
    assert production.test_client().get(path, headers={"Host": "127.0.0.1:8000"}).status_code in (200, 503)


def test_what_the_trusted_proxy_says_counts(production: Flask) -> None:
    answer = production.test_client().get("/", headers={"Host": "cases.ngo.org", "X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 400


def test_a_development_copy_answers_under_every_name(app: Flask) -> None:
    assert app.test_client().get("/sign-in", headers={"Host": "192.168.1.7:8000"}).status_code in (200, 302, 303)
