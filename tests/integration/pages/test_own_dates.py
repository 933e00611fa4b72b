"""The house's own dates on the page of clocks: silence, reviews, and where records of periods stand."""

from __future__ import annotations

from datetime import timedelta

from tests.factories.case import make_case
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.follow_up import make_follow_up
from tests.factories.period import make_period, make_record
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.clocks.house import house_rule
from tracker.clocks.reckoning import reckon
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.languages import format_day
from tracker.engagements.models import Engagement, EngagementCase, Participant


def test_silence_and_reviews_stand_on_the_page_of_clocks_as_our_own(
    act_as: ActAs, client_of: ClientOf, people: dict[str, Person]
) -> None:
    today = clock.today()
    lead = people["legal_officer"]
    with act_as(OPERATOR) as session:
        case = make_case(session, level="restricted", lead=lead)
        for name, kind, ago, text in (
            ("Ada", "letter", 40, "First letter"),
            ("Ada", "meeting", 30, "They came"),
            ("Bo", "letter", 20, "Second letter"),
        ):
            contact = make_contact(session, f"{name} {text}") if name == "Bo" else None
            day = today - timedelta(days=ago)
            met = Engagement(kind=kind, occurred_on=day.isoformat(), sort_on=day, summary=text, level="internal")
            session.add(met)
            session.flush()
            session.add(EngagementCase(engagement_id=met.id, case_id=case.id))
            session.add(
                Participant(engagement_id=met.id, contact_id=contact and contact.id, name=None if contact else name)
            )
            if contact:
                contact.country = "LT"
        make_commitment(session, case=case, text="We shall answer", due_on=today - timedelta(days=3))
        make_commitment(session, case=case, text="Not yet due", due_on=today + timedelta(days=3))
        waits = make_follow_up(session, case, lead, title="Wait for the ministry")
        waits.status, waits.waiting_since = "waiting", today
        make_period(session, make_record(session, case, title="EU regime"), "2020-03-01", "2021-02-28")
    page = words(client_of(lead).get(f"/cases/{case.reference}/clocks"))
    letter = reckon(house_rule("silence_letter"), today - timedelta(days=20), "LT")
    assert "No answer to a letter" in page and format_day(letter.due_on) in page and "Second letter" in page
    assert "No word after a meeting" in page and "They came" in page
    assert "First letter" not in page, "a meeting followed"
    assert "No word on a promise" in page and "We shall answer" in page and "Not yet due" not in page
    assert "Still waiting for somebody" in page and "Wait for the ministry" in page
    assert "Review of who sees the case" in page and format_day(today + timedelta(days=90)) in page
    assert "Our own date; binds nobody. Source: House practice" in page and "10 working days on:" in page
    assert "legal deadline" not in page
    assert "EU regime 1 Mar 2020 – 28 Feb 2021, its last day has passed" in page


def test_the_database_dates_the_first_review_as_the_rule_does(act_as: ActAs, people: dict[str, Person]) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, level="restricted", lead=people["legal_officer"])
        session.refresh(case)
        assert case.review_due_on == reckon(house_rule("access_review"), clock.today()).due_on


def test_a_reader_hears_of_no_review_and_of_no_meeting_that_they_do_not_see(
    act_as: ActAs, client_of: ClientOf, people: dict[str, Person]
) -> None:
    day = clock.today() - timedelta(days=5)
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=people["legal_officer"])
        met = Engagement(
            kind="letter", occurred_on=day.isoformat(), sort_on=day, summary="Quiet letter", level="restricted"
        )
        session.add(met)
        session.flush()
        session.add_all(
            [EngagementCase(engagement_id=met.id, case_id=case.id), Participant(engagement_id=met.id, name="Ada")]
        )
    assert "Quiet letter" in words(client_of(people["legal_officer"]).get(f"/cases/{case.reference}/clocks"))
    page = words(client_of(people["coordinator"]).get(f"/cases/{case.reference}/clocks"))
    assert "Quiet letter" not in page and "Our own dates" not in page
