"""Every page in a real browser: both widths, light and dark, English and Belarusian; and nothing to object to."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.routing import Rule

from tests.factories.person import make_person
from tests.integration.access.sample import Sample, make_sample
from tests.support.acting import ActAs, act_as
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR

__all__ = ["act_as"]

pytestmark = pytest.mark.long

ROLES = ("legal_officer", "head", "administrator")
WIDTHS = {"desk": (1440,), "phone": (390, 320)}
NO_PAGES = {
    *("static", "accounts.first_run", "accounts.sign_in", "accounts.draft_page", "accounts.session_state"),
    "reminders.metrics",
}
"""Files and answers to scripts, and what nobody who is signed in sees."""
OTHERWISE = (
    "/?whose=team",
    "/board?by=status",
    "/board?by=assignee",
    "/board?by=state&whose=team",
    "/calendar?view=week",
    "/calendar?view=agenda",
    "/cases?group=phase",
    "/cases?q=nothing-is-called-so",
    "/follow-ups?group=assignee",
    "/follow-ups?q=nothing-is-called-so",
    "/contacts?name=nobody-is-called-so",
    "/commitments?status=kept",
    "/search?q=case",
    "/search?q=nothing-is-called-so",
)
"""What some of the pages show otherwise: another view, groups, nothing found."""
AS_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Walk:
    """Somebody who may see every page, and the addresses of those."""

    person: Person
    addresses: dict[str, str]


def _is_page(rule: Rule) -> bool:
    return "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES


def _pages(app: Flask, sample: Sample) -> dict[str, str]:
    """Name -> address, of what answers with a page."""
    plain = {rule.endpoint: sample.address(app, rule) for rule in app.url_map.iter_rules() if _is_page(rule)}
    return plain | {address: address for address in OTHERWISE}


@pytest.fixture
def walk(app: Flask, act_as: ActAs, language: str, theme: str) -> Walk:
    with act_as(OPERATOR) as session:
        person = make_person(session, *ROLES, with_password=True)
        person.language, person.theme = language, theme
        return Walk(person, _pages(app, make_sample(session, "internal", person, {})))


@pytest.mark.parametrize("language", ["en", "be"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_every_page_answers_fits_and_is_accessible(
    page: Page, walk: Walk, screen: str, theme: str, language: str
) -> None:
    """The console must stay silent too, and so the content security policy: `page` looks after that."""
    sign_in(page, walk.person)
    faults, seen = [], 0
    for endpoint, address in walk.addresses.items():
        answer = page.request.get(address)
        if not answer.headers.get("content-type", "").startswith("text/html") or "<html" not in answer.text():
            continue
        seen += 1
        faults += [f"{endpoint}: {fault}" for fault in _faults(page, address, screen, theme, language)]
    assert seen > 60 + len(OTHERWISE), f"only {seen} pages were looked at"
    assert not faults, "\n".join(faults)


def _faults(page: Page, address: str, screen: str, theme: str, language: str) -> list[str]:
    faults: list[str] = []
    for width in WIDTHS[screen]:
        page.set_viewport_size({"width": width, "height": 900})
        answer = page.goto(address)
        if answer is None or answer.status != 200:
            return [f"answers {answer.status if answer else 'nothing'}"]
        if page.evaluate(AS_WIDE) > 0:
            faults.append(f"is wider than {width}")
    root = page.locator("html")
    if root.get_attribute("lang") != language:
        faults.append(f"says that it speaks {root.get_attribute('lang')}")
    if root.get_attribute("data-bs-theme") != theme:
        faults.append(f"is in the theme {root.get_attribute('data-bs-theme')}")
    return [*faults, *findings(page)]
