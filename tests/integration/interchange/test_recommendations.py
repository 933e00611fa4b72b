"""Recommendations in dossier files: taken in once, corrected with what stood before, refused with every fault."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.interchange.conftest import Import
from tracker.recommendations.models import (
    Assessment,
    Recommendation,
    RecommendationChange,
    Repetition,
    StatedFigures,
)

EARLY = {"ref": "A", "number": "130.2", "text": "Release those who were detained"}
LATE = {
    "ref": "B",
    "number": "138.45",
    "states": ["LT"],
    "text": "Release everybody",
    "position": "noted",
    "repeats": [{"case": "C1", "ref": "A"}],
    "assessments": [{"assessor": "NAM", "assessment": "not"}, {"assessor": "A coalition", "assessment": "partially"}],
}
STATED = {"ref": "F", "assessor": "NAM", "total": 266, "implemented": 2, "not_implemented": 226}


def file_with(recommendations: Any, figures: Any = ()) -> dict[str, Any]:
    event = {"occurred_on": "2020-11-02", "precision": "day", "status": "upr_reviewed", "summary": "Reviewed"}
    case: dict[str, Any] = {"pathway": "un_mechanism", "title": "A review", "events": [event]}
    case["details"] = {"subtype": "upr"}
    early = case | {"ref": "C1", "recommendations": [EARLY]}
    late = case | {
        "ref": "C2",
        "recommendations": recommendations,
        "stated_figures": None if figures is None else [*figures],
    }
    return {"format": "accountability-dossier/1", "sender": "elsewhere", "cases": [late, early]}


def test_the_same_file_twice_changes_nothing_and_a_correction_keeps_what_stood(
    session: Session, take_in: Import
) -> None:
    assert take_in(file_with([LATE], [STATED])).errors == []
    again = take_in(file_with([LATE], [STATED]))
    assert again.errors == [] and again.counts["unchanged"]["cases"] == 2
    first = select(Recommendation).where(Recommendation.ref == "B", Recommendation.voided_at.is_(None))
    row = session.scalars(first).one()
    assert (row.place, row.states, row.state_position) == ("00000138.00000045", ["LT"], "noted")
    assert session.scalars(select(Repetition.recommendation_id)).all() == [row.id]
    assert sorted(session.scalars(select(Assessment.assessor))) == ["A coalition", "NAM"]
    corrected = {"ref": "B", "number": "138.9", "position": "supported", "assessments": [
        {"assessor": "NAM", "assessment": "partially", "assessed_on": "2026"}]}  # fmt: skip
    counts = take_in(file_with([corrected], [STATED | {"total": 265}])).counts
    assert (counts["updated"]["cases"], counts["unchanged"]["cases"]) == (1, 1)
    session.refresh(row)
    assert (row.text, row.place, row.state_position) == ("Release everybody", "00000138.00000009", "supported")
    of_it = select(RecommendationChange).where(RecommendationChange.recommendation_id == row.id)
    changes = session.scalars(of_it.order_by(RecommendationChange.id)).all()
    assert [change.kind for change in changes] == ["entered", "corrected"]
    assert changes[1].before == {"number": "138.45", "state_position": "noted"}
    assert len(session.scalars(select(Assessment).where(Assessment.voided_at.is_(None))).all()) == 3
    totals = select(StatedFigures.total, StatedFigures.voided_at.is_(None)).order_by(StatedFigures.total)
    assert [tuple(one) for one in session.execute(totals)] == [(265, True), (266, False)]
    assert take_in(file_with(None, None)).counts["updated"]["cases"] == 1
    assert take_in(file_with(None, None)).counts["unchanged"]["cases"] == 2
    session.refresh(row)
    assert row.voided_at is not None, "kept, struck out"
    assert take_in(file_with([LATE], [STATED])).errors == [], "its name is free again"


def test_every_fault_is_told_where_it_stands_and_nothing_is_written(session: Session, take_in: Import) -> None:
    bad: dict[str, Any] = deepcopy(LATE) | {"number": "9" * 41, "repeats": [{"case": "C1", "ref": "Z"}]}
    bad["assessments"][1]["assessor"] = " "
    nothing = {"ref": "F2", "assessor": "NAM"}
    result = take_in(file_with([bad, {"ref": "D"}, LATE], [nothing, nothing | {"total": -1}]))
    assert sorted(finding.path for finding in result.errors) == [
        "cases[0].recommendations[0].assessments[1].assessor",
        "cases[0].recommendations[2].ref",
        "cases[0].stated_figures[1].ref",
        "cases[0].stated_figures[1].total",
    ]
    bad["assessments"] = []
    result = take_in(file_with([bad, {"ref": "D"}], [nothing]))
    assert sorted(finding.path for finding in result.errors) == [
        "cases[0].recommendations[0].number",
        "cases[0].recommendations[1].text",
        "cases[0].stated_figures[0].total",
    ]
    unknown = LATE | {"repeats": [{"case": "C1", "ref": "Z"}, {"case": "C9", "ref": "A"}]}
    paths = [finding.path for finding in take_in(file_with([unknown])).errors]
    assert paths == ["cases[0].recommendations[0].repeats[1].case"]
    unknown = LATE | {"repeats": [{"case": "C1", "ref": "Z"}]}
    paths = [finding.path for finding in take_in(file_with([unknown])).errors]
    assert paths == ["cases[0].recommendations[0].repeats[0].ref"]
    assert session.scalars(select(Recommendation)).all() == []
