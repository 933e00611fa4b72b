"""A day on one case, in a real browser: its status in four interactions, comments with names, closing, removing."""

from __future__ import annotations

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
from tracker.cases.models import Case, CaseEvent
from tracker.core.actor import OPERATOR


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        make_person(session, "coordinator", name="Alena Example")
        return make_person(session, "legal_officer", name="Maryna Example", with_password=True)


def a_case(act_as: ActAs, officer: Person, *history: tuple[str, str], pathway: str = "country_accession") -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, history, pathway=pathway, lead=officer)


def test_a_status_is_changed_in_three_interactions_where_no_fact_is_asked_and_four_in_own_words(
    page: Page, act_as: ActAs, officer: Person
) -> None:
    for words in (None, "The Office examines it"):
        case = a_case(act_as, officer, ("received", "2026-03-01"), pathway="icc_referral")
        if words is None:
            sign_in(page, officer)
        page.goto(f"/cases/{case.reference}")
        hands = Hands(page)
        hands.click(page.locator(".status-link"))
        hands.click(page.get_by_role("link", name="Open the preliminary examination", exact=True))
        expect(page.get_by_label("What happened")).to_be_focused()
        if words:
            hands.type(words)  # over what was proposed
        hands.press("Control+Enter")
        expect(page.locator("#history")).to_contain_text(words or "Preliminary examination")
        expect(page.locator(".fact-strip")).to_contain_text("Preliminary examination")
        assert hands.count == (4 if words else 3)
    with act_as(OPERATOR) as session:
        written = session.scalars(select(CaseEvent.summary).where(CaseEvent.status == "preliminary_examination")).all()
    assert set(written) == {"Preliminary examination", "The Office examines it"}


@pytest.mark.parametrize(
    ("stands", "way", "facts", "label", "count"),
    [
        pytest.param("submitted", None, 2, "Receipt confirmed by OTP", 4, id="the only way on"),
        pytest.param("received", "Join to a situation already open", 1, "Joined to a situation", 4, id="one fact"),
        pytest.param("preliminary_examination", "Open the investigation", 2, "Investigation open", 5, id="two facts"),
    ],
)
def test_a_move_that_asks_for_facts_takes_one_more_for_each_of_them(
    page: Page, act_as: ActAs, officer: Person, stands: str, way: str | None, facts: int, label: str, count: int
) -> None:
    """Only the facts are typed: the focus is in the first, Tab leads to the next, and nothing else is asked."""
    case = a_case(act_as, officer, (stands, "2026-03-01"), pathway="icc_referral")
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    hands = Hands(page)
    hands.click(page.locator(".status-link"))
    if way:
        hands.click(page.get_by_role("link", name=way, exact=True))
    expect(page.locator("form [autofocus]")).to_be_focused()
    for number in range(facts):
        if number:
            page.keyboard.press("Tab")  # part of filling the next field
        hands.type(f"Fact {number}")
    hands.press("Control+Enter")
    expect(page.locator(".fact-strip")).to_contain_text(label)
    assert hands.count == count


def test_a_status_is_changed_from_the_keyboard_alone(page: Page, act_as: ActAs, officer: Person) -> None:
    case = a_case(act_as, officer, ("received", "2026-03-01"), pathway="icc_referral")
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    hands = Hands(page)
    hands.press("m")
    page.wait_for_url("**/move")
    hands.press("1")
    expect(page.get_by_label("What happened")).to_be_focused()
    hands.type("The Office examines it")
    hands.press("Control+Enter")
    expect(page.locator("#history")).to_contain_text("The Office examines it")
    assert hands.count == 4


def test_control_enter_confirms_what_was_looked_at_before(page: Page, act_as: ActAs, officer: Person) -> None:
    case = a_case(act_as, officer, ("received", "2026-03-01"), pathway="icc_referral")
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/move?to=preliminary_examination")
    page.get_by_role("button", name="Look at what follows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and confirm")
    page.keyboard.press("Control+Enter")  # nothing has the focus
    expect(page.locator(".fact-strip")).to_contain_text("Preliminary examination")


def test_where_there_is_one_way_on_another_is_still_a_click_away(page: Page, act_as: ActAs, officer: Person) -> None:
    case = a_case(act_as, officer, ("submitted", "2026-03-01"), pathway="icc_referral")
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/move")
    assert findings(page) == []
    page.get_by_role("link", name="Something else happened").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change status")
    expect(page.get_by_text("Something that happened before the last entries")).to_be_visible()


def test_a_colleague_is_called_from_the_keyboard(page: Page, act_as: ActAs, officer: Person) -> None:
    case = a_case(act_as, officer, ("considering", "2026-03-01"))
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    box = page.locator("#comment-body")
    box.focus()
    page.keyboard.type("Please look, @ale")
    expect(page.locator(".mention-list").get_by_role("option", name="Alena Example")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment-body .mention")).to_have_text("@Alena Example")
    assert findings(page) == []


def test_a_case_with_open_work_closes_once_it_is_said_what_becomes_of_it(
    page: Page, act_as: ActAs, officer: Person
) -> None:
    case = a_case(act_as, officer, ("considering", "2026-03-01"))
    with act_as(OPERATOR) as session:
        make_follow_up(session, session.get_one(Case, case.id), officer, title="Call Riga")
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/move?to=not_pursued")
    page.get_by_label("What happened").fill("Nobody cares")
    page.get_by_label("Outcome").fill("Given up")
    page.get_by_label("Reason", exact=True).fill("No interest")
    page.get_by_role("button", name="Save the change of status").click()
    expect(page.get_by_role("alert")).to_contain_text("“Call Riga” is still open.")
    assert findings(page) == []
    page.get_by_label("All of them").select_option(label="Cancel")
    page.get_by_role("button", name="Save the change of status").click()
    expect(page.locator(".fact-strip")).to_contain_text("Not pursued")


def test_another_date_brings_other_days_at_once(page: Page, act_as: ActAs, officer: Person) -> None:
    case = a_case(act_as, officer, ("considering", "2026-03-01"))
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/move?to=political_support")
    due = page.locator("[id^=offer_due_]").first
    before = due.input_value()
    page.get_by_label("When it happened").fill("2 Nov 2026")
    page.get_by_label("When it happened").press("Tab")
    expect(due).not_to_have_value(before)


def test_a_mistaken_case_is_removed_once_its_reference_is_typed(page: Page, act_as: ActAs, officer: Person) -> None:
    case = a_case(act_as, officer, ("considering", "2026-03-01"))
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Remove a mistaken case").click()
    assert findings(page) == []
    page.get_by_label("Why").fill("Opened by mistake")
    page.get_by_role("button", name="Remove the case").click()
    expect(page.get_by_role("alert")).to_contain_text(f"Type {case.reference} to confirm.")
    page.get_by_label("The reference of this case").fill(case.reference)
    page.get_by_role("button", name="Remove the case").click()
    expect(page.get_by_text(f"{case.reference} is removed.")).to_be_visible()
    page.goto(f"/cases/{case.reference}")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(case.title)
