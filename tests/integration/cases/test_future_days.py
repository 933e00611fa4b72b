"""A history holds what has happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tracker.cases.forms.entry import entry_form
from tracker.core import clock


@pytest.mark.parametrize(("days", "is_refused"), [(-1, False), (0, False), (3, True), (400, True)])
def test_an_entry_of_a_day_to_come_is_refused_at_its_field(app: Flask, days: int, is_refused: bool) -> None:
    day = (clock.today() + timedelta(days=days)).isoformat()
    with app.test_request_context("/", method="POST", data={"summary": "It happened", "occurred_on": day}):
        form = entry_form()
        form.validate()
        assert bool(form.occurred_on.errors) is is_refused


def test_a_year_that_has_begun_is_no_day_to_come(app: Flask) -> None:
    said = {"summary": "It happened", "occurred_on": str(clock.today().year)}
    with app.test_request_context("/", method="POST", data=said):
        form = entry_form()
        form.validate()
        assert not form.occurred_on.errors
