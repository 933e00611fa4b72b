"""The second main job in a real browser: a meeting with three commitments and three assigned follow-ups, counted."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.contact import make_contact
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.hands import Hands
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.contacts.models import Contact
from tracker.core.actor import OPERATOR
from tracker.engagements.models import Commitment, Participant
from tracker.followups.models import FollowUp

MOST = 25
PROMISES = ["We will join the referral.", "You get our answer in writing", "The minister receives you in May"]
STEPS = ["Send the draft", "Book the room", "Ring the embassy"]


@pytest.fixture
def coordinator(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        make_person(session, "legal_officer", name="Maryna Example")
        return make_person(session, "coordinator", name="Tomasz Example", with_password=True)


@pytest.fixture
def case(act_as: ActAs) -> Case:
    with act_as(OPERATOR) as session:
        make_contact(session, "Ada Lindqvist", office="Ambassador")
        return make_case(session)


def require_all_saved(act_as: ActAs, case: Case) -> None:
    with act_as(OPERATOR) as session:
        promises = session.scalars(select(Commitment).order_by(Commitment.position)).all()
        assert [promise.text for promise in promises] == PROMISES
        ada = session.scalars(select(Contact).where(Contact.name == "Ada Lindqvist")).one()
        assert {promise.by_contact_id for promise in promises} == {ada.id}
        assert session.scalars(select(Participant.contact_id)).all() == [ada.id]
        made = select(FollowUp, Person.name).join(Person, Person.id == FollowUp.assignee_id)
        steps = {step.title: name for step, name in session.execute(made.where(FollowUp.commitment_id.is_(None)))}
        assert steps == dict.fromkeys(STEPS, "Maryna Example")
        assert {promise.case_id for promise in promises} == {case.id}


def test_by_mouse_a_meeting_takes_at_most_25_interactions(
    page: Page, act_as: ActAs, coordinator: Person, case: Case
) -> None:
    sign_in(page, coordinator)
    page.goto("/engagements")
    hands = Hands(page)
    hands.click(page.get_by_role("link", name="Record a meeting").first)
    hands.click(page.get_by_label("Case 1", exact=True))
    hands.type(case.reference)
    hands.click(page.locator(".combo-option").filter(has_text=case.reference))
    hands.click(page.get_by_label("Participant 1"))
    hands.type("lindq")
    hands.click(page.get_by_role("option", name="Ada Lindqvist, Ambassador"))
    notes = page.get_by_label("Notes")
    hands.click(notes)
    for words in PROMISES:
        hands.type(words)
        hands.click(page.get_by_role("button", name="Line to commitment"))
    for words in STEPS:
        hands.type(f"{words} @maryna")
        hands.click(page.get_by_role("button", name="Line to follow-up"))
    assert findings(page) == []
    hands.click(page.get_by_role("button", name="Save").last)
    expect(page.get_by_role("main")).to_contain_text("Ring the embassy")
    require_all_saved(act_as, case)
    assert hands.count <= MOST, hands.count


def test_by_keyboard_alone_a_meeting_takes_at_most_25_interactions(
    page: Page, act_as: ActAs, coordinator: Person, case: Case
) -> None:
    sign_in(page, coordinator)
    page.goto(f"/engagements/new?case={case.reference}")
    page.get_by_label("Participant 1").focus()
    hands = Hands(page)
    hands.type("ambass")
    expect(page.get_by_role("option", name="Ada Lindqvist, Ambassador")).to_be_visible()
    hands.press("Enter")
    page.get_by_label("Notes").focus()
    hands.count += 1  # however one gets there
    for number, words in enumerate(PROMISES):
        hands.type(words)
        hands.press("Control+." if number % 2 else "Alt+c")
    for words in STEPS:
        hands.type(f"- {words} @maryna +14")
        hands.press("Alt+f")
    expect(page.get_by_role("status").filter(has_text="Ring the embassy")).to_be_visible()
    hands.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meeting")
    require_all_saved(act_as, case)
    with act_as(OPERATOR) as session:
        days = session.scalars(select(FollowUp.due_on).where(FollowUp.title.in_(STEPS))).all()
        assert all(isinstance(day, date) for day in days)
    assert hands.count <= MOST, hands.count


def test_several_marked_lines_become_several_commitments_once(page: Page, coordinator: Person, case: Case) -> None:
    sign_in(page, coordinator)
    page.goto(f"/engagements/new?case={case.reference}")
    page.get_by_label("Notes").fill("1. First words\n\n2) Second words")
    page.get_by_label("Notes").press("Control+a")
    page.get_by_label("Notes").press("Alt+c")
    exact = page.get_by_role("group", name="New commitment 2").get_by_label("Exact words")
    expect(exact).to_have_value("Second words")
    page.get_by_label("Notes").press("Control+a")
    page.get_by_label("Notes").press("Alt+c")
    expect(page.get_by_role("group", name="New commitment")).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="there already")).to_be_visible()


def test_a_mark_that_ends_at_the_start_of_a_line_leaves_that_line_out(
    page: Page, coordinator: Person, case: Case
) -> None:
    sign_in(page, coordinator)
    page.goto(f"/engagements/new?case={case.reference}")
    page.get_by_label("Notes").fill("First words\nSecond words\nNot promised")
    page.get_by_label("Notes").press("Control+Home")
    for key in ("Shift+ArrowDown", "Shift+ArrowDown", "Alt+c"):
        page.get_by_label("Notes").press(key)
    expect(page.get_by_role("group", name="New commitment 2").get_by_label("Exact words")).to_have_value("Second words")
    expect(page.get_by_role("group", name="New commitment")).to_have_count(2)


def test_a_new_contact_is_made_with_the_meeting_and_free_text_stays_text(
    page: Page, act_as: ActAs, coordinator: Person, case: Case
) -> None:
    sign_in(page, coordinator)
    page.goto(f"/engagements/new?case={case.reference}")
    page.get_by_label("Participant 1").fill("Bo Karlsson, Prosecutor")
    page.get_by_role("option", name="New contact").click()
    page.get_by_label("Participant 2").fill("Lin")
    expect(page.locator(".combo-option").first).to_be_visible()
    page.get_by_label("Participant 2").press("Tab")
    page.get_by_label("Notes").fill("Short")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("link", name="Bo Karlsson")).to_be_visible()
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Participant.name).order_by(Participant.position)).all() == [None, "Lin"]


@pytest.mark.parametrize("case_typed", ["ICC", "Latvia"])
def test_a_case_is_found_by_its_reference_or_its_title(
    page: Page, act_as: ActAs, coordinator: Person, case_typed: str
) -> None:
    with act_as(OPERATOR) as session:
        wanted = make_case(session, title="Latvia and the referral")
    sign_in(page, coordinator)
    page.goto("/engagements/new")
    page.get_by_label("Case 1", exact=True).press_sequentially(case_typed if case_typed != "ICC" else wanted.reference)
    expect(page.get_by_role("option", name=wanted.reference)).to_be_visible()
    page.get_by_label("Case 1", exact=True).press("Enter")
    expect(page.get_by_label("Case 1", exact=True)).to_have_value(f"{wanted.reference} · Latvia and the referral")
