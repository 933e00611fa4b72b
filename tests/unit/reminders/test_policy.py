"""Who keeps the mail in order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import Babel

from tracker.access.policy import Decision
from tracker.core.actor import NOBODY, OPERATOR, Actor, person_actor
from tracker.reminders.policy import may_clear_faults, may_steer, may_watch

ROLES = ("legal_officer", "coordinator", "head", "outside_counsel", "administrator")


def those_who_may(asked: Callable[[Actor], Decision]) -> set[str]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        assert asked(OPERATOR) and not asked(NOBODY)
        return {role for role in ROLES if asked(person_actor(UUID(int=7), frozenset({role})))}


@pytest.mark.parametrize(
    ("asked", "roles"),
    [
        (partial(may_steer, sees_subject=True), {"administrator", "coordinator"}),
        (partial(may_steer, sees_subject=False), {"administrator"}),
        (may_watch, {"administrator", "coordinator"}),
        (may_clear_faults, {"administrator"}),
    ],
)
def test_administrators_and_coordinators_for_what_they_see(asked: Callable[[Actor], Decision], roles: set[str]) -> None:
    assert those_who_may(asked) == roles
