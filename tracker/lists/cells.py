"""What stands in one cell of a file: never a formula (OWASP, CSV injection)."""

from __future__ import annotations

import re
from datetime import date, datetime

Value = str | int | date | datetime | None

FORMULA_SIGNS = "=+-@\t\r\n＝＋－＠"
"""A cell of a CSV file that begins with one of these may be run by the program that opens it."""
_UNSEEN = " \u00a0\u200b\ufeff"
"""Programs may skip these before they look for a formula."""
_BEGINS_A_CELL = re.compile(f"([;\t\r\n][{_UNSEEN}]*)(?=[=+@＝＋－＠-])")
"""Many countries' programs take a semicolon for the end of a cell, and quotes inside of a line for nothing."""
LONGEST_TEXT = 32_767
"""Characters that a cell of a spreadsheet can hold."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Without what a file can't hold, and no longer than a cell."""
    return _UNPRINTABLE.sub("", text)[:LONGEST_TEXT]


def csv_text(value: Value) -> str:
    """As text; an apostrophe before what would be taken for a formula. Days as 2026-12-01, instants to the minute."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    text = clean_text(value)
    first = text.lstrip(_UNSEEN)[:1]
    text = _BEGINS_A_CELL.sub(r"\1'", text)
    return f"'{text}" if first and first in FORMULA_SIGNS else text
