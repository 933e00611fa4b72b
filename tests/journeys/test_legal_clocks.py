"""Rules, periods, charges and calendars in a real browser: done by hand, and read by axe."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.factories.case import make_case
from tests.factories.charge import make_act, make_charge
from tests.factories.person import make_person
from tests.factories.subject import make_subject
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR


@pytest.fixture
def officers(act_as: ActAs) -> tuple[Person, Person]:
    with act_as(OPERATOR) as session:
        first, second = (make_person(session, "legal_officer", name=name) for name in ("Ada One", "Bo Two"))
        return first, second


@pytest.fixture
def case(act_as: ActAs, officers: tuple[Person, Person]) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, (("listed", "2024-02-26"),), pathway="sanctions", lead=officers[0])


def test_two_persons_verify_a_rule_and_both_stand_on_its_page(page: Page, officers: tuple[Person, Person]) -> None:
    sign_in(page, officers[0])
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Rules of law").click()
    assert findings(page) == []
    page.get_by_role("searchbox", name="Words").or_(page.get_by_label("Words")).first.fill("lt_bpk_313")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("main").get_by_role("row").get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("Unverified rule")
    assert findings(page) == []
    page.get_by_role("link", name="Verify").click()
    assert findings(page) == []
    page.get_by_label("What you looked at").fill("Official gazette 2026, item 1")
    page.get_by_label("Why").fill("The text says so")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("main")).to_contain_text("waiting for a second person")
    page.context.clear_cookies()
    sign_in(page, officers[1])
    page.goto("/requests")
    page.get_by_role("button", name="Agree").click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.get_by_role("status").first).to_contain_text("Agreed, and carried out.")
    page.goto("/rules/lt_bpk_313")
    main = page.get_by_role("main")
    expect(main).not_to_contain_text("Unverified rule")
    versions = main.get_by_role("table", name="Versions")
    expect(versions).to_contain_text("Ada One")
    expect(versions).to_contain_text("Bo Two")
    assert findings(page) == []


def test_a_period_is_recorded_renewed_and_stands_under_what_ends_soon(
    page: Page, officers: tuple[Person, Person], case: Case
) -> None:
    sign_in(page, officers[0])
    page.goto(f"/cases/{case.reference}/periods/new")
    assert findings(page) == []
    page.get_by_label("Kind").select_option(index=0)
    page.get_by_label("Title").fill("Listing of a governor")
    page.get_by_role("button", name="Save").click()
    for begins, ends in (("2025-03-01", "2026-02-28"), ("2026-03-01", "2027-02-28")):
        page.get_by_label("Begins").fill(begins)
        page.get_by_label("Last day").fill(ends)
        page.get_by_role("button", name="Save").last.click()
        expect(page.get_by_role("main")).to_contain_text(ends[:4])
    assert findings(page) == []
    page.goto(f"/cases/{case.reference}/periods")
    expect(page.get_by_role("main")).to_contain_text("Listing of a governor")
    assert findings(page) == []
    page.goto("/periods?days=365")
    assert findings(page) == []


def test_a_charge_without_limitation_is_entered_and_read_back(
    page: Page, officers: tuple[Person, Person], case: Case
) -> None:
    sign_in(page, officers[0])
    page.goto(f"/cases/{case.reference}/charges/new")
    assert findings(page) == []
    page.get_by_label("Jurisdiction").select_option(index=1)
    page.get_by_label("Charge", exact=True).fill("Torture in detention")
    page.get_by_role("button", name="Save").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Torture in detention")
    assert findings(page) == []
    main.get_by_role("link", name="Torture in detention").or_(main.get_by_role("link", name="Correct")).first.click()
    assert findings(page) == []


def test_a_charge_against_somebody_is_found_among_the_charges_of_all_cases(
    page: Page, act_as: ActAs, officers: tuple[Person, Person], case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_subject(session, "Anna Warder", case)
    sign_in(page, officers[0])
    page.goto(f"/cases/{case.reference}/charges/new")
    assert findings(page) == []
    page.get_by_label("Jurisdiction").select_option("PL")
    page.get_by_label("Charge", exact=True).fill("Unlawful detention")
    page.get_by_label("Anna Warder").check()
    page.get_by_label("Limitation", exact=True).select_option("date")
    page.get_by_label("Provision").fill("Criminal Code Art. 101")
    page.get_by_label("How sure").select_option("K")
    page.get_by_label("Last day").fill("2090-08-09")
    page.get_by_role("button", name="Save").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Against: Anna Warder")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Limitation").click()
    row = main.get_by_role("row").filter(has_text="Unlawful detention")
    expect(row).to_contain_text("9 Aug 2090")
    expect(row).to_contain_text("unverified rule")
    assert findings(page) == []
    page.get_by_label("Jurisdiction").fill("Germany")
    page.get_by_role("button", name="Apply").click()
    expect(main).to_contain_text("Your filters hide 1 charge.")
    assert findings(page) == []
    main.get_by_role("link", name="Clear the filters").click()
    main.get_by_role("link", name="Not known").click()
    expect(main).not_to_contain_text("Unlawful detention")
    assert findings(page) == []
    main.get_by_role("link", name="Still to lapse").first.click()
    row.get_by_role("link", name="Anna Warder").click()
    expect(main.get_by_role("table", name="Charges and limitation")).to_contain_text("Sets in after 9 Aug 2090")
    assert findings(page) == []
    main.get_by_role("link", name="Unlawful detention").click()
    expect(page).to_have_url(re.compile(rf"/cases/{case.reference}/charges#charge-"))


def test_an_address_for_a_calendar_is_made_shown_once_and_withdrawn(
    page: Page, officers: tuple[Person, Person]
) -> None:
    sign_in(page, officers[0])
    page.goto("/preferences/calendars")
    assert findings(page) == []
    page.get_by_label("Where you will use it").fill("my telephone")
    page.get_by_role("button", name="Make the address").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text(".ics")
    assert findings(page) == []
    page.goto("/preferences/calendars")
    expect(main).to_contain_text("my telephone")
    expect(main).not_to_contain_text(".ics")
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(main).to_contain_text("No address yet")


def test_the_day_of_service_shows_its_clock_before_the_change_of_status_is_saved_and_ends_another(
    page: Page, act_as: ActAs, officers: tuple[Person, Person]
) -> None:
    history = (("complaint_filed", "2026-10-02"),)
    with act_as(OPERATOR) as session:
        case = make_case(session, history, pathway="universal_jurisdiction", lead=officers[0])
        case.details = {"forum": "PL"}
    sign_in(page, officers[0])
    page.goto(f"/cases/{case.reference}/move?to=opening_refused")
    follows = page.locator("#follows")
    expect(follows).to_contain_text("the day that starts it is not known")
    expect(follows).to_contain_text("complaint about silence becomes possible: 13 Nov 2026: over with this entry")
    page.get_by_label("Date of service on the complainant").fill("2026-10-22")
    page.keyboard.press("Tab")
    expect(follows).to_contain_text("7 days on: Thursday, 29 October 2026.")
    ground = page.get_by_label("Ground")
    expect(ground).to_be_focused()
    assert findings(page) == []
    ground.fill("No suspicion")
    page.get_by_role("button", name="Save the change of status").click()
    page.wait_for_url(f"**/cases/{case.reference}?event=*")
    page.goto(f"/cases/{case.reference}/clocks")
    expect(page.locator("#over")).to_contain_text("13 Nov 2026")
    assert findings(page) == []


def test_a_charge_that_asks_for_another_look_stands_among_ones_own_until_somebody_looked(
    page: Page, act_as: ActAs, officers: tuple[Person, Person], case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_act(session, make_charge(session, case), "The case was suspended")
    sign_in(page, officers[0])
    page.goto("/charges")
    main = page.get_by_role("main")
    main.get_by_role("link", name="Look again").click()
    main.get_by_label("Whose").select_option("1")
    main.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/charges?*mine=1*")
    row = main.get_by_role("row").filter(has_text="Unlawful detention")
    expect(row).to_contain_text("Suspended: The case was suspended")
    assert findings(page) == []
    row.get_by_role("link", name="Unlawful detention").click()
    main.get_by_role("button", name="I looked").click()
    expect(page.get_by_role("status").first).to_contain_text("Noted: somebody looked")
    page.goto("/charges?state=again&mine=1")
    expect(row).to_have_count(0)


def test_picking_another_rule_changes_what_is_marked_as_required(
    page: Page, act_as: ActAs, officers: tuple[Person, Person]
) -> None:
    with act_as(OPERATOR) as session:
        referral = make_case(session, (("submitted", "2024-09-30"),), pathway="icc_referral", lead=officers[0])
    sign_in(page, officers[0])
    page.goto(f"/cases/{referral.reference}/clocks/start?rule=rome_statute_18_2")
    party, rule = page.get_by_label("State or party"), page.get_by_label("Rule", exact=True)
    label = page.locator("label[for=clock_party]")
    expect(party).to_have_attribute("aria-required", "true")
    expect(label).not_to_contain_text("optional")
    assert findings(page) == []
    rule.select_option("rome_statute_53_3_a")
    expect(party).not_to_have_attribute("aria-required", "true")
    expect(label).to_contain_text("(optional)")
    assert findings(page) == []
    rule.select_option("")
    expect(label).not_to_contain_text("optional")
    expect(party).not_to_have_attribute("aria-required", "true")
    rule.select_option("rome_statute_18_2")
    expect(party).to_have_attribute("aria-required", "true")
    expect(label).not_to_contain_text("optional")
