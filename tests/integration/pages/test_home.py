"""Home: what it asks to decide, what is snoozed, Mine and Team, the row that adds work."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.factories.case import join, make_case
from tests.factories.commitment import make_commitment
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf, act_as, client_of, people
from tracker.accounts.models import Person
from tracker.cases.models import Case, Comment, CommentMention
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp
from tracker.pages.decisions import decisions_for

__all__ = ["act_as", "client_of", "people"]

People = dict[str, Person]
TODAY = clock.today("Europe/Warsaw")
"""Where the people of these tests live."""
PAST, LATER = TODAY - timedelta(days=400), TODAY + timedelta(days=9)


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=people["legal_officer"])
        case.last_event_on, case.gap_count = TODAY, 0
        return case


def decisions(act_as: ActAs, person: Person) -> list[tuple[str, str]]:
    with act_as(person) as session:
        return [(one.kind, one.text) for one in decisions_for(session, acting(person), TODAY)]


def undecided(act_as: ActAs, case: Case, person: Person) -> None:
    """Something of each kind on `case`, for `person`."""
    with act_as(OPERATOR) as session:
        case = session.get_one(Case, case.id)
        case.last_event_on, case.gap_count = PAST, 2
        make_follow_up(session, case, person, title="Moved", due_on=TODAY, due_to_check=LATER, due_by_hand=True)
        make_commitment(session, None, case, text="We will sign", due_on=PAST)
        comment = Comment(case_id=case.id, author_id=person.id, body="Please look")
        session.add(comment)
        session.flush()
        session.add(CommentMention(comment_id=comment.id, person_id=person.id))


def test_what_waits_for_the_lead_is_listed_by_kind(act_as: ActAs, people: People, case: Case) -> None:
    undecided(act_as, case, people["legal_officer"])
    assert decisions(act_as, people["legal_officer"]) == [
        ("mention", "Please look"),
        ("recheck", "Moved"),
        ("commitment", "We will sign"),
        ("stalled", "1"),
        ("gaps", "1"),
    ]
    assert decisions(act_as, people["other"]) == []


def test_nothing_is_asked_about_a_case_that_one_may_no_longer_see(act_as: ActAs, people: People) -> None:
    officer = people["legal_officer"]
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["other"])
        sealed.lead_id = officer.id  # what the list shows lags behind the memberships
    undecided(act_as, sealed, officer)
    assert decisions(act_as, officer) == []
    with act_as(OPERATOR) as session:
        join(session, sealed, officer, "lead")
    assert [kind for kind, _text in decisions(act_as, officer)] == [
        "mention", "recheck", "commitment", "stalled", "gaps",
    ]  # fmt: skip


def test_a_promise_made_at_a_sealed_meeting_is_asked_of_its_members_only(
    act_as: ActAs, people: People, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        other = make_case(session, level="sealed", lead=people["other"])
        meeting = make_engagement(session, other, level="sealed")
        make_commitment(session, meeting, case, text="In secret", due_on=PAST)
    assert decisions(act_as, people["legal_officer"]) == []
    with act_as(OPERATOR) as session:
        join(session, other, people["legal_officer"], "reader")
    assert decisions(act_as, people["legal_officer"]) == [("commitment", "In secret")]


def test_snoozed_work_is_hidden_from_its_assignee_until_its_day(
    act_as: ActAs, people: People, case: Case, client_of: ClientOf
) -> None:
    officer = people["legal_officer"]
    with act_as(OPERATOR) as session:
        make_follow_up(session, case, officer, title="Asleep", due_on=TODAY, snoozed_until=TODAY + timedelta(days=1))
        make_follow_up(session, case, officer, title="Awake again", due_on=TODAY, snoozed_until=TODAY)
    client = client_of(officer)
    mine, team = client.get("/").get_data(as_text=True), client.get("/?whose=team").get_data(as_text=True)
    assert "Awake again" in mine and "Asleep" not in mine
    assert "Asleep" in team


def test_counsel_has_no_team(act_as: ActAs, people: People, case: Case, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        join(session, case, people["outside_counsel"], "reader")
        make_follow_up(session, case, people["other"], title="Of another", due_on=TODAY)
    page = client_of(people["outside_counsel"]).get("/?whose=team").get_data(as_text=True)
    assert "Of another" not in page and "whose=team" not in page


def test_work_is_added_in_one_row(act_as: ActAs, people: People, case: Case, client_of: ClientOf) -> None:
    form = {"title": "Ring Riga", "case": f"{case.reference} · {case.title}", "assignee": str(people["other"].id)}
    answer = client_of(people["legal_officer"]).post("/follow-ups/quick", data=form | {"due": "+2"})
    assert answer.status_code == 303
    with act_as(OPERATOR) as session:
        made = session.query(FollowUp).one()
        assert (made.title, made.case_id, made.assignee_id) == ("Ring Riga", case.id, people["other"].id)
        assert made.due_on == TODAY + timedelta(days=2)


@pytest.mark.parametrize(("field", "typed"), [("case", "Latvia"), ("due", "some day"), ("title", "")])
def test_a_row_with_a_mistake_comes_back_as_it_was_typed(
    people: People, case: Case, client_of: ClientOf, act_as: ActAs, field: str, typed: str
) -> None:
    form = {"title": "Ring <Riga>", "case": case.reference, "assignee": "", "due": "+2"} | {field: typed}
    answer = client_of(people["legal_officer"]).post("/follow-ups/quick", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#quick-{field}"' in page and f'id="quick-{field}-error"' in page
    if field != "title":
        assert "Ring &lt;Riga&gt;" in page
    with act_as(OPERATOR) as session:
        assert session.query(FollowUp).count() == 0


def test_the_row_says_the_same_of_a_sealed_case_as_of_none(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["other"])
    client = client_of(people["legal_officer"])
    told = [
        re.sub(
            r"csrf_token\S+|ACC-\w+", "", client.post("/follow-ups/quick", data={"title": "x", "case": reference}).text
        )
        for reference in (sealed.reference, "ACC-0000AAAA")
    ]
    assert told[0].count("quick-case-error") == told[1].count("quick-case-error") == 2
    assert sealed.title not in told[0]
