"""Cases in a real browser: the main job from an open case to a changed status with an assigned follow-up."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.person import make_person
from tests.factories.subject import make_subject
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent
from tracker.core.actor import OPERATOR


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", name="Maryna Example", with_password=True)


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("approached", "2025-01"), ("considering", "2025-03-01")), lead=officer)
        make_event(
            session, case, 3, None, after="2025-04", before="2025-06", summary="A visit", flags=["immunity_issue"]
        )
        make_subject(session, "A. Example", case)
        return case


def test_a_case_is_opened_moved_and_its_follow_up_assigned(page: Page, officer: Person) -> None:
    sign_in(page, officer)
    page.goto("/cases/new")
    page.get_by_text("Country accession", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Title").fill("Norway and the referral")
    page.get_by_label("Instrument").fill("Referral of Lithuania")
    page.get_by_label("Is the state a party to the Rome Statute?").select_option("yes")
    page.get_by_label("What happened").fill("Norway is a target state")
    page.get_by_label("When it happened").fill("March 2026")
    page.get_by_role("button", name="Open the case").click()
    if page.get_by_role("heading", name="Standard follow-ups").is_visible():
        page.get_by_role("link", name="Not now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Norway and the referral")
    page.get_by_role("link", name="Change status", exact=True).first.click()
    page.get_by_role("link", name="Record the approach", exact=True).click()
    page.get_by_label("What happened").fill("We approached the ministry")
    page.get_by_label("When it happened").fill("1 June 2026")
    for label in ("Who met whom", "Document handed over", "Promise made"):
        page.get_by_label(label).fill("As noted")
    page.get_by_role("button", name="Look at what follows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and confirm")
    first = page.locator(".preview-offer").first
    first.get_by_role("checkbox").check()
    first.get_by_role("combobox").select_option(label="Maryna Example")
    first.get_by_label("Due, for").fill("+14")
    page.get_by_role("button", name="Save the change of status").click()
    expect(page.locator(".fact-strip")).to_contain_text("Approached")
    expect(page.locator("#history")).to_contain_text("We approached the ministry")
    expect(page.locator("#follow-ups")).to_contain_text("Maryna Example")


def test_a_wrong_date_moves_the_focus_to_the_summary_and_keeps_the_text(
    page: Page, officer: Person, case: Case
) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/events/new")
    page.get_by_label("What happened").fill("A call with Riga")
    page.get_by_label("When it happened").fill("31 June 2026")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("When it happened")).to_be_focused()
    expect(page.get_by_label("What happened")).to_have_value("A call with Riga")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_cases_have_no_finding_of_axe(
    page: Page, act_as: ActAs, officer: Person, case: Case, scheme: Any
) -> None:
    with act_as(OPERATOR) as session:
        entry = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).first()
        assert entry is not None
    page.emulate_media(color_scheme=scheme)
    sign_in(page, officer)
    own = [
        "",
        "/move",
        "/move?to=declined_for_now",
        "/events/new",
        "/edit",
        "/level",
        "/members",
        "/contacts",
        "/links",
    ]
    own += ["/subjects/new", f"/events/{entry.id}/correct", f"/events/{entry.id}/void", "?as_of=2025-02-01"]
    shared = [
        "/cases",
        "/cases?phase=closed",
        "/cases/new",
        "/cases/new?begin=country_accession:identified",
        "/dossiers",
    ]
    for address in (*shared, *(f"/cases/{case.reference}{path}" for path in own)):
        page.goto(address)
        assert findings(page) == [], address
