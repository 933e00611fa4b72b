"""A meeting in a real browser: one form for the record, the commitments and what is to be done."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.case import make_case
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.organisation import make_organisation
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.contacts.models import Post
from tracker.core.actor import OPERATOR


@pytest.fixture
def coordinator(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "coordinator", name="Tomasz Example", with_password=True)


@pytest.fixture
def case(act_as: ActAs) -> Case:
    with act_as(OPERATOR) as session:
        make_contact(session, "Ada Example", office="Ambassador")
        return make_case(session)


def test_a_meeting_with_a_promise_and_a_task_is_recorded_in_one_step(
    page: Page, coordinator: Person, case: Case
) -> None:
    sign_in(page, coordinator)
    page.goto(f"/engagements/new?case={case.reference}")
    page.get_by_label("When", exact=True).fill("March 2026")
    page.get_by_label("Notes").fill("Joining the referral")
    page.get_by_label("Participant 1").fill("Ada Example, Ambassador")
    page.get_by_role("group", name="New commitment 1").get_by_label("Exact words").fill("We will answer in writing")
    step = page.get_by_role("group", name="New follow-up 1")
    step.get_by_label("What is to be done?").fill("Send the draft")
    step.get_by_label("Who").select_option(label="Tomasz Example")
    page.get_by_role("button", name="More follow-ups").click()
    expect(page.get_by_role("group", name="New follow-up 2")).to_be_visible()
    page.get_by_role("button", name="Save").last.click()
    main = page.get_by_role("main")
    for words in ("March 2026", "Joining the referral", "We will answer in writing", "Send the draft"):
        expect(main).to_contain_text(words)
    main.get_by_role("link", name="Ada Example").click()
    expect(page.get_by_role("main")).to_contain_text("Joining the referral")


def test_down_and_enter_take_the_first_match_and_not_a_new_contact(page: Page, coordinator: Person, case: Case) -> None:
    sign_in(page, coordinator)
    page.goto(f"/engagements/new?case={case.reference}")
    box = page.get_by_label("Participant 1")
    box.click()
    page.keyboard.type("Ada")
    expect(page.get_by_role("option", name="New contact")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Ada Example, Ambassador")
    other = page.get_by_label("Participant 2")
    other.click()
    page.keyboard.type("Ada")
    expect(page.get_by_role("option", name="New contact")).to_be_visible()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(other).to_have_value("+ Ada")


def test_enter_in_a_field_saves_and_does_not_ask_for_more_rows(page: Page, coordinator: Person, case: Case) -> None:
    sign_in(page, coordinator)
    page.goto(f"/engagements/new?case={case.reference}")
    page.get_by_label("Notes").fill("Short")
    page.get_by_label("Where").fill("Riga")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meeting, Riga")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_people_and_meetings_have_no_finding_of_axe(
    page: Page, act_as: ActAs, coordinator: Person, case: Case, scheme: Any
) -> None:
    with act_as(OPERATOR) as session:
        contact = make_contact(session, "Bo Example", office="Prosecutor", on_case=case, email="bo@example.org")
        twin = make_contact(session, "Bo Exampel", country="SE", email="bo2@example.org")
        organisation = make_organisation(session)
        post = Post(title="Prosecutor", organisation_id=organisation.id)
        session.add(post)
        meeting = make_engagement(session, case)
        promise = make_commitment(session, meeting, case)
    page.emulate_media(color_scheme=scheme)
    sign_in(page, coordinator)
    for address in (
        "/contacts",
        f"/contacts/{contact.id}",
        f"/contacts/{contact.id}/edit",
        "/organisations",
        f"/organisations/{organisation.id}",
        "/organisations/new",
        "/engagements",
        "/engagements/new",
        f"/engagements/{meeting.id}",
        f"/engagements/{meeting.id}/edit",
        f"/engagements/{meeting.id}/protocol",
        "/commitments",
        f"/commitments/{promise.id}",
        f"/commitments/{promise.id}/edit",
        "/contacts/duplicates",
        f"/contacts/{contact.id}/merge?with={twin.id}",
        f"/posts/{post.id}",
        f"/posts/{post.id}/handover",
    ):
        page.goto(address)
        assert findings(page) == [], address
