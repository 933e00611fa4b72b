"""Tables from outside as rows of text: CSV in every dialect, spreadsheets as they are shown, nothing too large."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from xlsxwriter import Workbook

from tracker.files.kinds import PDF, TEXT, XLSX, Unfit, WhyNot
from tracker.files.tables import LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, MOST_SIGNS, read_table


def book(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    file = BytesIO()
    made = Workbook(file, options)
    fill(made.add_worksheet("First"), made)
    made.add_worksheet("Second").write_row(0, 0, ["not", "this"])
    made.close()
    return file.getvalue()


def shown_often(text: str, times: int) -> bytes:
    """A book that says `text` once and shows it in as many cells."""

    def fill(sheet: Any, _made: Any) -> None:
        for place in range(times):
            sheet.write_string(place // 20, place % 20, text)

    return book(fill)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('Number,Text\r\n138.1,"a, b"\r\n', [["Number", "Text"], ["138.1", "a, b"]]),
        ("Number;Text\n138.1;a, b\n", [["Number", "Text"], ["138.1", "a, b"]]),
        ("Number\tText\n138.1\t x \n", [["Number", "Text"], ["138.1", "x"]]),
        ('\ufeffNumber,Text\n\n1,"two\nlines"\n,,\n', [["Number", "Text"], [], ["1", "two\nlines"]]),
        ("A,B\n'=Abolish,'tis\n", [["A", "B"], ["=Abolish", "'tis"]]),
        ("", []),
    ],
)
def test_a_csv_file_is_read_whatever_divides_it(text: str, rows: list[list[str]]) -> None:
    assert read_table(text.encode(), TEXT) == rows


def test_a_spreadsheet_is_read_as_it_is_shown() -> None:
    def fill(sheet: Any, made: Any) -> None:
        sheet.write_row(0, 0, ["Number", "Text", "On"])
        sheet.write_number(2, 0, 138.1, made.add_format({"num_format": "0.00"}))
        sheet.write_rich_string(2, 1, "One ", made.add_format({"bold": True}), "text")
        sheet.write_datetime(2, 2, date(2025, 3, 4), made.add_format({"num_format": 'd "of" mmmm yyyy'}))
        sheet.write_number(3, 0, 138.45)
        sheet.write_formula(3, 1, "=1+1", None, 2)
        sheet.write_number(3, 3, 45000, made.add_format({"num_format": 14}))
        sheet.write_number(4, 1, 3, made.add_format({"num_format": '0 "days"'}))

    assert read_table(book(fill), XLSX) == [
        ["Number", "Text", "On"],
        [],
        ["138.10", "One text", "2025-03-04"],
        ["138.45", "2", "", "2023-03-15"],
        ["", "3"],
    ]


def test_days_are_counted_from_1904_where_the_book_says_so() -> None:
    def fill(sheet: Any, made: Any) -> None:
        sheet.write_datetime(0, 0, date(2025, 3, 4), made.add_format({"num_format": 14}))

    assert read_table(book(fill, date_1904=True), XLSX) == [["2025-03-04"]]


def test_inline_texts_are_read_too() -> None:
    def fill(sheet: Any, _made: Any) -> None:
        sheet.write_row(0, 0, ["Inline", "Text"])

    assert read_table(book(fill, constant_memory=True), XLSX) == [["Inline", "Text"]]


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        (b"%PDF-1.7", PDF, WhyNot.NO_TABLE),
        (b"x\n" * (MOST_ROWS + 1), TEXT, WhyNot.TOO_MUCH),
        (b"," * MOST_COLUMNS, TEXT, WhyNot.TOO_MUCH),
        ((b"," * (MOST_COLUMNS - 1) + b"\n") * (MOST_CELLS // MOST_COLUMNS + 1), TEXT, WhyNot.TOO_MUCH),
        (shown_often("A" * 1000, MOST_SIGNS // 1000 + 1), XLSX, WhyNot.TOO_MUCH),
        (b"a," + b"b" * (LONGEST_CELL + 1), TEXT, WhyNot.TOO_MUCH),
        (b"a," + b"b" * 200_000, TEXT, WhyNot.BROKEN),
        (book(lambda sheet, _made: sheet.write(MOST_ROWS + 5, 0, "x")), XLSX, WhyNot.TOO_MUCH),
        (book(lambda sheet, _made: sheet.write(0, MOST_COLUMNS, "x")), XLSX, WhyNot.TOO_MUCH),
    ],
)
def test_what_is_no_table_or_too_much_is_refused(content: bytes, kind: Any, why: WhyNot) -> None:
    with pytest.raises(Unfit) as caught:
        read_table(content, kind)
    assert caught.value.why == why


def test_what_a_text_shown_often_comes_to_is_bounded_and_the_largest_table_still_read() -> None:
    """As a file the same text a thousand times is next to nothing; as rows it is not."""
    rows = read_table(shown_often("A" * 1000, MOST_SIGNS // 1000), XLSX)
    assert sum(len(cell) for row in rows for cell in row) == MOST_SIGNS


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_book_that_lacks_or_garbles_a_part_is_broken(part: str) -> None:
    whole = zipfile.ZipFile(BytesIO(book(lambda sheet, _made: sheet.write(0, 0, "x"))))
    for garbled in (None, b"<garbled"):
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as made:
            for name in whole.namelist():
                content = garbled if name == part else whole.read(name)
                if content is not None:
                    made.writestr(name, content)
        with pytest.raises(Unfit) as caught:
            read_table(file.getvalue(), XLSX)
        assert caught.value.why == WhyNot.BROKEN
