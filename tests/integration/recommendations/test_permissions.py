"""Who may write about recommendations: each page, each service and PostgreSQL refuse by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from tests.factories.person import acting
from tests.integration.recommendations.test_recommendations import FACTS, make_review
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR, Actor
from tracker.core.errors import Conflict, NotPermitted, NotVisible
from tracker.recommendations import assessing, importing, services
from tracker.recommendations.assessing import AssessmentFacts, StatedFacts
from tracker.recommendations.models import Recommendation

People = dict[str, Person]
Deed = Callable[[Session, Actor, "Entered"], Any]


@dataclass(frozen=True)
class Entered:
    """What an officer entered on a case: a recommendation, what an assessor says of it, and figures."""

    case: Case
    row: Recommendation
    said_id: UUID
    stated_id: UUID

    @property
    def known(self) -> dict[str, UUID]:
        return {"row": self.row.id, "case": self.case.id, "said": self.said_id, "stated": self.stated_id}


@pytest.fixture
def entered(act_as: ActAs, people: People) -> Entered:
    officer = acting(people["legal_officer"])
    with act_as(OPERATOR) as session:
        case = make_review(session, people["legal_officer"])
    with act_as(officer) as session:
        row = services.enter_recommendation(session, officer, case.id, FACTS)
        stated = assessing.state_figures(session, officer, case.id, StatedFacts("NAM", total=266))
        said = assessing.assess(session, officer, case.id, row.id, AssessmentFacts("NAM", "not"))
        assert row.cycle == 4, "that of its case"
        with pytest.raises(Conflict):
            services.strike_out_recommendation(session, officer, case.id, row.id, "No", 7)
    return Entered(case, row, said.id, stated.id)


DEEDS: dict[str, Deed] = {
    "enter": lambda s, a, it: services.enter_recommendation(s, a, it.case.id, FACTS),
    "correct": lambda s, a, it: services.correct_recommendation(s, a, it.case.id, it.row.id, FACTS, None),
    "strike out": lambda s, a, it: services.strike_out_recommendation(s, a, it.case.id, it.row.id, "No", 1),
    "assess": lambda s, a, it: assessing.assess(s, a, it.case.id, it.row.id, AssessmentFacts("NAM", "not")),
    "strike an assessment out": lambda s, a, it: assessing.strike_out_assessment(
        s, a, it.case.id, it.row.id, it.said_id, "No"
    ),
    "state figures": lambda s, a, it: assessing.state_figures(s, a, it.case.id, StatedFacts("NAM", total=1)),
    "strike figures out": lambda s, a, it: assessing.strike_out_figures(s, a, it.case.id, it.stated_id, "No"),
    "take a table in": lambda s, a, it: importing.take(s, a, it.case.id, [], "A table"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_readers_do_nothing_by_a_service(act_as: ActAs, people: People, entered: Entered, deed: str) -> None:
    coordinator = acting(people["coordinator"])
    with act_as(coordinator) as session:
        assert session.get(Recommendation, entered.row.id) is not None
        with pytest.raises(NotPermitted):
            DEEDS[deed](session, coordinator, entered)
    stranger = acting(people["outside_counsel"])
    with act_as(stranger) as session, pytest.raises(NotVisible):
        DEEDS[deed](session, stranger, entered)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE recommendations SET state_position = 'supported' WHERE id = :row",
        "INSERT INTO recommendations (id, case_id, ref, place, states, text, state_position, created_at, version)"
        " VALUES (uuidv7(), :case, 'x', '~', '{}', 'x', 'noted', now(), 1)",
        "INSERT INTO recommendation_changes (id, recommendation_id, kind, before, after, by_id, at)"
        " VALUES (uuidv7(), :row, 'corrected', '{}', '{}', :who, now())",
        "INSERT INTO recommendation_assessments (id, recommendation_id, assessor, assessment, entered_at)"
        " VALUES (uuidv7(), :row, 'NAM', 'implemented', now())",
        "UPDATE recommendation_assessments SET assessment = 'implemented' WHERE id = :said",
        "UPDATE stated_figures SET total = 1 WHERE id = :stated",
        "INSERT INTO recommendation_repetitions (recommendation_id, predecessor_id) VALUES (:row, :row)",
        "DELETE FROM recommendations WHERE id = :row",
        "DELETE FROM recommendation_assessments WHERE id = :said",
        "UPDATE recommendation_changes SET reason = 'x' WHERE recommendation_id = :row",
    ],
)
def test_readers_write_nothing_past_the_service(
    act_as: ActAs, people: People, entered: Entered, statement: str
) -> None:
    coordinator = acting(people["coordinator"])
    with pytest.raises(ProgrammingError), act_as(coordinator) as session:
        session.execute(text(statement), entered.known | {"who": coordinator.person_id})


@pytest.fixture
def as_coordinator(client_of: ClientOf, people: People) -> FlaskClient:
    return client_of(people["coordinator"])


@pytest.mark.parametrize(
    "path",
    [
        *("/new", "/{row}", "/{row}/strike-out", "/{row}/assessments", "/{row}/assessments/{said}/strike-out"),
        *("/figures", "/figures/{stated}/strike-out", "/import", "/import/confirm"),
    ],
)
def test_readers_send_no_form(as_coordinator: FlaskClient, entered: Entered, path: str) -> None:
    here = f"/cases/{entered.case.reference}/recommendations"
    assert as_coordinator.post(here + path.format(**entered.known)).status_code == 403


def test_readers_see_what_stands_and_no_way_to_change_it(
    as_coordinator: FlaskClient, client_of: ClientOf, people: People, entered: Entered
) -> None:
    here = f"/cases/{entered.case.reference}/recommendations"
    for path in ("/new", "/import"):
        assert as_coordinator.get(here + path).status_code == 403
    ways = {
        here: "Take a table in",
        f"{here}/{entered.row.id}": "Enter an assessment",
        f"{here}/figures": "Enter what somebody states",
    }
    for path, words in ways.items():
        page = as_coordinator.get(path)
        assert page.status_code == 200 and words not in page.text, path
    officer = client_of(people["legal_officer"])
    for path, words in ways.items():
        assert words in officer.get(path).text, path
