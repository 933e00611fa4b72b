"""Two people change one thing: the second sees before, theirs and their own, and loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories.case import make_case
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR


@pytest.fixture
def editors(act_as: ActAs) -> tuple[Person, Person]:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", with_password=True), make_person(
            session, "legal_officer", with_password=True
        )


@pytest.fixture
def addresses(act_as: ActAs, editors: tuple[Person, Person]) -> dict[str, str]:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=editors[1])
        follow_up = make_follow_up(session, case, title="Call them")
        contact = make_contact(session, "Ada Example", office="Ambassador")
        meeting = make_engagement(session, case)
        return {
            "follow-up": f"/follow-ups/{follow_up.id}",
            "case": f"/cases/{case.reference}/edit",
            "contact": f"/contacts/{contact.id}/edit",
            "meeting": f"/engagements/{meeting.id}/edit",
        }


FIELDS = {
    "follow-up": ("title", "notes"),
    "case": ("title", "case_summary"),
    "contact": ("name", "languages"),
    "meeting": ("place", "summary"),
}


def save(page: Page) -> None:
    page.locator("form[data-draft] [data-primary]").first.click()


@pytest.mark.parametrize("what", sorted(FIELDS))
def test_the_second_editor_chooses_and_both_changes_are_kept(
    page: Page, browser: Browser, browser_context_args: dict[str, Any], editors: Any, addresses: Any, what: str
) -> None:
    both_change, only_they = (f'[name="{name}"]' for name in FIELDS[what])
    sign_in(page, editors[0])
    page.goto(addresses[what])
    other = browser.new_context(**browser_context_args).new_page()
    sign_in(other, editors[1])
    other.goto(addresses[what])
    other.fill(both_change, "Theirs")
    other.fill(only_they, "lv" if what == "contact" else "Added by them")
    save(other)
    expect(other.locator(".flashes")).to_contain_text("aved")
    page.fill(both_change, "Mine")
    save(page)
    expect(page.get_by_text("Somebody else changed this in the meantime")).to_be_visible()
    expect(page.locator("[data-conflict]")).to_be_focused()
    chosen = page.locator(".merge").first
    expect(chosen).to_contain_text("Theirs")
    expect(chosen).to_contain_text("Mine")
    expect(page.locator(".merge").nth(1)).to_contain_text("taken over")
    expect(page.locator(only_they)).to_have_value("lv" if what == "contact" else "Added by them")
    expect(page.locator(both_change)).to_have_value("Mine")
    assert findings(page) == []
    page.locator("[data-merge]").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(both_change)).to_have_value("Theirs")
    page.fill(both_change, "Theirs and mine")
    save(page)
    expect(page.locator(".flashes")).to_contain_text("aved")
    page.goto(addresses[what])
    expect(page.locator(both_change)).to_have_value("Theirs and mine")
    expect(page.locator(only_they)).to_have_value("lv" if what == "contact" else "Added by them")
