"""No cell of a file is a formula, whatever somebody typed into a title."""

from __future__ import annotations

import csv
import io
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.lists.cells import FORMULA_SIGNS, csv_text
from tracker.lists.sheets import CsvSheet, XlsxSheet

TEXTS = st.one_of(st.text(), st.builds(lambda sign, rest: sign + rest, st.sampled_from(FORMULA_SIGNS + " "), st.text()))


@given(TEXTS)
@example("=1+1")
@example(" =1+1")
@example("\t@SUM(A1)")
@example("\u200b=cmd|' /C calc'!A0")
@example("＝1")
def test_no_cell_of_a_csv_begins_as_a_formula(text: str) -> None:
    cell = csv_text(text)
    assert cell.lstrip(" \u00a0\u200b\ufeff")[:1] not in tuple(FORMULA_SIGNS)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40))
def test_harmless_text_stays_as_it_is(text: str) -> None:
    expected = text if text.lstrip(" \u00a0\u200b\ufeff")[:1] not in tuple(FORMULA_SIGNS) else f"'{text}"
    if "\ufffe" not in text and "\uffff" not in text:
        assert csv_text(text) == expected


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_a_spreadsheet_holds_text_and_no_formula(texts: list[str]) -> None:
    sheet = XlsxSheet(["=Head"], "Cases", "About")
    for text in texts:
        sheet.add([text])
    with ZipFile(BytesIO(b"".join(sheet.close([("=Name", "=words")])))) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in book.read(name) and b"<f " not in book.read(name)


def test_a_csv_is_read_as_utf_8_with_days_as_days() -> None:
    sheet = CsvSheet(["Назва", "Due"])
    sheet.add(["Łukaszenka, „дзень“", date(2026, 12, 1)])
    sheet.add([None, 3])
    content = b"".join(sheet.close([("Classification", "Restricted")]))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [
        ["Classification", "Restricted"],
        [],
        ["Назва", "Due"],
        ["Łukaszenka, „дзень“", "2026-12-01"],
        ["", "3"],
    ]


@pytest.mark.parametrize("rows", [100, 20_000])
def test_memory_does_not_grow_with_the_rows(rows: int) -> None:
    import tracemalloc

    tracemalloc.start()
    sheet = XlsxSheet(["Title"] * 5, "Cases", "About")
    for number in range(rows):
        sheet.add([f"A title that is long enough to be seen {number}"] * 5)
    size = sum(len(chunk) for chunk in sheet.close([]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 0 and peak < 6_000_000


@pytest.mark.parametrize("sign", [";", "\n", "\t"])
def test_a_formula_after_what_other_countries_programs_take_for_the_end_of_a_cell_is_text(sign: str) -> None:
    assert csv_text(f'Ask{sign} =HYPERLINK("https://example.org"){sign}') == (
        f'Ask{sign} \'=HYPERLINK("https://example.org"){sign}'
    )
    assert csv_text(f"Ask{sign}{sign}answer") == f"Ask{sign}{sign}answer"
