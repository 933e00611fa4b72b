"""The mark at each view's door lets nobody in whom the table lets in nowhere: the marks alone, without a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask

from tests.integration.access.everybody.expected import ALLOWED, FRESH, HIDDEN, NOTHING, SIGN_IN, expected
from tests.integration.access.everybody.needs import AREAS, needs
from tests.integration.access.everybody.people import LEVELS, VISITORS
from tracker.access.entrance import entrance_of, may_enter

COME_IN = {ALLOWED, FRESH, NOTHING}
NEVER = {HIDDEN, SIGN_IN}
LOOKS_FIRST = ("own", "second", "asker", "merged", "import", "theirs", "reminder")
"""Open to more than find something there: only who is not signed in stays outside."""
HIDDEN_INSIDE = {("trail", "outside_counsel")}
"""Who reads cases and must not learn that there is such a page: the door would say that it is not for them."""
KNOCKING = {
    "readers": (
        *("POST contacts.undo", "POST lists.change", "POST lists.forget", "POST reminders.comment_from_mail"),
        *("POST feeds.renew", "POST feeds.withdraw"),
        *("POST reminders.done_from_mail", "POST reminders.snooze_from_mail", "POST reminders.reassign_from_mail"),
    ),
    "workers": ("GET imports.import_page", "POST imports.carry_out"),
    "administrators": ("POST approvals.factors_link", "POST pages.everything_file"),
}
"""Where all find nothing and yet not everybody may look."""
DOORS = {"POST accounts.sign_out": "person"}
"""Whom a door lets in that nobody is sent through: everybody would end the session that they ask with."""
Views = Mapping[str, Callable[..., Any]]


def test_whoever_comes_in_somewhere_passes_the_door_and_whoever_never_does_stays_outside(app: Flask) -> None:
    wrong = wrong_marks(app.view_functions)
    assert not wrong, "\n".join(wrong)


def wrong_marks(views: Views) -> list[str]:
    """Doors that stand open for somebody who comes in nowhere behind them, or are closed for somebody who does."""
    found = []
    for route, need in needs().items():
        word = DOORS.get(route, need)
        if word == "open":
            continue  # tests of their own look at the doors of strangers
        mark = entrance_of(views[route.split()[1]])
        for role in {visitor.role for visitor in VISITORS.values()}:
            outcomes = _outcomes(word, role)
            passes = may_enter(mark, frozenset({role}) if role else None)
            kind = word.split()[0]
            is_out = outcomes <= NEVER and not (role and kind in LOOKS_FIRST) and (kind, role) not in HIDDEN_INSIDE
            is_out = is_out or any(route in routes and role not in AREAS[area] for area, routes in KNOCKING.items())
            if (outcomes & COME_IN and not passes) or (is_out and passes):
                found.append(f"{route} as {role or 'stranger'}: {sorted(outcomes)}, but passes: {passes}")
    return found


def _outcomes(word: str, role: str) -> set[str]:
    names = [name for name, visitor in VISITORS.items() if visitor.role == role]
    return {expected(word, name, level) for name in names for level in LEVELS}


@pytest.mark.parametrize("route", ["GET accounts.list_accounts", "GET cases.case_links", "GET pages.home", *DOORS])
def test_a_door_that_is_left_open_is_noticed(app: Flask, route: str) -> None:
    endpoint = route.split()[1]

    def anyone() -> None:
        """Marked for everybody."""

    anyone.tracker_entrance = "anyone"  # type: ignore[attr-defined]
    assert any(route in line for line in wrong_marks(dict(app.view_functions) | {endpoint: anyone}))
