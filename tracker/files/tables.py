"""Tables from outside, CSV and XLSX, as rows of text. Runs where files are examined, after they were.

What is a date in a spreadsheet comes as YYYY-MM-DD, a number as it is shown there; formulas give what they came to.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from xml.etree import ElementTree

from tracker.files.kinds import TEXT, XLSX, Kind, Unfit, WhyNot

Rows = list[list[str]]
MOST_ROWS = 5000
MOST_COLUMNS = 60
LONGEST_CELL = 32_767
MOST_CELLS = 100_000
MOST_SIGNS = 2_000_000
"""Of all cells together. A spreadsheet says a text once and shows it in as many cells as it likes: what is little as a
file would be a hundred times as much in whoever asked for its rows, whose memory nothing bounds."""
_SEPARATORS = ",;\t|"
_SHIELD = re.compile("^'(?=[=+@\t\r-])")
"""An apostrophe that keeps a cell from being a formula, as our own files have it."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]{1,3})[0-9]+")
_DATES = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
"""Formats of dates that every spreadsheet program knows by number."""
_DECIMALS = {2: 2, 4: 2}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\[\]]*\]')
_FIXED = re.compile(r"[#,]*0\.(0+)")
_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001  a spreadsheet knows no zone


def read_table(content: bytes, kind: Kind) -> Rows:
    """The rows of a CSV file or of the first sheet; row 1 is the first. Raises Unfit."""
    if kind not in (TEXT, XLSX):
        raise Unfit(WhyNot.NO_TABLE)
    rows: Rows = []
    cells = signs = 0
    try:
        for row in _csv(content) if kind is TEXT else _xlsx(content):
            cells, signs = cells + len(row), signs + sum(map(len, row))
            is_too_large = len(rows) == MOST_ROWS or cells > MOST_CELLS or signs > MOST_SIGNS
            if is_too_large or len(row) > MOST_COLUMNS or any(len(cell) > LONGEST_CELL for cell in row):
                raise Unfit(WhyNot.TOO_MUCH)
            rows.append(row)
    except (csv.Error, ElementTree.ParseError, KeyError, ValueError, IndexError, OverflowError) as error:
        raise Unfit(WhyNot.BROKEN) from error
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _csv(content: bytes) -> Iterator[list[str]]:
    text = content.decode("utf-8-sig")
    for row in csv.reader(StringIO(text, newline=""), delimiter=_separator(text)):
        yield [_SHIELD.sub("", cell.strip()) for cell in row]


def _separator(text: str) -> str:
    """The sign that divides most lines into most parts."""
    lines = text.splitlines()[:50]
    return max(_SEPARATORS, key=lambda sign: (sum(min(line.count(sign), 20) for line in lines), sign == ","))


def _xlsx(content: bytes) -> Iterator[list[str]]:
    with zipfile.ZipFile(BytesIO(content)) as book:
        names = set(book.namelist())
        texts = list(_shared(book)) if "xl/sharedStrings.xml" in names else []
        styles = _styles(book) if "xl/styles.xml" in names else []
        sheet, counts_from_1904 = _first_sheet(book)
        number = 0
        with book.open(sheet) as part:
            for _event, element in ElementTree.iterparse(part):  # noqa: S314  the examiner refused every entity
                if element.tag != f"{_MAIN}row":
                    continue
                here = int(element.get("r") or number + 1)
                if here > MOST_ROWS + 1:
                    raise Unfit(WhyNot.TOO_MUCH)
                yield from ([] for _blank in range(here - number - 1))
                number = here
                yield _cells(element, texts, styles, _EPOCHS[counts_from_1904])
                element.clear()


def _first_sheet(book: zipfile.ZipFile) -> tuple[str, bool]:
    workbook = ElementTree.fromstring(book.read("xl/workbook.xml"))  # noqa: S314  the examiner refused every entity
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    first = workbook.find(f"{_MAIN}sheets/{_MAIN}sheet")
    if first is None:
        raise Unfit(WhyNot.NO_TABLE)
    wanted = first.get(_REFERENCE)
    target = next(one.get("Target", "") for one in relations if one.get("Id") == wanted)
    settings = workbook.find(f"{_MAIN}workbookPr")
    is_1904 = settings is not None and settings.get("date1904") in ("1", "true")
    return (target.lstrip("/") if target.startswith("/") else f"xl/{target}"), is_1904


def _shared(book: zipfile.ZipFile) -> Iterator[str]:
    with book.open("xl/sharedStrings.xml") as part:
        for _event, element in ElementTree.iterparse(part):  # noqa: S314
            if element.tag == f"{_MAIN}si":
                yield _words(element)
                element.clear()


def _words(element: ElementTree.Element) -> str:
    """The text of a cell, without how its signs are spoken."""
    parts = [element.find(f"{_MAIN}t"), *element.findall(f"{_MAIN}r/{_MAIN}t")]
    return "".join(part.text or "" for part in parts if part is not None)


def _styles(book: zipfile.ZipFile) -> list[int | str]:
    """For each style of a cell its number format: by number, or as written."""
    root = ElementTree.fromstring(book.read("xl/styles.xml"))  # noqa: S314
    own = {one.get("numFmtId"): one.get("formatCode") or "" for one in root.iter(f"{_MAIN}numFmt")}
    used = root.findall(f"{_MAIN}cellXfs/{_MAIN}xf")
    return [own.get(one.get("numFmtId"), int(one.get("numFmtId") or 0)) for one in used]


def _cells(row: ElementTree.Element, texts: list[str], styles: list[int | str], epoch: datetime) -> list[str]:
    found: list[str] = []
    for cell in row.findall(f"{_MAIN}c"):
        named = _CELL.fullmatch(cell.get("r") or "")
        place = _column(named[1]) if named else len(found)
        if place >= MOST_COLUMNS:
            raise Unfit(WhyNot.TOO_MUCH)
        found += [""] * (place + 1 - len(found))
        found[place] = _value(cell, texts, styles, epoch).strip()
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: ElementTree.Element, texts: list[str], styles: list[int | str], epoch: datetime) -> str:
    kind, said = cell.get("t", "n"), cell.findtext(f"{_MAIN}v") or ""
    if kind == "inlineStr":
        inline = cell.find(f"{_MAIN}is")
        return _words(inline) if inline is not None else ""
    if kind == "s":
        return texts[int(said)] if said else ""
    if kind != "n" or not said:
        return said[:10] if kind == "d" else said
    style = int(cell.get("s") or 0)
    return _number(float(said), styles[style] if style < len(styles) else 0, epoch)


def _number(value: float, form: int | str, epoch: datetime) -> str:
    """As a spreadsheet shows it: 138.10 with two decimals is no 138.1."""
    bare = _QUOTED.sub("", form).lower() if isinstance(form, str) else ""
    if form in _DATES or any(sign in bare for sign in "yd"):
        return (epoch + timedelta(days=int(value))).date().isoformat()
    fixed = _FIXED.fullmatch(bare)
    decimals = len(fixed[1]) if fixed else _DECIMALS.get(form) if isinstance(form, int) else None
    return f"{value:.{decimals}f}" if decimals is not None else f"{value:.15g}"
