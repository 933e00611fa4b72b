"""Board, calendar, overview and timeline in a real browser: by mouse and by keyboard alone."""

from __future__ import annotations

import re
from datetime import timedelta
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
from tracker.followups.models import FollowUp


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", name="Alena Example", with_password=True)


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=officer)


@pytest.fixture
def item(act_as: ActAs, officer: Person, case: Case) -> FollowUp:
    with act_as(OPERATOR) as session:
        return make_follow_up(session, case, officer, title="Draft the letter", due_on=clock.today())


def drag(page: Page, card: Any, column: Any) -> None:
    card.hover()
    page.mouse.down()
    box = column.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60, steps=6)
    page.mouse.up()


def test_a_card_is_dragged_to_another_state_and_back_by_undo(
    page: Page, act_as: ActAs, officer: Person, item: FollowUp
) -> None:
    sign_in(page, officer)
    page.goto("/board?by=state")
    drag(page, page.locator("[data-card]"), page.locator("[data-column=waiting]"))
    expect(page.locator("[data-column=waiting] [data-card]")).to_contain_text("Draft the letter")
    # the card goes before its answer comes; and the first answer may still be on its way
    with page.expect_response(lambda answer: "to=open" in (answer.request.post_data or "")) as undone:
        page.get_by_role("button", name="Undo").click()
    assert undone.value.ok
    expect(page.locator("[data-column=open] [data-card]")).to_contain_text("Draft the letter")
    page.reload()
    expect(page.locator("[data-column=open] [data-card]")).to_contain_text("Draft the letter")


def test_a_card_far_down_goes_straight_across_to_an_empty_column(
    page: Page, act_as: ActAs, officer: Person, case: Case, item: FollowUp
) -> None:
    with act_as(OPERATOR) as session:
        for number in range(3):
            make_follow_up(
                session, case, officer, title=f"Later {number}", due_on=clock.today() + timedelta(days=1 + number)
            )
    sign_in(page, officer)
    page.goto("/board?by=state")
    card = page.locator("[data-card]").last
    title = card.locator(".board-title").inner_text()
    box, column = card.bounding_box(), page.locator("[data-column=in_progress]").bounding_box()
    assert box and column and box["y"] > column["y"] + 200, "the card must stand far below the head of the column"
    card.hover()
    page.mouse.down()
    page.mouse.move(column["x"] + 40, box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()
    expect(page.locator("[data-column=in_progress] [data-card]")).to_contain_text(title)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()  # the server has it


def test_a_card_is_given_to_nobody_by_keyboard_alone(page: Page, officer: Person, item: FollowUp) -> None:
    sign_in(page, officer)
    page.goto("/board?by=assignee")
    page.locator("[data-card] .board-title").focus()
    page.keyboard.press("m")
    expect(page.get_by_role("dialog", name="Move to…")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody has this now.")).to_be_visible()
    page.reload()
    expect(page.locator("[data-column=nobody] [data-card]")).to_contain_text("Draft the letter")


def test_a_case_dropped_on_a_lawful_column_asks_for_the_facts_of_its_move(
    page: Page, officer: Person, case: Case
) -> None:
    sign_in(page, officer)
    page.goto("/board?by=status&pathway=country_accession")
    drag(page, page.locator("[data-card]"), page.locator("[data-column=political_support]"))
    page.wait_for_url(lambda address: address.endswith(f"/cases/{case.reference}/move?to=political_support"))
    expect(page.get_by_label("What happened")).to_be_visible()


def test_a_case_dropped_where_the_pathway_does_not_lead_goes_back(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto("/board?by=status&pathway=country_accession")
    column = page.locator("[data-column=in_force]")
    column.scroll_into_view_if_needed()
    before = page.url
    page.locator("[data-card] .board-title").focus()
    page.keyboard.press("m")
    menu = page.get_by_role("dialog", name="Move to…")
    expect(menu.get_by_role("button", name="In force")).to_be_disabled()
    page.keyboard.press("Escape")
    assert page.url == before
    expect(page.locator("[data-column=considering] [data-card]")).to_have_count(1)


def test_without_a_script_a_card_is_moved_by_a_form(browser: Any, page: Page, officer: Person, item: FollowUp) -> None:
    sign_in(page, officer)
    page.goto("/")
    plain = browser.new_context(java_script_enabled=False, base_url=page.url.rsplit("/", 1)[0])
    plain.add_cookies(page.context.cookies())
    bare = plain.new_page()
    bare.goto("/board?by=state")
    bare.get_by_role("link", name="Move: Draft the letter").click()
    bare.get_by_label("In progress").check()
    bare.get_by_role("button", name="Move").click()
    expect(bare.locator("[data-column=in_progress] [data-card]")).to_contain_text("Draft the letter")
    plain.close()


def test_the_calendar_is_walked_by_keyboard(page: Page, officer: Person, item: FollowUp) -> None:
    sign_in(page, officer)
    page.goto("/calendar?day=2026-11-15")
    page.locator('[data-day="2026-11-15"]').focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator('[data-day="2026-11-22"]')).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator('[data-day="2026-11-21"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("view=agenda&day=2026-11-21"))


def test_work_is_added_at_home_in_one_row_by_keyboard(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto("/")
    page.get_by_label("What is to be done?").focus()
    page.keyboard.type("Ring Riga")
    page.keyboard.press("Tab")
    page.keyboard.type(case.reference)
    page.keyboard.press("Enter")
    expect(page.locator("#undated")).to_contain_text("Ring Riga")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_of_the_whole_have_no_finding_and_fit_their_window(
    page: Page, act_as: ActAs, officer: Person, case: Case, item: FollowUp, scheme: Any, width: int
) -> None:
    with act_as(OPERATOR) as session:
        make_follow_up(
            session, case, officer, title="Hearing", kind="hearing", due_on=clock.today() + timedelta(days=1)
        )
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    sign_in(page, officer)
    addresses = (
        "/",
        "/board?by=status&pathway=country_accession",
        "/board?by=assignee",
        "/overview",
        "/workload",
        "/calendar",
        "/calendar?view=week",
        "/calendar?view=agenda",
        f"/cases/{case.reference}/timeline",
    )
    for address in addresses:
        page.goto(address)
        assert findings(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert errors == []
