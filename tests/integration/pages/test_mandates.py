"""A mandate of the Human Rights Council: what the Council states stands as dated clocks, its terms as one record."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.cases.projection import refresh
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.feeds.queries import entries_of
from tracker.feeds.reader import Reader
from tracker.followups.models import FollowUp
from tracker.reminders.models import Reminder

People = dict[str, Person]


@pytest.fixture
def mandate(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, (("established", "2024-04-04"),), pathway="un_mechanism", lead=officer, title="Group")


def report(client: FlaskClient, case: Case, **said: str) -> Any:
    """The change of status by its form, as a browser sends it."""
    facts = {"next_oral_update_on": "", "report_session": "", "report_on": "", "submission_due_on": ""} | said
    sent = {f"fact_{key}": value for key, value in facts.items()}
    sent |= {"to": "reporting", "step": "confirm", "occurred_on": "2024-09-10", "summary": "Reports begin"}
    return client.post(f"/cases/{case.reference}/move", data=sent | {"source": "Programme of work"})


def test_what_the_council_states_becomes_clocks_with_the_source_of_the_entry(
    as_officer: FlaskClient, mandate: Case
) -> None:
    refused = report(as_officer, mandate, next_oral_update_on="some day", submission_due_on="2095-10-30")
    assert refused.status_code == 422 and "Write a date that exists" in words(refused)
    said = {"report_session": "62nd session", "submission_due_on": "2095-10-30", "next_oral_update_on": "March 2096"}
    answer = report(as_officer, mandate, **said)
    assert answer.status_code == 303, words(answer)
    page = words(as_officer.get(f"/cases/{mandate.reference}/clocks"))
    running, asked = page.split("No clock yet: something is not known")
    assert "Deadline for submissions : 30 Oct 2095" in running
    assert "The date that the act names is the date: Sunday, 30 October 2095." in running
    assert "Date of an institution; binds a party. Source: The call itself [V" in running
    assert "Set per call; none in law." in running
    assert "Source of the date: Programme of work" in running
    assert "legal deadline" not in page.lower()
    assert "Next oral update : between 1 Mar 2096 and 31 Mar 2096" in asked
    assert "On which day is it: next oral update, as the Council announces it? So far: March 2096." in asked
    assert "On which day is it: first day of the session that hears the report?" in asked
    assert asked.count("Source of the date: Programme of work") == 1, "a date that nobody knows has no source"
    brief = words(as_officer.get(f"/cases/{mandate.reference}"))
    assert "Session that hears the report the date is not known" in brief


def test_the_day_of_the_vote_is_a_date_of_the_council_and_leads_to_work_in_the_calendar(
    act_as: ActAs, as_officer: FlaskClient, officer: Person, mandate: Case
) -> None:
    vote = clock.today() + timedelta(days=60)
    with act_as(OPERATOR) as session:
        case = session.get_one(Case, mandate.id)
        told = {"facts": {"vote_on": vote.isoformat(), "session": "63rd"}, "source": "Bureau of the Council"}
        event = make_event(session, case, 2, "2025-02-01", "renewal_due", **told)
        refresh(session, case)
    page = as_officer.get(f"/cases/{mandate.reference}/clocks")
    assert "Vote on the renewal" in words(page) and "Reminds nobody" in words(page)
    sent = {"event": str(event.id), "rule": "mandate_vote", "party": ""}
    assert as_officer.post(f"/cases/{mandate.reference}/clocks/follow", data=sent).status_code == 303
    with act_as(OPERATOR) as session:
        work = session.scalars(select(FollowUp)).one()
        assert (work.title, work.due_on, work.kind) == ("Vote on the renewal", vote, "follow_up"), "no legal deadline"
        assert "Source of the date: Bureau of the Council" in (work.notes or "")
    assert [entry.title for entry in feed(act_as, officer)] == ["Vote on the renewal"]
    corrected = vote + timedelta(days=3)
    form = as_officer.get(f"/cases/{mandate.reference}/events/{event.id}/correct").text
    assert f'value="{vote.isoformat()}"' in form
    said = {"occurred_on": "2025-02-01", "summary": "Renewal due", "fact_vote_on": corrected.isoformat()}
    said |= {"fact_session": "63rd", "fact_sponsors": "", "source": "Bureau", "void_reason": "Put off"}
    answer = as_officer.post(f"/cases/{mandate.reference}/events/{event.id}/correct", data=said)
    assert answer.status_code == 303, words(answer)
    assert [entry.on for entry in feed(act_as, officer)] == [corrected], "the calendar elsewhere moves with it"


def feed(act_as: ActAs, person: Person) -> list[Any]:
    """What stands in somebody's calendar elsewhere."""
    reader = Reader(person.id, acting(person), "own", False, False, None, "en", "UTC")
    with act_as(acting(person)) as session:
        return entries_of(session, reader)


