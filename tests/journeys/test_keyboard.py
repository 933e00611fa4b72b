"""Single keys, a help page that tells the truth, and the switch that turns them off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.factories.case import make_case
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", with_password=True)


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=officer)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("h", "/"),
        ("c", "/cases"),
        ("f", "/follow-ups"),
        ("b", "/board"),
        ("m", "/engagements"),
        ("p", "/contacts"),
        ("o", "/overview"),
        ("k", "/calendar"),
    ],
)
def test_g_and_a_letter_goes_there(page: Page, officer: Person, key: str, path: str) -> None:
    sign_in(page, officer)
    page.goto("/preferences")
    page.keyboard.press("g")
    page.keyboard.press(key)
    expect(page).to_have_url(re.compile(rf"^http://[^/]+{path}(\?.*)?$"))


def test_help_lists_what_works_on_this_page_and_gives_the_focus_back(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    link = page.get_by_role("link", name="Record an event")
    link.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    for words in ("Change status", "Edit the case", "Board", "What is to be done?"):
        expect(dialog).to_contain_text(words)
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()


@pytest.mark.parametrize(("key", "ends"), [("m", "/move"), ("e", "/edit"), ("r", "/events/new")])
def test_a_case_is_moved_edited_and_added_to_by_one_key(
    page: Page, officer: Person, case: Case, key: str, ends: str
) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    page.keyboard.press(key)
    expect(page).to_have_url(re.compile(f"{ends}$"))


def test_f_begins_a_follow_up_on_a_case(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    page.keyboard.press("f")
    page.keyboard.type("make")  # none of these letters is a command now
    expect(page.locator("#quick-title")).to_have_value("make")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("main")).to_contain_text("make")


def test_j_and_enter_open_a_row(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto("/cases")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/cases/{case.reference}$"))


def test_who_turns_them_off_is_left_alone(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto("/preferences")
    page.get_by_label("Shortcuts of one key").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".flashes")).to_contain_text("saved")
    page.goto(f"/cases/{case.reference}")
    for key in ("e", "?", "g", "c"):
        page.keyboard.press(key)
    expect(page).to_have_url(re.compile(f"/cases/{case.reference}$"))
    expect(page.get_by_role("dialog")).to_have_count(0)
