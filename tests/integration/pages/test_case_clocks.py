"""The clocks of a case on its page, on their own page, and before a change of status is saved."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.cases.projection import refresh
from tracker.core.actor import OPERATOR


def referral(act_as: ActAs, lead: Person, status: str, on: str | None = "2026-03-12", **said: Any) -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("submitted", "2024-09-30"),), pathway="icc_referral", lead=lead)
        make_event(session, case, 2, on, status, **said)
        refresh(session, case)
        return case


def test_a_case_shows_the_day_on_which_each_states_month_ends(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    facts = {"received_on": {"LT": "2096-03-14", "PL": "2096-03"}}
    case = referral(act_as, officer, "investigation_open", "2096-03-12", facts=facts)
    page = words(as_officer.get(f"/cases/{case.reference}"))
    assert "A State's month to ask for deferral (LT) 14 Apr 2096" in page
    assert "A State's month to ask for deferral (PL) between 1 Apr 2096 and 30 Apr 2096" in page


def test_the_page_of_clocks_gives_every_step_and_the_source(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    facts = {"received_on": {"LT": "2096-03-14"}}
    case = referral(act_as, officer, "investigation_open", "2096-03-12", facts=facts)
    page = words(as_officer.get(f"/cases/{case.reference}/clocks"))
    assert "Trigger, receipt by that State of the notification under Article 18(1): Wednesday, 14 March 2096." in page
    assert "1 month on: Saturday, 14 April 2096." in page
    assert "Legal period; binds a State; opens a right. Source: Rome Statute Art. 18(2)" in page
    assert "No period in law" in page and "Set a day for review" in page


def test_a_day_for_review_names_the_rule_that_has_no_period(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    case = referral(act_as, officer, "investigation_open")
    shown = as_officer.get(f"/cases/{case.reference}/clocks").text
    (link,) = re.findall(r'href="([^"]+)"[^>]*>(?:(?!</a>).)*Set a day for review', shown, re.DOTALL)
    form = as_officer.get(unescape(link)).text
    assert 'value="Look again, no period in law: Notice of the decision to investigate"' in form
    assert f'value="{case.reference}"' in form


def test_a_vague_day_is_asked_for_where_it_can_be_entered(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    case = referral(act_as, officer, "declined", facts={"notified_on": "2026-05"})
    answer = as_officer.get(f"/cases/{case.reference}/clocks")
    page = words(answer)
    assert "On which day was it: notification of the refusal" in page
    assert "So far: May 2026." in page
    assert "between 30 Jul 2026 and 29 Aug 2026" in page
    assert re.search(rf'href="/cases/{case.reference}/events/[0-9a-f-]+/correct">Enter the day', answer.text)


def test_a_reader_without_the_right_is_not_offered_the_correction(
    act_as: ActAs, client_of: ClientOf, people: dict[str, Person], officer: Person
) -> None:
    case = referral(act_as, officer, "declined", facts={"notified_on": "2026-05"})
    page = client_of(people["head"]).get(f"/cases/{case.reference}/clocks").text
    assert "On which day was it" in page and "Enter the day" not in page


def test_what_depends_on_a_fact_of_a_hidden_entry_stays_hidden(
    act_as: ActAs, as_officer: FlaskClient, client_of: ClientOf, people: dict[str, Person], officer: Person
) -> None:
    facts = {"notified_on": "2096-05-04"}
    case = referral(act_as, officer, "declined", "2096-05-01", facts=facts, level="restricted")
    assert "90 days on" in words(as_officer.get(f"/cases/{case.reference}/clocks"))
    page = words(client_of(people["coordinator"]).get(f"/cases/{case.reference}/clocks"))
    assert "Request for review of the refusal" not in page and "No clock runs." in page


def test_a_voided_entry_starts_nothing(act_as: ActAs, as_officer: FlaskClient, officer: Person) -> None:
    case = referral(act_as, officer, "declined", facts={"notified_on": "2096-05-04"})
    with act_as(OPERATOR) as session:
        event = session.get_one(Case, case.id)
        last = make_event(session, event, 3, "2096-05-02", "declined", facts={"notified_on": "2096-06-01"})
        last.voided_at = last.entered_at
    page = words(as_officer.get(f"/cases/{case.reference}/clocks"))
    assert "4 May 2096" in page and "1 June 2096" not in page


def test_before_a_move_is_saved_the_clocks_that_it_starts_are_reckoned(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    case = referral(act_as, officer, "investigation_open")
    sent = {"to": "deferral_requested", "step": "follows", "occurred_on": "2026-04-10"}
    assert "Clocks that start, move or end" not in words(as_officer.post(f"/cases/{case.reference}/move", data=sent))
    case = referral(act_as, officer, "deferral_requested")
    sent = {"to": "deferred_to_state", "step": "follows", "occurred_on": "2026-08-31"}
    page = words(as_officer.post(f"/cases/{case.reference}/move", data=sent))
    assert "Review of the deferral: 28 Feb 2027" in page
    assert "that month lacks the day, so its last one: Sunday, 28 February 2027." in page


def test_a_move_that_opens_a_clock_anew_says_from_what_to_what(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    case = referral(act_as, officer, "suspended_unsc", "2026-06-12")
    sent = {"to": "suspended_unsc", "step": "follows", "occurred_on": "2027-06-10"}
    page = words(as_officer.post(f"/cases/{case.reference}/move", data=sent))
    assert "12 Jun 2027 becomes 10 Jun 2028" in page


def test_before_an_entry_is_voided_the_clocks_that_stop_with_it_are_named(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    case = referral(act_as, officer, "suspended_unsc", "2096-06-12")
    with act_as(OPERATOR) as session:
        stored = session.get_one(Case, case.id)
        renewed = make_event(session, stored, 3, "2097-06-10", "suspended_unsc")
        visit = make_event(session, stored, 4, "2097-06-11")
    page = words(as_officer.get(f"/cases/{case.reference}/events/{renewed.id}/void"))
    assert "Its clocks stop with it." in page
    assert "End of the deferral by the Security Council: 10 Jun 2098 → 12 Jun 2097, from an earlier entry" in page
    assert "Its clocks stop" not in words(as_officer.get(f"/cases/{case.reference}/events/{visit.id}/void"))


def complaint(act_as: ActAs, lead: Person) -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("complaint_filed", "2096-11-02"),), pathway="universal_jurisdiction", lead=lead)
        case.details = {"forum": "PL"}
        return case


def test_a_change_of_status_says_which_clocks_end_with_it(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    case = complaint(act_as, officer)
    sent = {"to": "opening_refused", "step": "follows", "occurred_on": "2096-11-18"}
    page = words(as_officer.post(f"/cases/{case.reference}/move", data=sent))
    assert "Poland: complaint about silence becomes possible: 14 Dec 2096: over with this entry" in page
    assert "checks before opening" not in page


def test_a_clock_that_a_later_entry_ended_runs_no_more_and_runs_again_without_it(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    case = complaint(act_as, officer)
    assert "becomes possible 14 Dec 2096" in words(as_officer.get(f"/cases/{case.reference}"))
    with act_as(OPERATOR) as session:
        stored = session.get_one(Case, case.id)
        refusal = make_event(session, stored, 2, "2096-11-18", "opening_refused", facts={"served_on": "2096-11-19"})
        refresh(session, stored)
    assert "becomes possible" not in words(as_officer.get(f"/cases/{case.reference}"))
    page = words(as_officer.get(f"/cases/{case.reference}/clocks"))
    running, over = page.split("Over: something else happened")
    assert "Running 1 Poland: complaint against refusal or discontinuance : 26 Nov 2096" in running
    assert "Poland: complaint about silence becomes possible : 14 Dec 2096" in over
    assert "Ended by the entry: 18 Nov 2096" in over
    assert "checks before opening" not in page, "a question that nobody has to answer any more"
    void = words(as_officer.get(f"/cases/{case.reference}/events/{refusal.id}/void"))
    assert "Clocks that it had ended run again: Poland: complaint about silence becomes possible: 14 Dec 2096" in void


def test_what_a_reader_does_not_see_ends_no_clock_for_them(
    act_as: ActAs, as_officer: FlaskClient, client_of: ClientOf, people: dict[str, Person], officer: Person
) -> None:
    case = complaint(act_as, officer)
    with act_as(OPERATOR) as session:
        stored = session.get_one(Case, case.id)
        make_event(session, stored, 2, "2096-11-18", "opening_refused", level="restricted")
        refresh(session, stored)
    assert "Over:" in words(as_officer.get(f"/cases/{case.reference}/clocks"))
    page = words(client_of(people["coordinator"]).get(f"/cases/{case.reference}/clocks"))
    assert "becomes possible : 14 Dec 2096" in page and "Over:" not in page


def test_a_clock_says_by_whose_holidays_it_goes_and_only_where_a_holiday_can_move_it(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    facts = {"received_on": {"LT": "2096-03-14"}}
    case = referral(act_as, officer, "investigation_open", "2096-03-12", facts=facts)
    page = words(as_officer.get(f"/cases/{case.reference}/clocks"))
    assert "Extension: None in the text; a request for more information does not affect the month" in page
    assert "Holidays" not in page, "a month that never rolls"
    with act_as(OPERATOR) as session:
        case = make_case(session, (("complaint_filed", "2096-10-02"),), pathway="universal_jurisdiction", lead=officer)
        case.details = {"forum": "CH", "court_calendar": "CH-SG"}
        make_event(session, case, 2, "2096-10-20", "opening_refused", facts={"served_on": "2096-10-22"})
        refresh(session, case)
    page = words(as_officer.get(f"/cases/{case.reference}/clocks"))
    assert "No court holidays. Holidays: CH-SG (holidays " in page
    sent = {"to": "opening_refused", "step": "follows", "occurred_on": "2096-10-21", "fact_served_on": "2096-10-22"}
    preview = words(as_officer.post(f"/cases/{case.reference}/move", data=sent))
    assert "Holidays: CH-SG (holidays " in preview
