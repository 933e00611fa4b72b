"""Committed people, and units of work that act as somebody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.person import acting, make_person
from tests.support.acting import officer
from tests.support.sign_in import sign_in
from tracker.accounts.models import ROLES, Person
from tracker.core.actor import OPERATOR, Actor

__all__ = ["officer"]

ActAs = Callable[[Actor | Person], AbstractContextManager[Session]]
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def act_as(app: Flask, database: Any) -> ActAs:
    """A unit of work that acts as somebody, committed at the end of the block."""

    @contextmanager
    def work(who: Actor | Person) -> Iterator[Session]:
        with app.app_context(), database.unit_of_work(who if isinstance(who, Actor) else acting(who)) as session:
            yield session

    return work


@pytest.fixture
def people(act_as: ActAs) -> dict[str, Person]:
    """One person of each role, by role, who can sign in with tests.factories.person.PASSWORD."""
    with act_as(OPERATOR) as session:
        return {role: make_person(session, role, email=f"{role}@example.org", with_password=True) for role in ROLES}


@pytest.fixture
def as_administrator(client: FlaskClient, people: dict[str, Person]) -> FlaskClient:
    return sign_in(client, people["administrator"])


@pytest.fixture
def type_in(client: FlaskClient) -> Callable[..., TestResponse]:
    """Fill in the sign-in form as a browser does: `type_in(email, password, **more)`."""

    def submit(email: str, password: str, **more: Any) -> TestResponse:
        found = CSRF.search(client.get("/sign-in").text)
        token = found.group(1) if found else ""
        return client.post("/sign-in", data={"csrf_token": token, "email": email, "password": password, **more})

    return submit


Fill = Callable[..., TestResponse]
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of the first form of a page."""
    found = [dict(ATTRIBUTE.findall(field)) for field in HIDDEN.findall(page)]
    return {field["name"]: unescape(field.get("value", "")) for field in reversed(found) if field.get("name")}


@pytest.fixture
def fill() -> Fill:
    """Open a page and send its form as a browser does: `fill(client, "/sign-in", email=…, password=…)`."""

    def submit(client: FlaskClient, page: str, to: str | None = None, **typed: Any) -> TestResponse:
        opened = client.get(page)
        assert opened.status_code == 200, f"{page}: {opened.status} {opened.location}"
        return client.post(to or page.partition("?")[0], data=hidden_fields(opened.text) | typed)

    return submit
