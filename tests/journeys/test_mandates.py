"""A mandate of the Human Rights Council in a real browser: its dates, its work, its terms, read by axe."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in
from tracker.cases.projection import refresh
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.sittings.models import Sitting


def test_the_dates_of_a_mandate_are_entered_followed_and_stand_beside_its_terms(page: Page, act_as: ActAs) -> None:
    due, until = clock.today() + timedelta(days=100), clock.today() + timedelta(days=110)
    with act_as(OPERATOR) as session:
        officer = make_person(session, "legal_officer")
        case = make_case(session, (("established", "2024-04-04"),), pathway="un_mechanism", lead=officer)
        make_event(session, case, 2, "2025-04-03", "renewed", expires_on=until, facts={"vote": "25-5-17"})
        refresh(session, case)
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/move?to=reporting")
    assert findings(page) == []
    page.get_by_label("Next oral update").fill(f"{due:%B %Y}")
    page.get_by_label("Session of the report").fill("the autumn session")
    page.get_by_label("Deadline for submissions").fill(due.isoformat())
    page.get_by_role("button", name="Look at what follows").click()
    expect(page.get_by_role("main")).to_contain_text("Clocks that start, move or end")
    assert findings(page) == []
    page.get_by_role("button", name="Save").first.click()
    main = page.get_by_role("main")
    expect(page.locator(".fact-strip")).to_contain_text("Mandate active")
    page.goto(f"/cases/{case.reference}/clocks")
    expect(main).to_contain_text("Deadline for submissions")
    expect(main).to_contain_text("On which day is it: next oral update, as the Council announces it?")
    assert findings(page) == []
    page.locator("#running li", has_text="Deadline for submissions").get_by_role("button", name="Follow").click()
    expect(main).to_contain_text("Follow-up: Deadline for submissions")
    page.goto(f"/cases/{case.reference}/periods")
    expect(main).to_contain_text("What the history says: Mandate")
    expect(main).to_contain_text("vote: 25-5-17")
    assert findings(page) == []
    page.get_by_role("link", name="Enter the end").first.click()
    expect(page.get_by_label("New end of the term").or_(page.get_by_label("End of the term"))).to_be_visible()
    page.goto("/periods?days=120")
    expect(main).to_contain_text(case.reference)
    assert findings(page) == []


def test_work_before_a_vote_whose_day_nobody_knows_hangs_on_the_session(page: Page, act_as: ActAs) -> None:
    opens_on = clock.today() + timedelta(days=100)
    with act_as(OPERATOR) as session:
        officer = make_person(session, "legal_officer")
        case = make_case(session, (("reporting", "2025-09-10"),), pathway="un_mechanism", lead=officer)
        said = {"institution": "hrc", "name": "64th regular session", "certainty": "confirmed", "source": "It"}
        session.add(Sitting(key="hrc-64", starts_on=opens_on, **said))
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/move?to=renewal_due")
    expect(page.locator("#sittings-hrc option")).to_have_attribute("value", "64th regular session")
    assert findings(page) == []
    page.get_by_label("Session", exact=True).fill("64th regular session")
    page.get_by_label("Sponsors").fill("EU")
    page.get_by_role("button", name="Save the change of status").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("counts from the 64th regular session")
    assert findings(page) == []
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".fact-strip")).to_contain_text("Renewal window")
    page.goto(f"/cases/{case.reference}/sittings")
    expect(main).to_contain_text("Renewal window: 64th regular session")
    page.get_by_role("link", name="Renewal window: 64th regular session").click()
    expect(main).to_contain_text("Lobby before the vote")
    assert findings(page) == []
