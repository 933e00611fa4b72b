"""What journeys in a real browser share."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Locator, Page

from tests.factories.person import PASSWORD
from tests.support.application import database_of
from tracker.accounts.cookies import cookie_name
from tracker.accounts.models import Person
from tracker.accounts.sessions import Begin, begin_session
from tracker.core.actor import OPERATOR

STEPS = 120
"""As often as Tab is pressed before a thing counts as out of reach."""


_SERVED: list[tuple[Flask, str]] = []


@contextmanager
def serving(app: Flask, address: str) -> Iterator[None]:
    """Meanwhile the browsers of this process look at `app`, at `address`."""
    _SERVED.append((app, address))
    try:
        yield
    finally:
        _SERVED.remove((app, address))


def sign_in(page: Page, person: Person) -> None:
    """Give the browser a session of `person`, as the form begins one; no page is opened, and no password hashed."""
    app, address = _SERVED[-1]
    with app.app_context(), database_of(app).unit_of_work(OPERATOR) as session:
        begun = begin_session(
            session, person, Begin("a journey", time_zone="UTC"), {"csrf_token": secrets.token_hex(20)}
        )
        name = cookie_name("session")
    page.context.add_cookies(
        [{"name": name, "value": begun.token, "url": address, "httpOnly": True, "sameSite": "Lax"}]
    )


def sign_in_by_hand(page: Page, person: Person) -> None:
    """By the form, as people do; then home is open."""
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def findings(page: Page) -> list[str]:
    """What axe finds on the page."""
    return [finding["id"] for finding in Axe().run(page).response["violations"]]


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus: a mouse is not used, nor is anything reached that Tab does not reach."""
    wanted.wait_for()
    for _ in range(STEPS):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{STEPS} times Tab did not lead to {wanted}")
