"""A day's work with scripts turned off: the three main jobs, one after the other, in a real browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.contact import make_contact
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.journeys import sign_in_by_hand
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent
from tracker.contacts.models import Contact
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.engagements.models import Commitment, Participant
from tracker.followups.models import FollowUp

PROMISES = ["We will join the referral", "You get our answer in writing", "The minister receives you in May"]
FROM_MEETING = {"Send the draft": "today", "Book the room": "tomorrow"}
FROM_STATUS = "Ask for a formal step"


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "java_script_enabled": False}


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        make_person(session, "coordinator", name="Tomasz Example")
        return make_person(session, "legal_officer", name="Maryna Example", with_password=True)


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        make_contact(session, "Ada Lindqvist", office="Ambassador")
        return make_case(session, lead=officer)


def test_the_three_main_jobs_are_done_without_a_script(page: Page, act_as: ActAs, officer: Person, case: Case) -> None:
    sign_in_by_hand(page, officer)
    move_the_case(page, case)
    require_moved(act_as, case)
    record_the_meeting(page, case)
    require_recorded(act_as, case)
    work_through_home(page)
    require_worked(act_as)


def move_the_case(page: Page, case: Case) -> None:
    """What happened, then another status with one of the follow-ups that belong to it."""
    page.goto("/cases")
    page.get_by_role("link", name=case.title).click()
    page.get_by_role("link", name="Record an event").click()
    page.get_by_label("What happened").fill("The minister rang")
    page.get_by_label("When it happened").fill("May 2025")
    page.get_by_role("button", name="Record it").click()
    expect(page.locator("#history")).to_contain_text("The minister rang")
    page.locator(".status-link").click()
    page.get_by_role("link", name="Record public support", exact=True).click()
    page.get_by_label("What happened").fill("The government says so in public")
    page.get_by_label("When it happened").fill("32 June 2026")
    page.get_by_role("button", name="Look at what follows").click()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("What happened")).to_have_value("The government says so in public")
    page.get_by_label("When it happened").fill("2 June 2026")
    page.get_by_label("Text of the statement").fill("We stand by the referral")
    page.get_by_role("button", name="Look at what follows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and confirm")
    offer = page.get_by_role("listitem").filter(has=page.get_by_label(f"Make this follow-up: {FROM_STATUS}"))
    offer.get_by_role("checkbox").check()
    offer.get_by_role("combobox").select_option(label="Maryna Example")
    offer.get_by_label("Due, for").fill("+3")
    page.get_by_role("button", name="Save the change of status").click()
    expect(page.locator(".fact-strip")).to_contain_text("Public support")
    expect(page.locator("#follow-ups")).to_contain_text(FROM_STATUS)


def require_moved(act_as: ActAs, case: Case) -> None:
    with act_as(OPERATOR) as session:
        assert session.get_one(Case, case.id).status == "political_support"
        events = select(CaseEvent.summary, CaseEvent.status, CaseEvent.occurred_on).where(CaseEvent.case_id == case.id)
        assert session.execute(events.order_by(CaseEvent.entered_at).offset(1)).all() == [
            ("The minister rang", None, "2025-05"),
            ("The government says so in public", "political_support", "2026-06-02"),
        ]


def record_the_meeting(page: Page, case: Case) -> None:
    """More rows are asked from the server, and what is typed comes back with them."""
    page.get_by_role("navigation").get_by_role("link", name="Engagements").first.click()
    page.get_by_role("link", name="Record a meeting").first.click()
    expect(page.get_by_role("button", name="Line to commitment")).to_be_hidden()  # a script shows it
    page.get_by_label("When", exact=True).fill("March 2026")
    page.get_by_label("Notes").fill("Talk over coffee")
    page.get_by_label("Participant 1").fill("Ada Lindqvist, Ambassador")
    page.get_by_label("Participant 2").fill("+ Bo Karlsson, Prosecutor")
    page.get_by_label("Case 1", exact=True).fill(case.reference)
    for number, words in enumerate(PROMISES, start=1):
        row = more(page, "New commitment", number, "More commitments")
        row.get_by_label("Exact words").fill(words)
        row.get_by_label("By").fill("Ada Lindqvist, Ambassador")
    for number, (title, due) in enumerate(FROM_MEETING.items(), start=1):
        row = more(page, "New follow-up", number, "More follow-ups")
        row.get_by_label("What is to be done?").fill(title)
        row.get_by_label("Who").select_option(label="Maryna Example")
        row.get_by_label("Due").fill(due)
    page.get_by_role("button", name="Save", exact=True).last.click()
    main = page.get_by_role("main")
    for words in ("Talk over coffee", "Bo Karlsson", *PROMISES, *FROM_MEETING):
        expect(main).to_contain_text(words)


def more(page: Page, group: str, number: int, button: str) -> Locator:
    """The row with this number, asked for where it is not there yet."""
    row = page.get_by_role("group", name=f"{group} {number}", exact=True)
    if row.count() == 0:
        page.get_by_role("button", name=button).click()
    return row


def require_recorded(act_as: ActAs, case: Case) -> None:
    with act_as(OPERATOR) as session:
        given = select(Commitment.text, Contact.name, Commitment.case_id).join(
            Contact, Contact.id == Commitment.by_contact_id
        )
        promised = session.execute(given.order_by(Commitment.position)).all()
        assert promised == [(words, "Ada Lindqvist", case.id) for words in PROMISES]
        took_part = select(Contact.name).join(Participant, Participant.contact_id == Contact.id)
        assert set(session.scalars(took_part)) == {"Ada Lindqvist", "Bo Karlsson"}
        made = session.execute(select(FollowUp.title, FollowUp.due_on).where(FollowUp.case_id == case.id)).all()
        today = clock.today()
        days = {"Send the draft": today, "Book the room": today + timedelta(days=1)}
        assert {row[0]: row[1] for row in made} == days | {FROM_STATUS: today + timedelta(days=3)}


def work_through_home(page: Page) -> None:
    """One is done, undone and done again; one sleeps for a week; one goes to somebody else."""
    page.goto("/")
    page.get_by_role("button", name="Complete: Send the draft").click()
    expect(page.get_by_role("button", name="Complete: Send the draft")).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("Undone")
    page.goto("/")
    page.get_by_role("button", name="Complete: Send the draft").click()
    page.get_by_role("link", name="Book the room").click()
    page.get_by_text("Snooze…").click()
    page.get_by_label("Hide it until").fill("+7")
    page.get_by_role("button", name="Snooze").click()
    expect(page.locator("#waiting")).to_contain_text("Hidden from my work until")
    page.goto("/")
    page.get_by_role("link", name=FROM_STATUS).click()
    page.locator(".properties").get_by_label("Who").select_option(label="Tomasz Example")
    page.get_by_role("button", name="Save changes").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    page.goto("/")
    for title in (FROM_STATUS, *FROM_MEETING):
        expect(page.get_by_role("link", name=title)).to_have_count(0)
    page.get_by_role("link", name="Team", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text=FROM_STATUS)).to_contain_text("Tomasz Example")


def require_worked(act_as: ActAs) -> None:
    with act_as(OPERATOR) as session:
        columns = (FollowUp.title, FollowUp.status, FollowUp.snoozed_until, Person.name)
        made = select(*columns).join(Person, Person.id == FollowUp.assignee_id)
        assert {tuple(row) for row in session.execute(made)} == {
            ("Send the draft", "done", None, "Maryna Example"),
            ("Book the room", "open", clock.today() + timedelta(days=7), "Maryna Example"),
            (FROM_STATUS, "open", None, "Tomasz Example"),
        }
