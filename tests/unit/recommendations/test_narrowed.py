"""A table that is wider than a page can offer."""

from __future__ import annotations

from tracker.recommendations.tables import Table, narrowed

ROWS = [
    ["Goal", "Target", "Year", "Number", "Text"],
    ["1", "2", "2026", "138.1", "Ratify"],
    ["1", "2", "2027", "138.2"],
]


def test_what_is_known_stays_and_then_the_first_of_the_others() -> None:
    table, mapped = narrowed(Table(ROWS, 0), {3: "number", 4: "text"}, 3)
    assert table.rows == [["Goal", "Number", "Text"], ["1", "138.1", "Ratify"], ["1", "138.2", ""]]
    assert mapped == {1: "number", 2: "text"}


def test_of_more_that_is_known_than_has_room_the_first_stay() -> None:
    table, mapped = narrowed(Table(ROWS, 0), {0: "note", 2: "note", 3: "number", 4: "text"}, 2)
    assert table.headings == ["Goal", "Year"] and mapped == {0: "note", 1: "note"}


def test_a_table_that_has_room_stays_as_it_is() -> None:
    whole = Table(ROWS, 0)
    assert narrowed(whole, {3: "number"}, 5) == (whole, {3: "number"})
