"""What the columns and rows of a table mean: guessed by their headings, and every row that can't be read says why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel

from tracker.recommendations.assessing import AssessmentFacts
from tracker.recommendations.tables import guessed, read_rows, table_of

TODAY = date(2026, 5, 1)
_FIELDS = ("number", "text", "states", "state_position", "theme", "note")
HEADS = ["Number", "Recommendation", "Recommending States", "Position", "Theme", "Remark"]


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def test_headings_are_found_below_words_about_the_file() -> None:
    table = table_of([["Classification", "Internal"], ["Rows", "2"], [], HEADS, ["138.1", "Release"]])
    assert table.head == 3
    assert guessed(table) == {0: "number", 1: "text", 2: "states", 3: "state_position", 4: "theme", 5: "note"}


def test_unknown_headings_are_assigned_to_nothing_and_no_field_to_two_columns() -> None:
    table = table_of([["A", "B"], ["x", "y"]])
    assert (table.head, guessed(table)) == (0, {})
    assert guessed(table_of([["No.", "Text", "Recommendation", "Comments", "Note"]])) == {
        0: "number",
        1: "text",
        3: "note",
        4: "note",
    }


def test_rows_are_read_by_the_columns_that_were_chosen() -> None:
    heads = [*HEADS, "Assessed by", "Implementation", "Assessed on", "Source", "Unknown", ""]
    row = ["138.1", " Release ", "Lithuania; Poland", "does not enjoy the support", "Detention", "n"]
    row += ["NAM", "Not implemented", "March 2026", "Report", "odd", "loose"]
    table = table_of([heads, row, [], ["", "", "", ""], ["138.2", "Abolish"]])
    reading = read_rows(table, guessed(table), "", TODAY)
    first, second = reading.rows
    assert (first.line, first.faults) == (2, ())
    assert first.given == {
        "number": "138.1",
        "text": "Release",
        "states": ("LT", "PL"),
        "state_position": "noted",
        "theme": "Detention",
        "note": "n",
    }
    assert first.assessment == AssessmentFacts("NAM", "not", "2026-03", "Report")
    assert (second.line, second.given, second.assessment) == (5, {"number": "138.2", "text": "Abolish"}, None)
    assert reading.left_out == ["Unknown", "column 12"], "nothing is lost in silence"


def test_several_columns_in_the_note_keep_their_headings() -> None:
    table = table_of([["Number", "Text", "Note", "SDG"], ["1", "x", "first", "16.3"]])
    row = read_rows(table, guessed(table) | {3: "note"}, "", TODAY).rows[0]
    assert row.given["note"] == "Note: first\nSDG: 16.3"


@pytest.mark.parametrize(
    ("heads", "cells", "fault"),
    [
        (["Number", "States"], ["1", "Atlantis"], "No country is known by the name: Atlantis."),
        (["Number", "Position"], ["1", "liked"], "liked is none of: Supported, Supported in part"),
        (["Number", "Cycle"], ["1", "third"], "third is no number of a cycle."),
        (["Number", "Theme"], ["", "x"], "There is neither a number nor a text."),
        (["Number", "Text"], ["1" * 41, "x"], "A number has at most 40 signs."),
        (["Number", "Assessment"], ["1", "perhaps"], "perhaps is none of: Implemented"),
        (["Number", "Assessment"], ["1", "not"], "Say who assesses it."),
        (["Number", "Assessment", "Assessor", "Assessed on"], ["1", "not", "NAM", "soon"], "soon is no date."),
    ],
)
def test_what_a_row_says_wrongly_is_told(heads: list[str], cells: list[str], fault: str) -> None:
    table = table_of([heads, cells])
    row = read_rows(table, guessed(table), "", TODAY).rows[0]
    assert len(row.faults) == 1 and row.faults[0].startswith(fault)


def test_an_assessor_named_for_the_whole_table_counts_where_the_row_names_none() -> None:
    table = table_of([["Number", "Assessment", "Assessor"], ["1", "partial", ""], ["2", "fully implemented", "B"]])
    rows = read_rows(table, guessed(table), "A coalition", TODAY).rows
    assert [row.assessment and (row.assessment.assessor, row.assessment.assessment) for row in rows] == [
        ("A coalition", "partially"),
        ("B", "implemented"),
    ]


@pytest.mark.parametrize(("place", "most"), [(1, 20_000), (2, 20_000), (4, 500), (5, 20_000)])
def test_what_no_form_would_take_is_too_long_in_a_table_too(place: int, most: int) -> None:
    """Text, States, theme, note: a page with it would be as long."""
    row = ["138.1", "Release", "Lithuania", "Noted", "Detention", "Said"]
    long = "LT," * most if place == 2 else "x" * (most + 1)
    for said, is_wrong in ((long[:most], False), (long[: most + 1], True)):
        row[place] = said
        (read,) = read_rows(table_of([HEADS, row]), dict(enumerate(_FIELDS)), "", TODAY).rows
        assert any(f"at most {most} signs" in fault for fault in read.faults) == is_wrong


def test_an_assessor_may_be_called_no_longer_than_in_the_form() -> None:
    rows = [["Number", "Assessor", "Assessment", "Source"], ["138.1", "A" * 501, "implemented", "S" * 501]]
    (read,) = read_rows(table_of(rows), {0: "number", 1: "assessor", 2: "assessment", 3: "source"}, "", TODAY).rows
    assert len(read.faults) == 2 and all("at most 500 signs" in fault for fault in read.faults)


def test_the_words_for_positions_are_looked_up_once_and_not_for_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking a catalogue nine times a row made up half of the time that a long table takes."""
    asked: list[str] = []

    class Spoken:
        def __str__(self) -> str:
            asked.append("word")
            return "Noted"

    monkeypatch.setattr("tracker.recommendations.tables.POSITION_WORDS", {"noted": Spoken()})
    rows = [["138.1", "Release", "Lithuania", "Noted", "Detention", "Said"]] * 20
    read = read_rows(table_of([HEADS, *rows]), dict(enumerate(_FIELDS)), "", TODAY).rows
    assert all(row.given["state_position"] == "noted" for row in read) and len(asked) == 1
