"""What journeys in a real browser share."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.factories.person import PASSWORD
from tracker.accounts.models import Person


def sign_in(page: Page, person: Person) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def findings(page: Page) -> list[str]:
    """What axe finds on the page."""
    return [finding["id"] for finding in Axe().run(page).response["violations"]]
