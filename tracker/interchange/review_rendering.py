"""The recommendations of a case as objects of the format."""

from __future__ import annotations

from typing import Any

from tracker.cases.models import Case
from tracker.interchange.selecting import Selection
from tracker.interchange.writing_out import Names, filled
from tracker.recommendations.models import Recommendation, StatedFigures
from tracker.recommendations.rules import NAMES


def review(names: Names, chosen: Selection, row: Case) -> dict[str, Any]:
    """Nothing where none are entered."""
    return filled(
        recommendations=[_recommendation(names, chosen, one) for one in chosen.recommendations.get(row.id, ())],
        stated_figures=[_figures(one) for one in chosen.stated_figures.get(row.id, ())],
    )


def _recommendation(names: Names, chosen: Selection, row: Recommendation) -> dict[str, Any]:
    repeated = (chosen.recommendation(one.predecessor_id) for one in chosen.repetitions.get(row.id, ()))
    return filled(
        ref=row.ref,
        cycle=row.cycle,
        number=row.number,
        states=list(row.states),
        text=row.text,
        position=row.state_position,
        theme=row.theme,
        note=row.note,
        repeats=[{"case": names.ref(chosen.row(one.case_id)), "ref": one.ref} for one in repeated],
        assessments=[
            filled(
                assessor=one.assessor,
                assessment=one.assessment,
                assessed_on=one.assessed_on,
                source=one.source,
                note=one.note,
            )
            for one in chosen.assessments.get(row.id, ())
        ],
    )


def _figures(row: StatedFigures) -> dict[str, Any]:
    figures = {name: getattr(row, name) for name in NAMES}
    return filled(ref=row.ref, assessor=row.assessor, stated_on=row.stated_on, **figures, source=row.source,
                  note=row.note)  # fmt: skip
