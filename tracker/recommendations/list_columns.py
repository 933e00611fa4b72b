"""What a list of recommendations holds in a file."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import lazy_gettext as _l

from tracker.lists.cells import Value
from tracker.lists.columns import Column, ListKind
from tracker.recommendations.queries import Line
from tracker.recommendations.words import ASSESSMENT_WORDS, FIELD_WORDS, POSITION_WORDS, states_words

RECOMMENDATIONS = ListKind(
    "recommendations",
    "recommendations.recommendations",
    "recommendations.export_recommendations",
    _l("Recommendations"),
    (
        *(Column(key, FIELD_WORDS[key]) for key in ("number", "cycle", "text", "states", "state_position", "theme")),
        Column("assessments", _l("Assessments")),
        Column("note", FIELD_WORDS["note"]),
    ),
    ("number",),
)
"""`number` to `theme` are the columns that an import of a table reads again."""

_CELLS: dict[str, Callable[[Line], Value]] = {
    "number": lambda line: line.recommendation.number,
    "cycle": lambda line: line.recommendation.cycle,
    "text": lambda line: line.recommendation.text,
    "states": lambda line: states_words(line.recommendation.states),
    "state_position": lambda line: str(POSITION_WORDS[line.recommendation.state_position]),
    "theme": lambda line: line.recommendation.theme,
    "assessments": lambda line: "; ".join(
        f"{one.assessor}: {ASSESSMENT_WORDS[one.assessment]}{f' ({one.assessed_on})' if one.assessed_on else ''}"
        for one in line.latest
    ),
    "note": lambda line: line.recommendation.note,
}


def cell_of(line: Line, key: str) -> Value:
    return _CELLS[key](line)
