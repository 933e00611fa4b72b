"""Addresses put together are those that Flask would make."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for
from werkzeug.routing import BuildError

IDENTITY = UUID("01a206a8-137d-70d5-ad66-751f14ac6ad9")
SAID: dict[str, Any] = {"q": "зняволены & co/ü", "page": 2, "of": ["a", "b"], "none": None, "empty": "", "nobody": []}


def test_every_page_has_the_address_that_flask_gives_it(app: Flask) -> None:
    with app.test_request_context("/cases"):
        for rule in app.url_map.iter_rules():
            values: dict[str, Any] = {
                name: IDENTITY if f"<uuid:{name}>" in rule.rule else f"a b/ü?{name}%" for name in rule.arguments
            }
            for more in ({}, SAID, {"_anchor": "a b#ü"}, {"_external": True}):
                said = values | more
                assert url_for(rule.endpoint, **said) == Flask.url_for(app, rule.endpoint, **said)


def test_an_id_stands_in_it_as_in_flasks(app: Flask) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/below"}):
        found = url_for("cases.correct_event", reference="ICC-K7QX", event_id=IDENTITY)
    assert found == f"/below/cases/ICC-K7QX/events/{IDENTITY}/correct"


def test_flask_is_not_asked_for_the_address_of_a_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context("/"):
        monkeypatch.delattr(Flask, "url_for")
        assert url_for("pages.case_page", reference="ICC-K7QX", work="all") == "/cases/ICC-K7QX?work=all"


def test_what_is_missing_is_an_error_and_without_a_request_nobody_knows_the_host(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(BuildError):
        url_for("pages.case_page", reference=None)
    with app.app_context(), pytest.raises(RuntimeError, match="SERVER_NAME"):
        url_for("pages.case_page", reference="ICC-K7QX")
