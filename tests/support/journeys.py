"""What journeys in a real browser share."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from tests.factories.person import PASSWORD
from tracker.accounts.models import Person

STEPS = 120
"""As often as Tab is pressed before a thing counts as out of reach."""


def sign_in(page: Page, person: Person) -> None:
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
