"""Files of rows, written one row at a time: memory stays the same however many there are."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import TextIOWrapper
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, Any, Protocol, cast

from xlsxwriter import Workbook

from tracker.core import clock
from tracker.lists.cells import Value, clean_text, csv_text

BYTES_IN_MEMORY = 2 * 1024 * 1024
CHUNK = 64 * 1024
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
WIDTHS = (12, 60)
"""Narrowest and widest column of a spreadsheet, in characters."""


class Sheet(Protocol):
    """A file in the making: heads, rows, and at the end the words about it."""

    mime_type: str
    ending: str

    def add(self, values: Sequence[Value]) -> None: ...

    def close(self, about: Sequence[tuple[str, str]]) -> Iterator[bytes]: ...


class CsvSheet:
    """UTF-8 with a byte order mark, so that spreadsheet programs read it as such; words about it in the first rows."""

    mime_type = "text/csv; charset=utf-8"
    ending = "csv"

    def __init__(self, heads: Sequence[str]) -> None:
        self._file: IO[bytes] = cast(IO[bytes], SpooledTemporaryFile(BYTES_IN_MEMORY))  # noqa: SIM115  closed when sent
        self._text = TextIOWrapper(self._file, encoding="utf-8", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._writer.writerow([csv_text(head) for head in heads])

    def add(self, values: Sequence[Value]) -> None:
        self._writer.writerow([csv_text(value) for value in values])

    def close(self, about: Sequence[tuple[str, str]]) -> Iterator[bytes]:
        lines = [f'"{_quoted(name)}","{_quoted(words)}"\r\n' for name, words in about]
        yield ("\ufeff" + "".join(lines) + "\r\n").encode()
        self._text.flush()
        self._file.seek(0)
        yield from _chunks(self._file)
        self._text.close()


class XlsxSheet:
    """A sheet with the rows and one with the words about it. Text is always written as text."""

    mime_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ending = "xlsx"

    def __init__(self, heads: Sequence[str], title: str, about_title: str) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  closed when it has been sent
        self._book = Workbook(
            self._file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._sheet = self._book.add_worksheet(_sheet_name(title))
        self._about_title = about_title
        bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._row = 0
        self._sheet.freeze_panes(1, 0)
        for place, head in enumerate(heads):
            self._sheet.set_column(place, place, min(max(len(head) + 4, WIDTHS[0]), WIDTHS[1]))
            self._sheet.write_string(0, place, head, bold)

    def add(self, values: Sequence[Value]) -> None:
        self._row += 1
        for place, value in enumerate(values):
            self._write(self._sheet, self._row, place, value)

    def close(self, about: Sequence[tuple[str, str]]) -> Iterator[bytes]:
        sheet = self._book.add_worksheet(_sheet_name(self._about_title))
        sheet.set_column(0, 1, WIDTHS[1] // 2)
        for row, (name, words) in enumerate(about):
            sheet.write_string(row, 0, clean_text(name))
            sheet.write_string(row, 1, clean_text(words))
        words_about = clean_text("; ".join(f"{name}: {words}" for name, words in about))
        self._book.set_properties({"comments": words_about, "created": clock.now()})
        self._book.close()
        self._file.seek(0)
        yield from _chunks(self._file)
        self._file.close()

    def _write(self, sheet: Any, row: int, place: int, value: Value) -> None:
        if isinstance(value, datetime):
            sheet.write_datetime(row, place, value.replace(tzinfo=None), self._instant)
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, self._day)
        elif isinstance(value, int):
            sheet.write_number(row, place, value)
        elif value:
            sheet.write_string(row, place, clean_text(value))


def _chunks(file: Any) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _quoted(text: str) -> str:
    return csv_text(text).replace('"', '""')


def _sheet_name(text: str) -> str:
    """Spreadsheets allow 31 characters and not all of them."""
    return "".join(sign for sign in text if sign not in "[]:*?/\\'")[:31] or "1"
