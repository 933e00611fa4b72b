"""Recommendations in a real browser: entered, assessed, worked on, held against figures, taken in from a table."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.factories.case import make_case
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR

TABLE = """Number;Recommendation;Recommending States;Response;Assessment;SDG
138.45;Release everybody who was detained;Lithuania, Poland;Noted;not implemented;16
138.46;Abolish the death penalty;Republic of Korea;Supported;;6
"""
WRONG = "Number;Recommendation;Response\n1.1;Release everybody;liked\n"


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", name="Ada One")


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    said: dict[str, Any] = {"title": "UPR of Belarus, third cycle", "details": {"subtype": "upr", "cycle": 3}}
    with act_as(OPERATOR) as session:
        return make_case(session, (("upr_reviewed", "2020-11-02"),), pathway="un_mechanism", lead=officer, **said)


def test_one_is_entered_assessed_by_two_who_differ_and_worked_on(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/recommendations")
    main = page.get_by_role("main")
    expect(main).to_contain_text("No recommendation is entered")
    assert findings(page) == []
    main.get_by_role("link", name="Add a recommendation").first.click()
    assert findings(page) == []
    page.get_by_label("Number (optional)", exact=True).fill("138.45")
    page.get_by_label("Recommendation", exact=True).fill("Release everybody who was detained")
    page.get_by_label("Recommended by").fill("Lithuania, PL")
    page.get_by_label("Position of the State").select_option("noted")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recommendation 138.45")
    expect(main).to_contain_text("Lithuania, Poland")
    assert findings(page) == []
    for assessor, assessment in (("NAM", "not"), ("A coalition", "partially")):
        page.get_by_label("Who assesses it").fill(assessor)
        page.locator("#assess select").select_option(assessment)
        page.locator("#assess").get_by_role("button", name="Add").click()
        expect(page.locator("#assessments")).to_contain_text(assessor)
    assert findings(page) == []
    work = page.locator("#follow")
    expect(work.get_by_label("What is to be done?")).to_have_value(
        "Recommendation 138.45: Release everybody who was detained"
    )
    work.get_by_label("Due").fill("1 Dec 2027")
    work.get_by_role("button", name="Make a follow-up").click()
    page.locator("#follow-ups").get_by_role("link", name="Recommendation 138.45: Release everybody").click()
    properties = page.get_by_role("complementary", name="Properties")
    expect(properties).to_contain_text("From a recommendation")
    assert findings(page) == []
    properties.get_by_role("link", name="138.45", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recommendation 138.45")
    page.goto(f"/cases/{case.reference}/recommendations")
    expect(main.get_by_role("table", name="Recommendations")).to_contain_text("They differ.")
    assert findings(page) == []


def test_figures_that_do_not_add_up_are_said_in_words(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/recommendations")
    page.get_by_role("main").get_by_role("link", name="Figures").click()
    assert findings(page) == []
    page.get_by_label("Who states them").fill("A coalition")
    for name, number in (("total", "266"), ("implemented", "2"), ("not_implemented", "226")):
        page.locator(f"#state input[name={name}]").fill(number)
    page.locator("#state").get_by_role("button", name="Add").click()
    expect(page.get_by_role("main")).to_contain_text("38 are left: the source does not say what became of them")
    assert findings(page) == []


def test_a_table_is_taken_in_through_a_preview_that_says_every_fault(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/recommendations")
    main = page.get_by_role("main")
    main.get_by_role("link", name="Take a table in").click()
    assert findings(page) == []
    give(page, WRONG)
    expect(main).to_contain_text("liked is none of: Supported")
    expect(main.get_by_role("button", name="Take it in")).to_have_count(0)
    assert findings(page) == []
    main.get_by_role("link", name="Cancel").click()
    page.get_by_label("Who assesses them").fill("NAM")
    give(page, TABLE)
    expect(main).to_contain_text("These columns are not taken: SDG.")
    expect(main.get_by_label("Response")).to_have_value("state_position")
    assert findings(page) == []
    main.get_by_label("SDG").select_option("note")
    main.get_by_role("button", name="Look at it again").click()
    expect(main).not_to_contain_text("These columns are not taken")
    main.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("2 rows were taken in.")).to_be_visible()
    expect(main.get_by_role("table", name="Recommendations")).to_contain_text("Abolish the death penalty")
    assert findings(page) == []


def give(page: Page, table: str) -> None:
    """Choose a file of that content, and look at it."""
    file: FilePayload = {"name": "table.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.get_by_label("Table, as CSV or XLSX").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
