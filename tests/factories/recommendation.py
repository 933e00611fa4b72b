"""Recommendations, for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.recommendations.models import Assessment, Recommendation, StatedFigures
from tracker.recommendations.rules import place_of


def make_recommendation(session: Session, case: Case, number: str | None = "138.45", **said: Any) -> Recommendation:
    """A recommendation of Lithuania's, whose position nobody has entered."""
    values = {"text": "Release those who were detained", "states": ["LT"], "cycle": 3} | said
    made = Recommendation(case_id=case.id, number=number, place=place_of(number), **values)
    session.add(made)
    session.flush()
    return made


def make_assessment(
    session: Session, recommendation: Recommendation, assessor: str = "NAM", assessment: str = "not", **said: Any
) -> Assessment:
    """What `assessor` says of it."""
    made = Assessment(recommendation_id=recommendation.id, assessor=assessor, assessment=assessment, **said)
    session.add(made)
    session.flush()
    return made


def make_figures(session: Session, case: Case, assessor: str = "NAM", **said: Any) -> StatedFigures:
    """The figures that the domain pages name for the third cycle, unless others are said."""
    values = said or {"total": 266, "implemented": 2, "not_implemented": 226}
    made = StatedFigures(case_id=case.id, assessor=assessor, **values)
    session.add(made)
    session.flush()
    return made
