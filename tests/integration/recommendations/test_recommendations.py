"""Recommendations of a review: entered, filtered, corrected with what stood before, assessed by several who differ."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.person import acting
from tests.factories.recommendation import make_assessment, make_figures, make_recommendation
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case, CaseLink
from tracker.cases.services.removing import merge_cases
from tracker.core.actor import OPERATOR
from tracker.core.errors import Invalid
from tracker.recommendations import services
from tracker.recommendations.models import Assessment, Recommendation, RecommendationChange, Repetition, StatedFigures
from tracker.recommendations.services import RecommendationFacts

People = dict[str, Person]
FACTS = RecommendationFacts("Release everybody", number="138.45", states=("LT", "PL"))
REVIEWED = (("upr_reviewed", "2020-11-02"),)


def make_review(session: Any, lead: Person, cycle: int = 4, **said: Any) -> Case:
    details = {"subtype": "upr", "cycle": cycle}
    title = f"UPR of Belarus, cycle {cycle}"
    return make_case(
        session, REVIEWED, pathway="un_mechanism", lead=lead, **{"details": details, "title": title} | said
    )


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_review(session, people["legal_officer"])


def test_one_is_entered_corrected_and_keeps_what_stood(as_officer: FlaskClient, case: Case) -> None:
    here = f"/cases/{case.reference}/recommendations"
    assert f'href="{here}"' in as_officer.get(f"/cases/{case.reference}").text, "the case leads there"
    assert "No recommendation is entered" in words(as_officer.get(here))
    said = {"number": "138.45", "cycle": "4", "text": "", "states": "Lithuania, Atlantis", "state_position": "noted"}
    answer = as_officer.post(f"{here}/new", data=said)
    assert answer.status_code == 422
    assert "No country is known by the name: Atlantis" in words(answer) and "Lithuania, Atlantis" in answer.text
    said |= {"states": "Lithuania; Republic of Korea"}
    assert "Write down what is recommended." in words(as_officer.post(f"{here}/new", data=said))
    said |= {"text": "Release everybody", "theme": "Detention"}
    answer = as_officer.post(f"{here}/new", data=said)
    assert answer.status_code == 303
    own = answer.location
    second = as_officer.post(f"{here}/new", data=said)
    assert second.status_code == 422 and "Another recommendation here has this number." in words(second)
    page = words(as_officer.get(here))
    assert "138.45 Release everybody Detention Lithuania, South Korea Noted" in page
    changed = said | {"state_position": "supported", "version": "1", "reason": "The addendum says so"}
    assert as_officer.post(own, data=changed).status_code == 303
    page = words(as_officer.get(own))
    assert "Position of the State: Noted becomes Supported" in page and "The addendum says so" in page
    stale = as_officer.post(own, data=changed | {"state_position": "unknown"})
    assert stale.status_code == 409 and "Somebody else changed this recommendation" in words(stale)
    empty = as_officer.post(f"{own}/strike-out", data={"version": "2", "void_reason": ""})
    assert empty.status_code == 422 and "Say why." in words(empty)
    as_officer.post(f"{own}/strike-out", data={"version": "2", "void_reason": "Entered twice"})
    as_officer.get(here)
    assert "Struck out 1 138.45 Release everybody Entered twice" in words(as_officer.get(here))
    assert as_officer.get(own).status_code == 404


def test_the_list_is_narrowed_by_each_filter_and_paged(act_as: ActAs, as_officer: FlaskClient, case: Case) -> None:
    with act_as(OPERATOR) as session:
        for number in range(1, 56):
            make_recommendation(session, case, f"138.{number}", text=f"Text {number}", states=["PL"])
        first = make_recommendation(session, case, "9.1", text="Abolish the death penalty", state_position="noted")
        make_assessment(session, first, "NAM", "implemented", assessed_on="2024")
        make_assessment(session, first, "NAM", "not", assessed_on="2025-03")
        make_assessment(session, first, "A coalition", "partially")
        make_assessment(session, make_recommendation(session, case, "9.2", text="Second"), "NAM", "partially")
    here = f"/cases/{case.reference}/recommendations"

    def found(query: str) -> list[str]:
        return re.findall(r'data-label="Number" class="cell-when">([^<]+)<', as_officer.get(f"{here}?{query}").text)

    first_page = as_officer.get(here).text
    assert found("")[:4] == ["9.1", "9.2", "138.1", "138.2"] and len(found("")) == 50
    onward = re.search(r'rel="next" href="[^"]*\?([^"]+)"', first_page)
    assert onward
    assert found(unescape(onward[1])) == [f"138.{number}" for number in range(49, 56)]
    assert len(first_page.encode()) <= 60_000
    assert found("position=noted") == ["9.1"]
    assert found("state=LT") == ["9.1", "9.2"]
    assert found("q=death+138") == [] and found("q=DEATH+9.1") == ["9.1"]
    assert found("assessment=not") == ["9.1"] and found("assessment=implemented") == [], "the latest word counts"
    assert found("assessment=partially") == ["9.1", "9.2"] and found("assessment=partially&by=NAM") == ["9.2"]
    assert found("by=A+coalition") == ["9.1"]
    assert found("assessment=nobody&state=LT") == [] and len(found("assessment=nobody")) == 50
    assert found("assessment=nobody&by=A+coalition&state=LT") == ["9.2"]
    page = words(as_officer.get(f"{here}?position=noted"))
    assert "Partially implemented A coalition" in page and "Not implemented NAM" in page and "They differ." in page
    assert "Your filters hide 57 recommendations." in words(as_officer.get(f"{here}?q=nothing+such"))


def test_assessors_stand_beside_each_other_and_a_wrong_one_is_struck_out(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        row = make_recommendation(session, case)
        make_assessment(session, row, "Viasna", "partially", source="Report of 2025")
    own = f"/cases/{case.reference}/recommendations/{row.id}"
    wrong = as_officer.post(f"{own}/assessments", data={"assessor": " ", "assessment": "perhaps"})
    assert wrong.status_code == 422
    assert "Say who assesses it." in words(wrong) and "Choose one of the kinds offered." in words(wrong)
    said = {"assessor": "viasna", "assessment": "not", "assessed_on": "March 2026", "assessment_source": "Report"}
    assert as_officer.post(f"{own}/assessments", data=said).status_code == 303
    said |= {"assessor": "NAM", "assessment": "implemented"}
    assert as_officer.post(f"{own}/assessments", data=said).status_code == 303
    page = words(as_officer.get(own))
    assert "Not implemented Viasna March 2026 · Report" in page, "spelt as it is spelt here"
    assert "Partially implemented Viasna day unknown · Report of 2025" in page and "Implemented NAM" in page
    with act_as(OPERATOR) as session:
        wrong_one = session.scalars(select(Assessment.id).where(Assessment.assessment == "not")).one()
    assert as_officer.post(f"{own}/assessments/{wrong_one}/strike-out").status_code == 303
    page = words(as_officer.get(own))
    assert "Viasna: Not implemented struck out · Entered by mistake" in page
    assert as_officer.post(f"{own}/assessments/{wrong_one}/strike-out").status_code == 404
    with act_as(OPERATOR) as session:
        of_it = select(AuditEntry.action).where(AuditEntry.object_id == row.id).order_by(AuditEntry.at, AuditEntry.id)
        actions = session.scalars(of_it).all()
    assert actions == ["recommendation.assessed"] * 2 + ["recommendation.assessment_struck_out"]


def test_figures_are_shown_as_stated_and_what_does_not_add_up_is_said(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    here = f"/cases/{case.reference}/recommendations/figures"
    assert "Nobody's figures are entered" in words(as_officer.get(here))
    nothing = as_officer.post(here, data={"assessor": "NAM"})
    assert nothing.status_code == 422 and "Write down at least one figure." in words(nothing)
    assert as_officer.post(here, data={"assessor": "NAM", "total": "many"}).status_code == 422
    said = {"assessor": "NAM", "total": "266", "implemented": "2", "not_implemented": "226", "source": "S1"}
    assert as_officer.post(here, data=said).status_code == 303
    page = words(as_officer.get(here))
    assert "2 (Implemented) + 226 (Not implemented) = 228; Recommendations: 266." in page
    assert "38 are left: the source does not say what became of them" in page
    assert "(Partially implemented, Not assessed: not stated)" in page
    assert "does not add up" not in page, "what a source leaves open is no fault"
    with act_as(OPERATOR) as session:
        coalition = {"total": 266, "assessed": 252, "implemented": 2, "partially": 24, "not_implemented": 226}
        make_figures(session, case, "The coalition", **coalition, not_assessed=14)
        make_figures(session, case, "Somebody", total=10, implemented=4, partially=4, not_implemented=4, not_assessed=1)
        for number, assessment in enumerate(("not", "not", "partially"), 1):
            row = make_recommendation(session, case, f"1.{number}", state_position="noted")
            make_assessment(session, row, "The coalition", assessment)
        make_assessment(session, make_recommendation(session, case, "1.4"), "Nobody's report", "not_assessed")
        make_event(session, case, 5, "2021-03-16", "upr_outcome_adopted", facts={"supported": 0, "noted": 5})
    page = words(as_officer.get(here))
    assert "2 (Implemented) + 24 (Partially implemented) + 226 (Not implemented) + 14 (Not assessed) = 266" in page
    assert "252 (Assessed) + 14 (Not assessed) = 266; Recommendations: 266. That adds up." in page
    assert (
        "does not add up 4 (Implemented) + 4 (Partially implemented) + 4 (Not implemented) + 1 (Not assessed)" in page
    )
    assert "That does not add up: the parts come to 3 more than the whole." in page
    assert "Not implemented: 226 stated, 2 counted here." in page
    assert "1 recommendation has no assessment of theirs here." in page
    assert "Nobody's report States no figures" in page
    assert "the history says otherwise Noted: 5 stated, 3 counted here." in page and "Supported: 0" not in page
    with act_as(OPERATOR) as session:
        stated = session.scalars(select(StatedFigures).where(StatedFigures.assessor == "Somebody")).one()
        assert (stated.total, stated.not_implemented) == (10, 4), "nothing is corrected"
    assert as_officer.post(f"{here}/{stated.id}/strike-out").status_code == 303
    as_officer.get(here)
    assert "Somebody" not in words(as_officer.get(here))
    assert as_officer.post(f"{here}/{stated.id}/strike-out").status_code == 404


def test_cycles_are_a_chain_seen_as_far_as_both_ends_are(
    act_as: ActAs, as_officer: FlaskClient, client_of: ClientOf, people: People, case: Case
) -> None:
    lead = people["legal_officer"]
    with act_as(OPERATOR) as session:
        third = make_review(session, lead, 3, title="Third cycle")
        hidden = make_review(session, people["other"], 5, title="Quicksilver", level="restricted")
        other_state = make_review(session, lead, 2, details={"cycle": 2, "state_under_review": "PL"})
        case = session.merge(case)
        case.details = case.details | {"state_under_review": "BY"}
        for to in (third, hidden, other_state):
            session.add(CaseLink(from_case_id=case.id, to_case_id=to.id, kind="related"))
        make_recommendation(session, third, "130.2", text="Said before")
        secret = make_recommendation(session, hidden, "150.1", text="Quicksilver")
    here = f"/cases/{case.reference}/recommendations"
    assert "Cycle before: Third cycle" in words(as_officer.get(here))
    assert "Cycle after: UPR of Belarus, cycle 4" in words(as_officer.get(f"/cases/{third.reference}/recommendations"))
    said = {"number": "138.45", "cycle": "4", "text": "Again", "state_position": "unknown", "repeats": "130.9"}
    answer = as_officer.post(f"{here}/new", data=said)
    assert f"There is no recommendation 130.9 in {third.reference}." in words(answer)
    made = as_officer.post(f"{here}/new", data=said | {"repeats": "130.2"})
    assert "Repeats 130.2 (Third cycle)" in words(as_officer.get(made.location))
    with act_as(OPERATOR) as session:
        row = session.scalars(select(Recommendation).where(Recommendation.text == "Again")).one()
        session.add(Repetition(recommendation_id=row.id, predecessor_id=secret.id))
        before = session.scalars(select(Recommendation).where(Recommendation.text == "Said before")).one()
    early = as_officer.get(f"/cases/{third.reference}/recommendations/{before.id}")
    assert "Made again as 138.45 (UPR of Belarus, cycle 4)" in words(early)
    assert "Quicksilver" not in as_officer.get(made.location).text
    taken_away = as_officer.post(made.location, data=said | {"repeats": "", "version": "1"})
    assert taken_away.status_code == 303 and "Repeats 130.2" not in words(as_officer.get(made.location))
    with act_as(OPERATOR) as session:
        left = session.scalars(select(Repetition.predecessor_id)).all()
        assert left == [secret.id], "what the officer doesn't see stays"
    none = as_officer.post(f"/cases/{third.reference}/recommendations/new", data=said | {"repeats": "1.1"})
    assert "No case of the cycle before is linked with this one." in words(none)


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"text": " "}, "text"),
        ({"state_position": "liked"}, "state_position"),
        ({"states": ("QQ",)}, "states"),
        ({"number": "1" * 41}, "number"),
        ({"cycle": 0}, "cycle"),
    ],
)
def test_what_does_not_hold_is_refused_at_its_field(said: dict[str, Any], path: str) -> None:
    facts = {name: getattr(FACTS, name) for name in RecommendationFacts.__slots__}
    with pytest.raises(Invalid) as caught:
        services.settled(RecommendationFacts(**facts | said))
    assert [fault.path for fault in caught.value.faults] == [path]


def test_only_who_sees_a_restricted_case_sees_its_recommendations(
    act_as: ActAs, client_of: ClientOf, people: People
) -> None:
    with act_as(OPERATOR) as session:
        case = make_review(session, people["other"], level="restricted")
        row = make_recommendation(session, case)
    for role, status in (("other", 200), ("legal_officer", 404), ("coordinator", 404), ("head", 404)):
        client = client_of(people[role])
        for path in ("", "/figures", f"/{row.id}"):
            assert client.get(f"/cases/{case.reference}/recommendations{path}").status_code == status, (role, path)


def test_the_list_goes_into_a_file_as_it_is_narrowed(act_as: ActAs, as_officer: FlaskClient, case: Case) -> None:
    with act_as(OPERATOR) as session:
        row = make_recommendation(session, case, text="=Abolish", state_position="noted")
        make_assessment(session, row, "NAM", "not", assessed_on="2025")
        make_recommendation(session, case, "9.9", text="Not in it")
    answer = as_officer.post(f"/cases/{case.reference}/recommendations/export?position=noted", data={"format": "csv"})
    assert answer.status_code == 200 and 'filename="recommendations-' in answer.headers["Content-Disposition"]
    lines = answer.get_data(as_text=True).splitlines()
    assert lines[-1] == "138.45,3,'=Abolish,Lithuania,Noted,,NAM: Not implemented (2025),"
    assert "Not in it" not in answer.text
    spreadsheet = as_officer.post(f"/cases/{case.reference}/recommendations/export", data={"format": "xlsx"})
    assert spreadsheet.data.startswith(b"PK")


def test_all_goes_along_when_cases_are_merged(act_as: ActAs, people: People) -> None:
    lead = people["legal_officer"]
    with act_as(OPERATOR) as session:
        kept, gone = (make_review(session, lead) for _number in range(2))
        for one in (kept, gone):
            make_recommendation(session, one, ref="R1", text=f"On {one.reference}")
            make_figures(session, one, ref="F1", total=1)
    actor = acting(lead)
    with act_as(actor) as session:
        merge_cases(session, actor, gone.id, kept.reference, "The same", gone.reference, gone.version)
        for model in (Recommendation, StatedFigures):
            assert set(session.scalars(select(model.case_id))) == {kept.id}
            assert len(set(session.scalars(select(model.ref)))) == 2, "a name of the file's is one row's alone"


def test_a_correction_that_says_the_same_changes_nothing(act_as: ActAs, people: People, case: Case) -> None:
    officer = acting(people["legal_officer"])
    with act_as(officer) as session:
        row = services.enter_recommendation(session, officer, case.id, FACTS)
        facts = RecommendationFacts(" Release everybody ", number="138.45", states=("LT", "PL", "LT"), cycle=4)
        services.correct_recommendation(session, officer, case.id, row.id, facts, None, 1)
        assert row.version == 1
        kinds = session.scalars(select(RecommendationChange.kind).order_by(RecommendationChange.id)).all()
    assert kinds == ["entered"]
