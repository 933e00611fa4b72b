"""A table of recommendations from outside: which column is what, and what each row says. Pure but for words.

Nothing is lost in silence: what is assigned to no field is named, or goes into the note; what can't be read is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from tracker.cases.forms.entry import LONG, SHORT
from tracker.cases.vague_text import read_vague_or_near
from tracker.core.country_names import country_codes
from tracker.core.errors import Invalid
from tracker.recommendations.assessing import AssessmentFacts, require_assessment
from tracker.recommendations.rules import place_of
from tracker.recommendations.services import RecommendationFacts, settled
from tracker.recommendations.words import ASSESSMENT_WORDS, FIELD_WORDS, POSITION_WORDS, TARGET_WORDS

OWN = ("number", "text", "states", "state_position", "cycle", "theme")
OF_ASSESSMENT = ("assessor", "assessment", "assessed_on", "source")
NOTE = "note"
TARGETS = (*OWN, *OF_ASSESSMENT, NOTE)
"""What a column may hold; several may go into the note, everything else stands in one."""
_HEADINGS = {
    "number": "number|no|nr|№|para|paragraph|recommendation number|нумар|номер",
    "text": "recommendation|recommendations|text|recommendation text|full recommendation|рэкамендацыя|тэкст",
    "states": "recommended by|recommending state|recommending states|state|states|country|countries|"
    "recommending country|хто рэкамендуе|дзяржава",
    "state_position": "position of the state|position|state position|response|response of the state|position of state|"
    "пазіцыя дзяржавы|пазіцыя",
    "cycle": "cycle|upr cycle|цыкл",
    "theme": "theme|themes|topic|issue|тэма",
    "assessor": "assessor|assessed by|who assesses it|хто ацаніў|хто ацэньвае",
    "assessment": "assessment|implementation|status of implementation|level of implementation|ацэнка|выкананне",
    "assessed_on": "assessed on|date of assessment|дата ацэнкі",
    "source": "source|крыніца",
    NOTE: "note|notes|comment|comments|remark|нататка",
}
_POSITIONS = {
    "supported": "support|supports|accepted|enjoys the support",
    "supported_in_part": "partially supported|supported partially|partly supported|support in part",
    "considered_already_implemented": "already implemented|implemented already|considered implemented",
    "noted": "takes note|note|not supported|does not enjoy the support",
    "unknown": "unknown|pending|not known",
}
_ASSESSMENTS = {
    "implemented": "fully implemented",
    "partially": "partially implemented|partial|partly|partly implemented",
    "not": "not implemented|no|unimplemented",
    "not_assessed": "not assessed|n/a",
}
_LONGEST = {"text": LONG, "states": LONG, NOTE: LONG, "theme": SHORT, "assessor": SHORT, "source": SHORT}
"""Signs, as in the forms."""
_FIRST_ROWS = 40
"""Among how many the row with the headings is looked for."""

Mapped = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file. `head`: which of them holds the headings, counted from 0."""

    rows: Sequence[Sequence[str]]
    head: int

    @property
    def headings(self) -> list[str]:
        width = max((len(row) for row in self.rows[self.head :]), default=0)
        said = self.rows[self.head] if self.rows else ()
        return [*said, *[""] * (width - len(said))]


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says. `given`: fields of the recommendation that it fills; `line`: its number in the file."""

    line: int
    given: Mapping[str, object]
    assessment: AssessmentFacts | None = None
    faults: tuple[str, ...] = ()

    @property
    def key(self) -> object:
        """By what it is found again: its number, else its text and States."""
        number, states = self.given.get("number"), self.given.get("states")
        if number:
            return place_of(str(number))
        return plain_text(self.given.get("text")), frozenset(states if isinstance(states, tuple) else ())


@dataclass(slots=True)
class Reading:
    """All rows, and the headings of columns that are assigned to nothing though something stands there."""

    rows: list[Row] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _How:
    """How rows are read. `positions`, `assessments`: what each word for one means, put together once for all rows."""

    mapped: Mapped
    headings: Sequence[str]
    assessor: str
    today: date
    positions: Mapping[str, str]
    assessments: Mapping[str, str]


def plain_text(text: object) -> str:
    """By which two texts are the same."""
    return " ".join(str(text or "").split()).casefold()


def table_of(rows: Sequence[Sequence[str]]) -> Table:
    """The row with the most headings that are known is their row; else the first that holds two things."""
    first = rows[:_FIRST_ROWS]
    known = [sum(target is not None for target in _guess(row).values()) for row in first]
    best = max(known, default=0)
    if best >= 2:
        return Table(rows, known.index(best))
    filled = (place for place, row in enumerate(first) if sum(map(bool, row)) >= 2)
    return Table(rows, next(filled, 0))


def guessed(table: Table) -> dict[int, str]:
    """Column -> field, as far as the headings say so."""
    return {place: target for place, target in _guess(table.headings).items() if target is not None}


def narrowed(table: Table, mapped: Mapped, most: int) -> tuple[Table, dict[int, str]]:
    """The table with `most` columns: those that are known, then the first of the others, in the order of the file."""
    width = len(table.headings)
    if width <= most:
        return table, dict(mapped)
    others = (place for place in range(width) if place not in mapped)
    kept = sorted([*sorted(mapped), *others][:most])
    rows = [[row[place] if place < len(row) else "" for place in kept] for row in table.rows]
    return Table(rows, table.head), {new: mapped[old] for new, old in enumerate(kept) if old in mapped}


def _guess(headings: Sequence[str]) -> dict[int, str | None]:
    here = {_plain(str(words)): key for key, words in FIELD_WORDS.items()}
    here |= {word: key for key, words in _HEADINGS.items() for word in words.split("|")}
    found: dict[int, str | None] = {}
    for place, heading in enumerate(headings):
        target = here.get(_plain(heading))
        found[place] = target if target == NOTE or target not in found.values() else None
    return found


def read_rows(table: Table, mapped: Mapped, assessor: str, today: date) -> Reading:
    """What the rows below the headings say; `assessor` for those that name none."""
    headings = table.headings
    positions, assessments = _meanings(_POSITIONS, POSITION_WORDS), _meanings(_ASSESSMENTS, ASSESSMENT_WORDS)
    how = _How(mapped, headings, assessor, today, positions, assessments)
    reading = Reading()
    for place, cells in enumerate(table.rows[table.head + 1 :], table.head + 1):
        said = {column: cell.strip() for column, cell in enumerate(cells) if cell.strip()}
        if said:
            reading.rows.append(_row(place + 1, said, how))
    filled = {column for cells in table.rows[table.head + 1 :] for column, cell in enumerate(cells) if cell.strip()}
    reading.left_out = [headings[column] or _column_name(column) for column in sorted(filled - set(mapped))]
    return reading


def _row(line: int, said: Mapping[int, str], how: _How) -> Row:
    values = {target: said[column] for column, target in how.mapped.items() if column in said and target != NOTE}
    faults: list[str] = []
    given = _given(values, faults, how)
    notes = [(how.headings[column], cell) for column, cell in said.items() if how.mapped.get(column) == NOTE]
    if notes:
        is_alone = len([target for target in how.mapped.values() if target == NOTE]) == 1
        given[NOTE] = "\n".join(cell if is_alone or not heading else f"{heading}: {cell}" for heading, cell in notes)
    assessment = _assessment(values, faults, how)
    for name, said_of_it in (values | {NOTE: str(given.get(NOTE, ""))}).items():
        if len(said_of_it) > (most := _LONGEST.get(name, LONG)):
            faults.append(_("%(field)s: at most %(number)s signs.", field=str(TARGET_WORDS[name]), number=most))
    if not given.get("number") and not given.get("text"):
        faults.append(_("There is neither a number nor a text."))
    if not faults:
        facts = RecommendationFacts(**{"text": "…"} | given)  # type: ignore[arg-type]
        try:
            stands = settled(facts)
            given |= {name: stands[name] for name in ("number", "text") if name in given}
        except Invalid as problem:
            faults += [fault.message for fault in problem.faults]
    return Row(line, given, assessment, tuple(faults))


def _given(values: Mapping[str, str], faults: list[str], how: _How) -> dict[str, object]:
    given: dict[str, object] = {name: values[name] for name in ("number", "text", "theme") if name in values}
    if "states" in values:
        codes, unknown = country_codes(values["states"])
        given["states"] = tuple(codes)
        if unknown:
            faults.append(_("No country is known by the name: %(names)s.", names="; ".join(unknown)[:200]))
    if "state_position" in values:
        key = how.positions.get(_plain(values["state_position"]))
        given["state_position"] = key
        if key is None:
            faults.append(_not_meant(values["state_position"], POSITION_WORDS))
    if "cycle" in values:
        said = values["cycle"].removesuffix(".0")
        given["cycle"] = int(said) if said.isascii() and said.isdigit() and len(said) < 3 else None
        if given["cycle"] is None:
            faults.append(_("%(words)s is no number of a cycle.", words=said[:40]))
    return given


def _assessment(values: Mapping[str, str], faults: list[str], how: _How) -> AssessmentFacts | None:
    if "assessment" not in values:
        return None
    key = how.assessments.get(_plain(values["assessment"]))
    if key is None:
        faults.append(_not_meant(values["assessment"], ASSESSMENT_WORDS))
        return None
    try:
        day = read_vague_or_near(values.get("assessed_on", ""), how.today)
    except ValueError:
        faults.append(_("%(words)s is no date.", words=values["assessed_on"][:40]))
        return None
    facts = AssessmentFacts(values.get("assessor", how.assessor), key, day, values.get("source"))
    try:
        require_assessment(facts)
    except Invalid as problem:
        faults += [fault.message for fault in problem.faults]
    return facts


def _meanings(also: Mapping[str, str], words: Mapping[str, object]) -> Mapping[str, str]:
    """Which key each word means: itself, in the reader's language, or in the English of reports."""
    known = {_plain(str(shown)): key for key, shown in words.items()}
    known |= {word: key for key, others in also.items() for word in others.split("|")}
    return known | {_plain(key): key for key in words}


def _not_meant(said: str, words: Mapping[str, object]) -> str:
    allowed = ", ".join(str(one) for one in words.values())
    return str(_("%(words)s is none of: %(allowed)s.", words=said[:60], allowed=allowed))


def _plain(text: str) -> str:
    return re.sub(r"[\s_]+", " ", text).strip(" .:").casefold()


def _column_name(place: int) -> str:
    return str(_("column %(number)s", number=place + 1))
