"""Lists in a real browser, by mouse and keyboard: columns, views, cells changed in place, choosing rows, files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

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

Switch = Callable[[bool], None]


@pytest.fixture
def coordinator(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        person = make_person(session, "coordinator", name="Tomasz Example", with_password=True)
        make_person(session, "head", name="Helena Example")
        case = make_case(session)
        for number, title in enumerate(("Draft the letter", "Ring Riga", "Print the file")):
            make_follow_up(session, case, person, title=title, due_on=clock.today() + timedelta(days=number))
    return person


@pytest.fixture
def switch(page: Page) -> Switch:
    """Takes the connection of saving away, and gives it back."""

    def turn(on: bool) -> None:
        if on:
            page.unroute("**/cell")
        else:
            page.route("**/cell", lambda route: route.abort("connectionrefused"))

    return turn


def stored(act_as: ActAs, title: str) -> FollowUp:
    with act_as(OPERATOR) as session:
        return session.scalars(select(FollowUp).where(FollowUp.title == title)).one()


def test_cells_are_changed_in_place_by_the_keyboard_alone(page: Page, act_as: ActAs, coordinator: Person) -> None:
    sign_in(page, coordinator)
    page.goto("/follow-ups")
    row = page.locator("tr", has_text="Ring Riga")
    row.locator("td[data-edit=due] button").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("1 Dec 2027")
    page.keyboard.press("Enter")
    expect(row.locator("td[data-edit=due]")).to_contain_text("1 Dec 2027")
    row.get_by_role("link", name="Ring Riga").focus()
    page.keyboard.press("F2")
    page.keyboard.type("Ring Vilnius")
    page.keyboard.press("Enter")
    renamed = page.locator("tr", has_text="Ring Vilnius")
    expect(renamed.locator("td[data-edit=title] button")).to_be_focused()
    renamed.locator("td[data-edit=priority] button").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(renamed.locator("td[data-edit=priority]")).to_contain_text("Normal")
    found = stored(act_as, "Ring Vilnius")
    assert (found.due_on is not None and found.due_on.isoformat(), found.priority) == ("2027-12-01", "normal")


def test_a_case_is_renamed_in_the_list_by_the_keyboard_alone(page: Page, act_as: ActAs) -> None:
    with act_as(OPERATOR) as session:
        officer = make_person(session, "legal_officer", with_password=True)
        case = make_case(session, title="Warrant for the colonel")
    sign_in(page, officer)
    page.goto("/cases")
    expect(page.locator("tr", has_text="Warrant for the colonel").locator("td[data-edit=title] button")).to_have_count(
        1
    )
    page.get_by_role("link", name="Warrant for the colonel").focus()
    page.keyboard.press("F2")
    page.keyboard.press("End")
    page.keyboard.type(", second")
    page.keyboard.press("Enter")
    renamed = page.locator("tr", has_text="Warrant for the colonel, second")
    expect(renamed.locator("td[data-edit=title] button")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("gone")
    page.keyboard.press("Escape")
    expect(renamed).to_have_count(1)
    with act_as(OPERATOR) as session:
        assert session.get_one(Case, case.id).title == "Warrant for the colonel, second"
    assert findings(page) == []


def test_cells_are_changed_by_the_mouse(page: Page, act_as: ActAs, coordinator: Person) -> None:
    sign_in(page, coordinator)
    page.goto("/follow-ups")
    row = page.locator("tr", has_text="Ring Riga")
    row.locator("td[data-edit=assignee] button").click()
    row.locator("select").select_option(label="Helena Example")
    expect(row.locator("td[data-edit=assignee] button")).to_contain_text("Helena Example")
    row.locator("td[data-edit=priority] button").click()
    row.locator("select").select_option("urgent")
    expect(row.locator(".priority-urgent")).to_be_visible()
    assert stored(act_as, "Ring Riga").priority == "urgent"


def test_a_lost_connection_and_somebody_else_lose_nothing(
    page: Page, act_as: ActAs, coordinator: Person, switch: Switch
) -> None:
    sign_in(page, coordinator)
    page.goto("/follow-ups")
    row = page.locator("tr", has_text="Ring Riga")
    switch(False)
    row.locator("td[data-edit=due] button").click()
    page.keyboard.type("+30")
    page.keyboard.press("Enter")
    expect(row.locator(".cell-fault")).to_contain_text("Not saved")
    expect(row.locator("input.form-control")).to_have_value("+30")
    switch(True)
    page.keyboard.press("Enter")
    expect(row.locator(".cell-fault")).to_have_count(0)
    with act_as(OPERATOR) as session:
        session.scalars(select(FollowUp).where(FollowUp.title == "Ring Riga")).one().title = "Theirs"
    row.hover()
    row.locator("td[data-edit=title] button").click()
    page.keyboard.type("Mine")
    page.keyboard.press("Enter")
    fault = page.locator(".cell-fault", has_text="Theirs")
    expect(fault).to_be_visible()
    page.keyboard.press("Enter")
    expect(fault).to_have_count(0)
    assert stored(act_as, "Mine").title == "Mine"


def test_rows_are_chosen_and_changed_together(page: Page, coordinator: Person) -> None:
    sign_in(page, coordinator)
    page.goto("/follow-ups")
    bar = page.locator("form[data-bulk]")
    expect(bar.get_by_role("button")).to_be_hidden()
    page.get_by_role("checkbox", name="Choose: Draft the letter").check()
    expect(bar).to_contain_text("1 chosen")
    page.get_by_label("All on this page").check()
    expect(bar).to_contain_text("3 chosen")
    bar.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Change several follow-ups")).to_be_visible()
    expect(page.locator("main")).to_contain_text("3 chosen")


def test_columns_and_a_view_are_kept_under_a_name(page: Page, coordinator: Person) -> None:
    sign_in(page, coordinator)
    page.goto("/follow-ups")
    page.locator("#tool-display").click()
    page.get_by_label("Kind", exact=True).first.check()
    page.get_by_label("Group by").select_option(label="Status")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("tr.group-row")).to_contain_text("Open")
    expect(page.get_by_role("columnheader", name="Kind")).to_be_visible()
    page.locator("#tool-view").click()
    page.get_by_label("Name of the view", exact=True).fill("By status")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("link", name="By status")).to_have_attribute("aria-current", "page")
    page.goto("/follow-ups")
    page.get_by_role("link", name="By status").click()
    expect(page.locator("tr.group-row")).to_contain_text("Open")


def test_a_list_is_taken_along_as_a_file(page: Page, coordinator: Person) -> None:
    sign_in(page, coordinator)
    page.goto("/follow-ups?q=Riga")
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="As plain text (CSV)").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "Ring Riga" in text and "Draft the letter" not in text
    assert download.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize("panel", ["", "display", "view", "filters"])
@pytest.mark.parametrize("address", ["/follow-ups?group=status&priority=normal", "/cases?group=lead"])
def test_lists_are_accessible_with_every_menu_open(page: Page, coordinator: Person, address: str, panel: str) -> None:
    sign_in(page, coordinator)
    page.goto(f"{address}&panel={panel}")
    assert findings(page) == []
