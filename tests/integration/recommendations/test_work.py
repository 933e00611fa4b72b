"""Follow-ups made from a recommendation: shown on both pages, made by whoever makes work, seen where both are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting, make_person
from tests.factories.recommendation import make_recommendation
from tests.integration.recommendations.test_recommendations import make_review
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR
from tracker.core.errors import NotPermitted, NotVisible
from tracker.followups.models import FollowUp
from tracker.recommendations import work
from tracker.recommendations.models import Recommendation, RecommendationFollowUp

People = dict[str, Person]
TIE = "INSERT INTO recommendation_follow_ups (follow_up_id, recommendation_id) VALUES (:work, :row)"


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_review(session, people["legal_officer"])


@pytest.fixture
def row(act_as: ActAs, case: Case) -> Recommendation:
    with act_as(OPERATOR) as session:
        return make_recommendation(session, case)


def address(case: Case, row: Recommendation) -> str:
    return f"/cases/{case.reference}/recommendations/{row.id}"


def test_work_is_made_from_a_recommendation_and_each_leads_to_the_other(
    act_as: ActAs, client_of: ClientOf, people: People, case: Case, row: Recommendation
) -> None:
    coordinator = client_of(people["coordinator"])
    own = address(case, row)
    page = coordinator.get(own)
    assert 'value="Recommendation 138.45: Release those who were detained"' in page.text
    assert "Correct it" not in words(page), "whoever makes work need not record facts"
    for said in ({"title": " "}, {"title": "Ask Vilnius", "due": "whenever"}):
        wrong = coordinator.post(f"{own}/follow", data=said)
        assert wrong.status_code == 422 and 'aria-invalid="true"' in wrong.text
    assert coordinator.post(f"{own}/follow", data={"title": "Ask Vilnius", "due": "2027-12-01"}).status_code == 303
    assert coordinator.post(f"{own}/follow", data={"title": "Ask Riga"}).status_code == 303
    assert "Follow-ups Ask Vilnius 1 Dec 2027 Ask Riga" in words(coordinator.get(own))
    with act_as(OPERATOR) as session:
        made = session.scalars(select(FollowUp).where(FollowUp.title == "Ask Vilnius")).one()
        assert (made.case_id, made.due_on, made.assignee_id) == (case.id, date(2027, 12, 1), people["coordinator"].id)
    there = coordinator.get(f"/follow-ups/{made.id}")
    assert "From a recommendation 138.45" in words(there) and f'href="{own}"' in there.text
    with act_as(OPERATOR) as session:
        session.get_one(Recommendation, row.id).voided_at = made.created_at
    assert "From a recommendation" not in words(coordinator.get(f"/follow-ups/{made.id}")), "struck out"


def test_a_long_recommendation_without_a_number_is_quoted_by_its_beginning(case: Case) -> None:
    row = Recommendation(case_id=case.id, text="Release " * 40)
    assert work.title_for(row).startswith("Recommendation: Release Release")
    assert work.title_for(row).endswith("…") and len(work.title_for(row)) < 150


def test_whoever_makes_no_work_makes_none_here(
    act_as: ActAs, client_of: ClientOf, people: People, case: Case, row: Recommendation
) -> None:
    head = client_of(people["head"])
    assert "Make a follow-up" not in head.get(address(case, row)).text
    assert head.post(f"{address(case, row)}/follow", data={"title": "Ask Vilnius"}).status_code == 403


def test_the_service_refuses_whoever_makes_no_work_and_what_stands_on_another_case(
    act_as: ActAs, people: People, case: Case, row: Recommendation
) -> None:
    reader = acting(people["head"])
    with pytest.raises(NotPermitted), act_as(reader) as session:
        work.follow(session, reader, case, row.id, "Ask Vilnius", None, None)
    stranger = acting(people["outside_counsel"])
    with pytest.raises(NotVisible), act_as(stranger) as session:
        work.follow(session, stranger, case, row.id, "Ask Vilnius", None, None)
    officer = acting(people["legal_officer"])
    with act_as(OPERATOR) as session:
        other = make_review(session, people["legal_officer"], 3)
    with pytest.raises(NotVisible), act_as(officer) as session:
        work.follow(session, officer, other, row.id, "Ask Vilnius", None, None)


def test_postgresql_ties_work_to_what_stands_on_its_case_for_whoever_makes_work(
    act_as: ActAs, people: People, case: Case, row: Recommendation
) -> None:
    officer = acting(people["legal_officer"])
    with act_as(OPERATOR) as session:
        other = make_review(session, people["legal_officer"], 3)
        elsewhere, here = make_follow_up(session, other), make_follow_up(session, case)
    for who in ("head", "outside_counsel"):
        with pytest.raises(ProgrammingError), act_as(acting(people[who])) as session:
            session.execute(text(TIE), {"work": here.id, "row": row.id})
    with pytest.raises(ProgrammingError), act_as(officer) as session:
        session.execute(text(TIE), {"work": elsewhere.id, "row": row.id})
    with act_as(officer) as session:
        session.execute(text(TIE), {"work": here.id, "row": row.id})
    for statement in (
        "UPDATE recommendation_follow_ups SET follow_up_id = :work",
        "DELETE FROM recommendation_follow_ups",
    ):
        with pytest.raises(ProgrammingError), act_as(officer) as session:
            session.execute(text(statement), {"work": elsewhere.id})


def test_work_that_is_more_secret_than_its_recommendation_is_shown_to_few(
    act_as: ActAs, client_of: ClientOf, people: People, case: Case, row: Recommendation
) -> None:
    with act_as(OPERATOR) as session:
        quiet = make_follow_up(session, case, title="Quicksilver", level="restricted")
        session.add(RecommendationFollowUp(follow_up_id=quiet.id, recommendation_id=row.id))
    shown: dict[str, Any] = {who: client_of(people[who]).get(address(case, row)) for who in ("legal_officer", "head")}
    assert "Quicksilver" in words(shown["legal_officer"]), "who leads the case"
    assert "Quicksilver" not in words(shown["head"])


def test_work_handed_over_to_another_case_leaves_the_page(
    act_as: ActAs, client_of: ClientOf, people: People, case: Case, row: Recommendation
) -> None:
    officer = client_of(people["legal_officer"])
    with act_as(OPERATOR) as session:
        lead = make_person(session, "legal_officer")
        gone = make_follow_up(session, case, title="Ask Vilnius")
        session.add(RecommendationFollowUp(follow_up_id=gone.id, recommendation_id=row.id))
    assert "Ask Vilnius" in words(officer.get(address(case, row)))
    with act_as(OPERATOR) as session:
        session.get_one(FollowUp, gone.id).case_id = make_review(session, lead, 3).id
    assert "Ask Vilnius" not in words(officer.get(address(case, row)))
    assert "From a recommendation" not in words(officer.get(f"/follow-ups/{gone.id}"))
