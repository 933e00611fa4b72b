"""Reading how somebody wishes to be reminded."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel

from tracker.core.errors import Invalid
from tracker.reminders.planning.wishes import read_days


@pytest.mark.parametrize(
    ("text", "days"), [("7, 3, 1", (7, 3, 1)), ("1 3;7", (7, 3, 1)), ("", ()), (" 30 ", (30,)), ("3,3", (3,))]
)
def test_days_are_read_as_people_write_them(text: str, days: tuple[int, ...]) -> None:
    assert read_days(text) == days


@pytest.mark.parametrize("text", ["-1", "0", "366", "three", "1.5", "٣", "99999999999999", "1,2,3,4,5,6,7,8,9,10,11"])
def test_what_no_reminder_can_have_is_refused_with_the_reason(text: str) -> None:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context(), pytest.raises(Invalid) as refused:
        read_days(text)
    assert refused.value.faults[0].path == "days_before"
