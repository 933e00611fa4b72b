"""Committed people and cases, and sessions that act as somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.person import acting, make_person
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR, Actor

ActAs = Callable[[Actor | Person], AbstractContextManager[Session]]


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
        roles = ("legal_officer", "coordinator", "head", "outside_counsel", "administrator")
        found = {role: make_person(session, role) for role in roles}
        found["other"] = make_person(session, "legal_officer")
    return found


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people["legal_officer"]
