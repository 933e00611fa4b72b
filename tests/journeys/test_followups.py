"""Follow-ups in a real browser: added in one row, ticked with undo, found at home."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.hands import Hands
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp


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
    expect(page.locator("#quick-day")).to_contain_text(re.compile(r"Due\s*\w+day \d"))
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


ANYWHERE = ("/", "/cases/{case}", "/calendar", "/overview", "/board", "/cases", "/contacts", "/follow-ups")


@pytest.mark.parametrize("address", ANYWHERE)
def test_a_follow_up_from_anywhere_takes_three_interactions(
    page: Page, act_as: ActAs, coordinator: Person, case: Case, address: str
) -> None:
    """A key, the line with case, person and day, Enter; and where one was one stays."""
    with act_as(OPERATOR) as session:
        maryna = make_person(session, "legal_officer", name="Maryna Example")
    sign_in(page, coordinator)
    page.goto(address.format(case=case.reference))
    hands = Hands(page)
    hands.press("f")
    hands.type(f"Ring Riga #{case.reference} @maryna in 2 weeks")
    hands.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("due on")
    assert hands.count <= 3
    with act_as(OPERATOR) as session:
        made = session.scalars(select(FollowUp)).one()
        assert (made.title, made.case_id, made.assignee_id) == ("Ring Riga", case.id, maryna.id)
        assert made.due_on == clock.today() + timedelta(days=14)
    if "{case}" not in address:
        assert urlsplit(page.url).path == address


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("address", ["/calendar", "/overview", "/board"])
def test_by_mouse_it_takes_three_as_well_and_the_case_looked_at_last_is_proposed(
    page: Page, act_as: ActAs, coordinator: Person, case: Case, address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, coordinator)
    with page.expect_response("**/seen"):  # it was in sight for a moment
        page.goto(f"/cases/{case.reference}")
    page.goto(address)
    hands = Hands(page)
    hands.click(page.get_by_role("link", name="New follow-up").first)
    reading = page.locator("#quick-line-reading")
    expect(reading).to_contain_text(case.reference)  # before a word is typed
    assert findings(page) == []
    hands.type("Ring Riga tomorrow")
    expect(reading).to_contain_text("Ring Riga")
    expect(reading).to_contain_text("Me")
    hands.click(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_role("status").first).to_contain_text(f"Saved on {case.reference}: due on")
    assert hands.count <= 3
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("Undone")


def test_the_line_offers_cases_and_people_as_one_types_and_comes_back_in_fields(
    page: Page, act_as: ActAs, coordinator: Person, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_case(session, title="Accession of Latvia")
        make_case(session, title="Accession of Malta")
        make_person(session, "legal_officer", name="Maryna Example")
    sign_in(page, coordinator)
    page.goto("/calendar")
    page.keyboard.press("n")  # nothing else is made here
    line = page.get_by_label("All in one line")
    expect(line).to_be_focused()
    page.keyboard.type("Ring @mar")
    expect(page.get_by_role("option", name="Maryna Example")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("#latv")
    expect(page.get_by_role("option", name="Accession of Latvia")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(line).to_have_value(re.compile(r"Ring @Maryna Example #[A-Z]+-\w+ $"))
    assert findings(page) == []
    line.fill("Ring #accession")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("What is to be done?").first).to_have_value("Ring")
    page.get_by_label("On which case").select_option(index=1)
    assert findings(page) == []
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("#follow-ups")).to_contain_text("Ring")


def test_a_line_that_was_begun_is_kept_and_its_key_can_be_turned_off(
    page: Page, coordinator: Person, case: Case
) -> None:
    sign_in(page, coordinator)
    page.goto("/calendar")
    page.keyboard.press("f")
    page.keyboard.type("Half a line")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("f")
    expect(page.get_by_label("All in one line")).to_have_value("Half a line")


def test_a_follow_up_is_worked_on_by_keyboard_alone(page: Page, act_as: ActAs, coordinator: Person, case: Case) -> None:
    with act_as(OPERATOR) as session:
        item = make_follow_up(session, case, coordinator, title="Draft the letter", due_on=clock.today())
    sign_in(page, coordinator)
    page.goto(f"/follow-ups/{item.id}")
    page.get_by_label("One more thing to do").focus()
    page.keyboard.type("Ask the ministry")
    page.keyboard.press("Enter")
    tick = page.get_by_role("button", name="Done: Ask the ministry")
    tick.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Done: Ask the ministry")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Due", exact=True).fill("next friday")
    expect(page.locator("#due-day")).to_contain_text("Means Friday")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("Saved: due on")
    undo = page.get_by_role("status").get_by_role("button", name="Undo")
    undo.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#history")).to_contain_text("by an undo")
    expect(page.get_by_label("Due", exact=True)).to_have_value(clock.today().isoformat())


def test_many_are_changed_with_a_preview_and_undone_as_one(
    page: Page, act_as: ActAs, coordinator: Person, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        for number in range(3):
            make_follow_up(session, case, coordinator, title=f"Letter {number}", due_on=clock.today())
    sign_in(page, coordinator)
    page.goto("/follow-ups")
    for number in range(3):
        page.get_by_role("checkbox", name=f"Choose: Letter {number}").check()
    page.get_by_role("button", name="Change the chosen ones").click()
    page.get_by_label("Change", exact=True).select_option("shift")
    page.get_by_label("Distance").fill("+7")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("table")).to_contain_text("→")
    page.get_by_role("button", name="Change 3 follow-ups").click()
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("Undone on 3 follow-ups")


def test_the_checklist_is_filled_line_by_line_without_leaving_its_box(
    page: Page, act_as: ActAs, coordinator: Person, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        work = make_follow_up(session, case, coordinator, title="Prepare the file")
    sign_in(page, coordinator)
    page.goto(f"/follow-ups/{work.id}")
    page.get_by_label("One more thing to do").click()
    for line in ("Copy it", "Sign it", "Send it"):
        page.keyboard.type(line)
        page.keyboard.press("Enter")
        expect(page.locator(".check-text").last).to_have_text(line)
        expect(page.get_by_label("One more thing to do")).to_be_focused()


def test_a_refused_small_form_keeps_its_text_and_takes_the_focus_to_the_problem(
    page: Page, act_as: ActAs, coordinator: Person, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        work = make_follow_up(session, case, coordinator, title="Prepare the file")
    sign_in(page, coordinator)
    page.goto(f"/follow-ups/{work.id}")
    page.get_by_text("Waiting on…").click()
    page.get_by_label("Whom or what, in words").fill("The ministry in Riga")
    page.get_by_label("Since").fill("someday")
    expect(page.locator("form[data-draft$='/wait'] .draft-state")).to_contain_text("Saved as draft")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert findings(page) == []
    page.locator("[data-error-summary] a").click()
    expect(page.get_by_label("Since")).to_be_focused()
    page.goto(f"/follow-ups/{work.id}")
    page.get_by_role("link", name="Restore").click()  # unfolded, for there is a draft in it
    expect(page.get_by_label("Whom or what, in words")).to_have_value("The ministry in Riga")
    page.get_by_label("Since").fill("yesterday")
    page.get_by_role("button", name="Mark as waiting").click()
    expect(page.locator("#waiting")).to_contain_text("Waiting on The ministry in Riga")
    expect(page.get_by_text("You have a draft of")).to_have_count(0)


def test_a_timeline_is_kept_applied_and_moved(page: Page, coordinator: Person, case: Case) -> None:
    sign_in(page, coordinator)
    page.goto("/timelines/new")
    page.get_by_label("Title").fill("Hearing")
    page.get_by_label("What is to be done, line 1").fill("Send the file")
    page.get_by_label("Distance, line 1").fill("-30")
    page.get_by_label("What is to be done, line 2").fill("Write the note")
    page.get_by_label("Distance, line 2").fill("+7")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"/cases/{case.reference}")
    page.get_by_role("link", name="Apply a timeline").click()
    page.get_by_label("Or around this day").fill("1 March 2027")
    page.get_by_role("button", name="Preview").click()
    assert findings(page) == []
    page.get_by_role("checkbox", name="Make this follow-up: Write the note").uncheck()
    page.get_by_role("button", name="Make the ticked ones").click()
    page.get_by_label("Another reference date").fill("11 March 2027")
    page.get_by_role("button", name="See what would move").click()
    expect(page.get_by_role("table")).to_contain_text("9 Feb 2027")
    assert findings(page) == []
    page.get_by_role("button", name="Move the reference date").click()
    expect(page.get_by_role("status").first).to_contain_text("The reference date is 11 Mar 2027 now")
    for address in ("/timelines", "/timelines/new", "/follow-ups/new"):
        page.goto(address)
        assert findings(page) == [], address
