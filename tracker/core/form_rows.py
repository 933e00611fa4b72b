"""Errors in the rows of a form, for the summary above it: each links to its own field, not to the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def row_problems(form: Any) -> list[tuple[str, str]]:
    """(words, `#id`) of every field inside the form's lists that is in error.

    The lists' own errors, which repeat them, are taken out, so that the summary says each thing once.
    """
    found = []
    for field in form:
        if field.type == "FieldList":
            found += [(str(error), f"#{cell.id}") for cell in _cells(field) for error in cell.errors[:1]]
            field.errors = []
    return found


def _cells(rows: Any) -> Iterator[Any]:
    for row in rows:
        if row.type == "FormField":
            yield from row.form
        else:
            yield row
