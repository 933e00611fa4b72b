"""Reminders in a real browser: act from the mail, the bell and what it learns by itself, the ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.case import make_case
from tests.factories.person import PASSWORD, make_person
from tests.factories.reminder import make_due_work, make_reminder
from tests.support.acting import ActAs
from tests.support.hands import Hands
from tests.support.journeys import findings, sign_in, tab_to
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp
from tracker.reminders.models import Reminder


@pytest.fixture
def coordinator(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "coordinator", name="Tomasz Example", with_password=True)


@pytest.fixture
def remind(act_as: ActAs, coordinator: Person) -> Any:
    """`remind("Ring Riga")`: a follow-up of the coordinator with a reminder that has just come."""

    def made(title: str, **said: Any) -> Reminder:
        with act_as(OPERATOR) as session:
            case = make_case(session, lead=coordinator)
            work = make_due_work(session, case, coordinator, clock.today(), title=title, next_plan_at=None)
            return make_reminder(session, work, coordinator, **said)

    return made


def test_from_the_mail_it_is_done_with_one_click_after_signing_in_and_undone_with_another(
    page: Page, act_as: ActAs, coordinator: Person, remind: Any
) -> None:
    reminder = remind("Ring Riga")
    remind("Write to Vilnius")
    hands = Hands(page)
    page.goto(f"/r/{reminder.number}")
    page.get_by_label("E-mail").fill(coordinator.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ring Riga")
    hands.click(page.get_by_role("button", name="Mark as done"))
    expect(page.locator(".flashes")).to_contain_text("Marked as done.")
    expect(page.locator("#next")).to_contain_text("Write to Vilnius")
    assert hands.count == 1
    assert findings(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Mark as done")).to_be_visible()
    with act_as(OPERATOR) as session:
        assert session.get_one(FollowUp, reminder.subject_id).status == "open"


def test_steps_of_a_chain_are_there_when_it_is_wanted(page: Page, act_as: ActAs) -> None:
    with act_as(OPERATOR) as session:
        administrator = make_person(session, "administrator", with_password=True)
    sign_in(page, administrator)
    page.goto("/settings/reminders")
    step = page.get_by_label("After so many working days").first
    expect(step).to_be_hidden()
    page.get_by_label("Its own chain for what stays overdue").check()
    step.fill("2")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#habits")).to_contain_text("after 2: the lead of the case")
    expect(page.get_by_label("After so many working days").first).to_have_value("2")
    assert findings(page) == []


def test_from_the_mail_it_is_snoozed_and_commented_by_keyboard(
    page: Page, act_as: ActAs, coordinator: Person, remind: Any
) -> None:
    reminder = remind("Ring Riga")
    sign_in(page, coordinator)
    page.goto(f"/r/{reminder.number}")
    tab_to(page, page.get_by_role("button", name="Tomorrow"))
    page.keyboard.press("Enter")
    expect(page.locator(".flashes")).to_contain_text("Hidden until")
    with act_as(OPERATOR) as session:
        assert session.get_one(FollowUp, reminder.subject_id).snoozed_until == clock.today() + timedelta(days=1)
    tab_to(page, page.get_by_label("Another day"))
    page.keyboard.type("+10")
    page.keyboard.press("Enter")
    expect(page.locator("#about")).to_contain_text("Hidden until")
    tab_to(page, page.get_by_role("textbox", name="Comment"))
    page.keyboard.type("They rang back.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".flashes")).to_contain_text("Your comment stands on the follow-up.")
    assert findings(page) == []


def test_the_bell_counts_and_what_is_opened_is_read(page: Page, coordinator: Person, remind: Any) -> None:
    for title in ("Ring Riga", "Write to Vilnius"):
        remind(title)
    sign_in(page, coordinator)
    page.goto("/")
    bell = page.locator(".sidebar [data-bell]")
    expect(bell).to_have_text("2")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reminders")
    assert findings(page) == []
    page.get_by_role("button", name="Ring Riga").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ring Riga")
    expect(bell).to_have_text("1")
    page.goto("/reminders")
    page.get_by_role("button", name="Mark all as read").click()
    expect(bell).to_be_hidden()


def test_an_open_page_hears_what_comes_and_is_silent_when_offline(page: Page, coordinator: Person, remind: Any) -> None:
    sign_in(page, coordinator)
    page.goto("/")
    bell, came = page.locator(".sidebar [data-bell]"), page.locator("[data-came]")
    expect(bell).to_be_hidden()
    expect(came).to_be_hidden()
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('tracker:ask-news'))")
    page.context.set_offline(False)
    remind("Ring Riga")
    page.evaluate("document.dispatchEvent(new Event('tracker:ask-news'))")
    expect(bell).to_have_text("1")
    expect(came).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="Show it").click()
    expect(page.locator(".bell-list")).to_contain_text("Ring Riga")


def test_dead_letters_alarm_and_are_sent_again_from_the_ledger(
    page: Page, act_as: ActAs, coordinator: Person, remind: Any
) -> None:
    dead = [
        remind(title, status="dead", last_error="smtp_550", settled_at=clock.now()) for title in ("One", "Two", "Three")
    ]
    sign_in(page, coordinator)
    page.goto("/")
    expect(page.locator(".alarms")).to_contain_text("3 mails failed for good.")
    page.get_by_role("link", name="What to do").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Watchdog")
    assert findings(page) == []
    page.goto("/ledger?status=dead")
    page.get_by_role("row", name="One").get_by_role("button", name="Send again").click()
    expect(page.locator(".flashes")).to_contain_text("The mail is on its way again.")
    page.goto("/ledger?status=dead")
    page.get_by_role("link", name="Send all failed ones again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send 2 failed mails again?")
    assert findings(page) == []
    page.get_by_role("button", name="Send them again").click()
    expect(page.locator(".flashes")).to_contain_text("2 mails are on their way again.")
    expect(page.locator(".alarms")).to_have_count(0)
    with act_as(OPERATOR) as session:
        assert {session.get_one(Reminder, one.id).status for one in dead} == {"planned"}


def test_the_preview_follows_the_form_before_it_is_saved(page: Page, act_as: ActAs, coordinator: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=coordinator)
        due_on = clock.today() + timedelta(days=10)
        make_due_work(session, case, coordinator, due_on, title="Ring Riga", next_plan_at=clock.now())
    sign_in(page, coordinator)
    page.goto("/preferences/reminders")
    preview = page.locator("#preview")
    before = preview.get_by_text("Before the day: Ring Riga")
    expect(before).to_have_count(3)
    assert findings(page) == []
    page.get_by_label("Days before").fill("5")
    page.get_by_label("Overdue", exact=True).uncheck()
    expect(preview).to_contain_text("nothing is saved")
    expect(before).to_have_count(1)
    expect(preview.locator("li", has_text="Overdue: Ring Riga").first).to_contain_text("In the app only")
    page.reload()
    expect(before).to_have_count(3)
    tab_to(page, page.get_by_label("Days before"))
    page.keyboard.type("5, 2")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".flashes")).to_contain_text("Your reminders are set.")
    expect(before).to_have_count(2)
    assert findings(page) == []
