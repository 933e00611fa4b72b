"""Search in a real browser: from any page, by mouse, by keyboard alone, on a phone, and without the script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.person import make_person
from tests.factories.subject import make_subject
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in, sign_in_by_hand
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", name="Maryna Example", with_password=True)


@pytest.fixture
def case(act_as: ActAs) -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, title="Latvia and the referral")
        make_event(session, case, 5, "2025-04-01", summary="Łukaszenka answered <b>nothing</b>")
        make_subject(session, "Aleksandr Lukashenko", case)
        return case


def test_by_keyboard_alone_a_spelling_in_cyrillic_leads_to_the_person(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto("/follow-ups")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search")
    expect(box).to_be_focused()
    page.keyboard.type("лукашэн")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_count(4)
    expect(box).to_have_attribute("aria-expanded", "true")
    assert findings(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(options.nth(1)).to_contain_text("Aleksandr Lukashenko")
    expect(box).to_have_attribute("aria-activedescendant", str(options.nth(1).get_attribute("id")))
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_value("лукашэн")
    page.keyboard.type("к")
    expect(options).to_have_count(4)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/subjects/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Aleksandr Lukashenko")


def test_results_are_marked_filtered_and_walked_with_j(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("lukaschenko")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=lukaschenko")
    expect(page.locator(".search-hits mark").first).to_have_text("Lukashenko")
    expect(page.get_by_text("Łukaszenka answered <b>nothing</b>")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("navigation", name="Found").get_by_role("link", name="Events").click()
    expect(page.locator(".search-hit")).to_have_count(1)
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator(".search-name").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case.reference}?event=*#event-*")


def test_by_mouse_and_a_reference_goes_straight_there(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto("/")
    box = page.get_by_role("searchbox", name="Search").first
    box.click()
    page.keyboard.type(case.reference.lower())
    page.get_by_role("option", name=f"Go to {case.reference}").click()
    page.wait_for_url(f"**/cases/{case.reference}")
    page.get_by_role("combobox", name="Search").or_(page.get_by_role("searchbox", name="Search")).first.fill("zzzzz")
    expect(page.get_by_text("Nothing found")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_it_works_without_script_at_any_width(
    browser: Browser, browser_context_args: dict[str, Any], officer: Person, case: Case, width: int
) -> None:
    context = browser.new_context(
        **{**browser_context_args, "java_script_enabled": False, "viewport": {"width": width, "height": 844}}
    )
    page = context.new_page()
    sign_in_by_hand(page, officer)
    page.goto("/search")
    page.get_by_label("Words").fill("Лукашенко")
    if width < 640:
        page.get_by_text("Filters").click()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".search-hits mark").first).to_be_visible()
    context.close()


def test_a_telephone_shows_the_panel_in_the_menu(page: Page, officer: Person, case: Case) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, officer)
    page.goto("/")
    page.locator(".nav-drawer > summary").click()
    page.locator("#search-topbar").fill("лукаш")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert findings(page) == []
