"""A day on one case, in a real browser: its status in four interactions, comments with names, closing, removing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.factories.case import make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        make_person(session, "coordinator", name="Alena Example")
        return make_person(session, "legal_officer", name="Maryna Example", with_password=True)


def a_case(act_as: ActAs, officer: Person, *history: tuple[str, str], pathway: str = "country_accession") -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, history, pathway=pathway, lead=officer)


def test_a_status_is_changed_in_four_interactions_by_mouse(page: Page, act_as: ActAs, officer: Person) -> None:
    case = a_case(act_as, officer, ("received", "2026-03-01"), pathway="icc_referral")
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    page.locator(".status-link").click()  # 1
    page.get_by_role("link", name="Open the preliminary examination", exact=True).click()  # 2
    expect(page.get_by_label("What happened")).to_be_focused()
    page.keyboard.type("The Office examines it")  # 3
    page.keyboard.press("Control+Enter")  # 4
    expect(page.locator("#history")).to_contain_text("The Office examines it")


def test_a_status_is_changed_from_the_keyboard_alone(page: Page, act_as: ActAs, officer: Person) -> None:
    case = a_case(act_as, officer, ("received", "2026-03-01"), pathway="icc_referral")
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    page.locator(".status-link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/move")
    page.get_by_role("link", name="Open the preliminary examination", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("What happened")).to_be_focused()
    page.keyboard.type("The Office examines it")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#history")).to_contain_text("The Office examines it")


def test_a_colleague_is_called_from_the_keyboard(page: Page, act_as: ActAs, officer: Person) -> None:
    case = a_case(act_as, officer, ("considering", "2026-03-01"))
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    box = page.locator("#comment-body")
    box.focus()
    page.keyboard.type("Please look, @ale")
    expect(page.locator(".mention-list").get_by_role("option", name="Alena Example")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment-body .mention")).to_have_text("@Alena Example")
    assert findings(page) == []


def test_a_case_with_open_work_closes_once_it_is_said_what_becomes_of_it(
    page: Page, act_as: ActAs, officer: Person
) -> None:
    case = a_case(act_as, officer, ("considering", "2026-03-01"))
    with act_as(OPERATOR) as session:
        make_follow_up(session, session.get_one(Case, case.id), officer, title="Call Riga")
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/move?to=not_pursued")
    page.get_by_label("What happened").fill("Nobody cares")
    page.get_by_label("Outcome").fill("Given up")
    page.get_by_label("Reason", exact=True).fill("No interest")
    page.get_by_role("button", name="Save the change of status").click()
    expect(page.get_by_role("alert")).to_contain_text("“Call Riga” is still open.")
    assert findings(page) == []
    page.get_by_label("All of them").select_option(label="Cancel")
    page.get_by_role("button", name="Save the change of status").click()
    expect(page.locator(".fact-strip")).to_contain_text("Not pursued")


def test_another_date_brings_other_days_at_once(page: Page, act_as: ActAs, officer: Person) -> None:
    case = a_case(act_as, officer, ("considering", "2026-03-01"))
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/move?to=political_support")
    due = page.locator("[id^=offer_due_]").first
    before = due.input_value()
    page.get_by_label("When it happened").fill("2 Nov 2026")
    page.get_by_label("When it happened").press("Tab")
    expect(due).not_to_have_value(before)


def test_a_mistaken_case_is_removed_once_its_reference_is_typed(page: Page, act_as: ActAs, officer: Person) -> None:
    case = a_case(act_as, officer, ("considering", "2026-03-01"))
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Remove a mistaken case").click()
    assert findings(page) == []
    page.get_by_label("Why").fill("Opened by mistake")
    page.get_by_role("button", name="Remove the case").click()
    expect(page.get_by_role("alert")).to_contain_text(f"Type {case.reference} to confirm.")
    page.get_by_label("The reference of this case").fill(case.reference)
    page.get_by_role("button", name="Remove the case").click()
    expect(page.get_by_text(f"{case.reference} is removed.")).to_be_visible()
    page.goto(f"/cases/{case.reference}")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(case.title)
