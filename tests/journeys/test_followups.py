"""Follow-ups in a real browser: added in one row, ticked with undo, found at home."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.case import make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR


@pytest.fixture
def coordinator(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "coordinator", name="Tomasz Example", with_password=True)


@pytest.fixture
def case(act_as: ActAs) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session)


def test_a_follow_up_is_added_in_one_row_and_found_at_home(page: Page, coordinator: Person, case: Case) -> None:
    sign_in(page, coordinator)
    page.goto(f"/cases/{case.reference}")
    page.get_by_label("What is to be done?").fill("Ring Riga")
    page.get_by_label("Who", exact=True).select_option(label="Tomasz Example")
    page.get_by_label("Due, for example").fill("tomorrow")
    expect(page.locator("#quick-day")).to_contain_text("Means")
    page.keyboard.press("Enter")
    expect(page.locator("#follow-ups")).to_contain_text("Ring Riga")
    page.goto("/")
    expect(page.locator("#soon")).to_contain_text("Ring Riga")


def test_a_tick_completes_in_place_and_undo_opens_it_again(
    page: Page, act_as: ActAs, coordinator: Person, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_follow_up(session, case, coordinator, title="Draft the letter", due_on=clock.today())
    sign_in(page, coordinator)
    page.goto("/")
    page.get_by_role("button", name="Complete: Draft the letter").click()
    expect(page.locator(".work-row.is-done")).to_contain_text("Draft the letter")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".work-row.is-done")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Complete: Draft the letter")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_work_have_no_finding_of_axe(
    page: Page, act_as: ActAs, coordinator: Person, case: Case, scheme: Any
) -> None:
    with act_as(OPERATOR) as session:
        item = make_follow_up(session, case, coordinator, title="Draft the letter", due_on=clock.today())
    page.emulate_media(color_scheme=scheme)
    sign_in(page, coordinator)
    for address in ("/", "/follow-ups", f"/follow-ups/{item.id}", f"/cases/{case.reference}/follow-ups/new"):
        page.goto(address)
        assert findings(page) == [], address
