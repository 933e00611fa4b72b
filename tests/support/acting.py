"""Fixtures of committed people, and of sessions and clients that act as somebody. Import them in a conftest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.person import acting, make_person
from tests.support.sign_in import sign_in
from tracker.accounts.models import ROLES, Person
from tracker.core.actor import OPERATOR, Actor

ActAs = Callable[[Actor | Person], AbstractContextManager[Session]]
ClientOf = Callable[[Person], FlaskClient]


@pytest.fixture
def act_as(app: Flask, database: Any) -> ActAs:
    """A unit of work that acts as somebody, committed at the end of the block."""

    @contextmanager
    def work(who: Actor | Person) -> Iterator[Session]:
        actor = who if isinstance(who, Actor) else acting(who)
        with app.app_context(), database.unit_of_work(actor) as session:
            yield session

    return work


@pytest.fixture
def people(act_as: ActAs) -> dict[str, Person]:
    """One person of each role, by role; and a second legal officer, `other`."""
    with act_as(OPERATOR) as session:
        found = {role: make_person(session, role, name=f"The {role.replace('_', ' ')}") for role in ROLES}
        found["other"] = make_person(session, "legal_officer", name="The other")
    return found


@pytest.fixture
def client_of(client: FlaskClient) -> ClientOf:
    """The client, signed in as somebody."""

    def signed_in(person: Person) -> FlaskClient:
        return sign_in(client, person)

    return signed_in


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    """The legal officer among `people`."""
    return people["legal_officer"]


@pytest.fixture
def as_officer(client_of: ClientOf, officer: Person) -> FlaskClient:
    """The client, signed in as the legal officer."""
    return client_of(officer)