def test_a_mandate_that_reports_still_ends_with_its_term(
    act_as: ActAs, as_officer: FlaskClient, officer: Person, mandate: Case
) -> None:
    until = clock.today() + timedelta(days=90)
    with act_as(OPERATOR) as session:
        case = session.get_one(Case, mandate.id)
        make_event(session, case, 2, "2025-04-03", "renewed", expires_on=until)
        refresh(session, case)
    ends = f"{until.day} {until:%b %Y} Group the history says so"
    assert ends in words(as_officer.get("/periods?days=120"))
    with act_as(OPERATOR) as session:
        before = len(session.scalars(select(Reminder).where(Reminder.kind == "renewal")).all())
    for place, status in ((3, "reporting"), (4, "renewal_due")):
        with act_as(OPERATOR) as session:
            case = session.get_one(Case, mandate.id)
            make_event(session, case, place, "2025-06-01", status)
            refresh(session, case)
            assert (case.status, case.expires_on) == (status, until)
        assert ends in words(as_officer.get("/periods?days=120"))
        assert [(entry.kind, entry.on) for entry in feed(act_as, officer)] == [("expiry", until)]
    with act_as(OPERATOR) as session:
        assert len(session.scalars(select(Reminder).where(Reminder.kind == "renewal")).all()) == before
        case = session.get_one(Case, mandate.id)
        make_event(session, case, 5, "2025-07-01", "lapsed")
        refresh(session, case)
        assert case.expires_on is None
    assert "Group" not in words(as_officer.get("/periods?days=120"))


def test_its_terms_stand_on_one_record_and_what_nobody_says_is_unknown(
    act_as: ActAs, as_officer: FlaskClient, client_of: ClientOf, people: People, officer: Person
) -> None:
    with act_as(OPERATOR) as session:
        mandate = case = make_case(session, (("proposed", "2024-03-01"),), pathway="un_mechanism", lead=officer)
        said: dict[str, Any] = {"facts": {"vote": {"for": 24, "against": 6, "abstain": 17}}}
        voted = make_event(session, case, "1.5", "2024-04-04", "established", source="The Council's vote", **said)
        until = date(2026, 4, 3)
        make_event(session, case, 2, "2025-04-03", "renewed", facts={"vote": "25-5-17"}, expires_on=until)
        make_event(session, case, 3, "2025-10-01", "reporting")
        hidden = make_event(session, case, 4, "2026-05-03", "renewed", level="restricted", summary="Told in confidence")
        refresh(session, case)
        assert hidden.level == "restricted"
    here = f"/cases/{mandate.reference}/periods"
    answer = as_officer.get(here)
    page = words(answer)
    assert "What the history says: Mandate 3" in page and "No record of periods" not in page
    assert "4 Apr 2024 – end not known whether it runs is not known" in page
    assert "Whether there is a gap is not known. 3 Apr 2025 – 3 Apr 2026 its last day has passed" in page
    assert "A gap of 29 days. 3 May 2026 – end not known" in page
    votes = page.lower()
    read_out = "for: 24; against: 6; abstain: 17"
    assert f"vote: {read_out}" in votes and "vote: 25-5-17" in votes
    history = words(as_officer.get(f"/cases/{mandate.reference}")).lower()
    assert read_out in history, "whatever order PostgreSQL keeps the parts in"
    corrected = unescape(as_officer.get(f"/cases/{mandate.reference}/events/{voted.id}/correct").text)
    assert '{"for": 24, "against": 6, "abstain": 17}' in corrected
    assert "Source: The Council's vote" in page
    assert page.count("Until when? The resolution says it; no day is reckoned here.") == 2
    assert re.search(rf'href="/cases/{mandate.reference}/events/[0-9a-f-]+/correct">Enter the end', answer.text)
    assert '<svg class="period-picture"' in answer.text
    seen = words(client_of(people["coordinator"]).get(here))
    assert "What the history says: Mandate 2" in seen and "Enter the end" not in seen
    assert "3 May 2026" not in seen and "Told in confidence" not in seen and "A gap of" not in seen


def test_a_draft_has_no_term(act_as: ActAs, as_officer: FlaskClient, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("proposed", "2024-03-01"),), pathway="un_mechanism", lead=officer)
    assert "No record of periods" in words(as_officer.get(f"/cases/{case.reference}/periods"))
