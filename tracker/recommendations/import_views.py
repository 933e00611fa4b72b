"""Taking a table of recommendations in: give it, say which column is what, see what each row would do, say yes."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.accounts.current import today_here
from tracker.cases.views.answers import Answer, Opened, open_for, page
from tracker.core.errors import Invalid
from tracker.core.storable import unstorable
from tracker.core.uploads import allow_file
from tracker.core.web import actor, db
from tracker.files.examiner import table_of as rows_of
from tracker.files.kinds import Unfit
from tracker.files.tables import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS
from tracker.files.words import WORDS
from tracker.recommendations import importing
from tracker.recommendations.blueprint import blueprint
from tracker.recommendations.forms import TableForm
from tracker.recommendations.importing import CHANGED, NEW, SAME, WRONG, Planned
from tracker.recommendations.tables import NOTE, TARGETS, Reading, Table, guessed, narrowed, read_rows, table_of
from tracker.recommendations.words import FIELD_WORDS, PLAN_WORDS, TARGET_WORDS, field_value

LARGEST = 1024 * 1024
"""Bytes of a table."""
_UNPACKED = 8 * LARGEST
_SHOWN = {WRONG: 16, CHANGED: 8, NEW: 8, SAME: 4}
"""Rows of each kind that the preview shows; it says how many there are. The table itself goes along, packed."""
_MOST_COLUMNS, _MOST_NAMED = 16, 8
"""Columns that the preview offers, and takes along; columns without a field that it names."""


@blueprint.record
def _allow_files(state: BlueprintSetupState) -> None:
    allow_file(state.app, "recommendations.read_table", LARGEST)


@blueprint.get("/cases/<reference>/recommendations/import")
@entrance(CASE_READERS)
def choose_table(reference: str) -> Answer:
    return _form_page(open_for(reference, Action.EDIT_FACTS), TableForm())


@blueprint.post("/cases/<reference>/recommendations/import")
@entrance(CASE_READERS)
def read_table(reference: str) -> Answer:
    """What the file would do, by what its headings are taken for; nothing is written."""
    opened = open_for(reference, Action.EDIT_FACTS)
    form = TableForm()
    if not form.validate():
        return _form_page(opened, form, 422)
    if not form.file.data:
        form.file.errors = [_("Choose a file.")]
        return _form_page(opened, form, 422)
    try:
        rows = rows_of(form.file.data.read(LARGEST + 1))
    except Unfit as unfit:
        form.file.errors = [str(WORDS[unfit.why])]
        return _form_page(opened, form, 422)
    table = table_of(rows)
    return _preview_page(opened, table, guessed(table), (form.assessor.data or "").strip())


@blueprint.post("/cases/<reference>/recommendations/import/confirm")
@entrance(CASE_READERS)
def take_table(reference: str) -> Answer:
    """The same rows once more, by the columns now chosen: looked at anew, or taken in."""
    opened = open_for(reference, Action.EDIT_FACTS)
    rows = _unpacked(request.form.get("content", ""))
    if rows is None:
        form = TableForm(formdata=None)
        form.file.errors = [_("Choose a file.")]
        return _form_page(opened, form, 422)
    table, assessor = table_of(rows), request.form.get("assessor", "").replace("\x00", "").strip()[:500]
    mapped = _chosen(table)
    if "take" not in request.form or _twice(mapped):
        return _preview_page(opened, table, mapped, assessor)
    reading = read_rows(table, mapped, assessor, today_here())
    try:
        done = importing.take(db(), actor(), opened.case.id, reading.rows, _("Taken in from a table"))
    except Invalid:
        return _preview_page(opened, table, mapped, assessor, 422)
    number = sum(one.does_something for one in done)
    words = ngettext("%(num)s row was taken in.", "%(num)s rows were taken in.", number)
    flash(words if number else _("Everything stood here already."), "success")
    return redirect(url_for(".recommendations", reference=opened.case.reference), 303)


def _form_page(opened: Opened, form: TableForm, status: int = 200) -> Answer:
    return page("recommendations/import.html", opened, status, form=form, most=LARGEST // 1024)


def _preview_page(opened: Opened, table: Table, mapped: dict[int, str], assessor: str, status: int = 200) -> Answer:
    width = len(table.headings)
    table, mapped = narrowed(table, mapped, _MOST_COLUMNS)
    too_many = width - len(table.headings) + _left_before()
    twice = _twice(mapped)
    reading = Reading() if twice else read_rows(table, mapped, assessor, today_here())
    planned = importing.plan(db(), actor(), opened.case, reading.rows)
    counts = {kind: sum(one.kind == kind for one in planned) for kind in _SHOWN}
    return page(
        "recommendations/preview.html",
        opened,
        422 if twice else status,
        columns=[(place, head[:60] or "–", _example(table, place)) for place, head in enumerate(table.headings)],
        mapped=mapped,
        targets=[("", _("nothing")), *((key, TARGET_WORDS[key]) for key in TARGETS)],
        twice=[TARGET_WORDS[one] for one in twice],
        shown=_shown(planned),
        total=len(planned),
        counts=[(kind, counts[kind]) for kind in _SHOWN if counts[kind]],
        assessments=sum(one.adds_assessment for one in planned),
        left_out=[name[:60] for name in reading.left_out[:_MOST_NAMED]],
        more_left_out=len(reading.left_out[_MOST_NAMED:]),
        too_many=too_many,
        is_wrong=bool(counts[WRONG] or twice or not planned),
        does_something=any(one.does_something for one in planned),
        assessor=assessor,
        content=_packed(table),
        plan_words=PLAN_WORDS,
        field_words=FIELD_WORDS,
        field_value=field_value,
    )


def _left_before() -> int:
    """How many columns an earlier look at this table left out."""
    said = request.form.get("too_many", "")
    return int(said) if said.isdecimal() and len(said) < 4 else 0


def _twice(mapped: dict[int, str]) -> list[str]:
    """Fields that two columns are said to hold."""
    targets = list(mapped.values())
    return sorted({one for one in targets if one != NOTE and targets.count(one) > 1})


def _shown(planned: list[Planned]) -> list[Planned]:
    """What is wrong first, then what changes and is new, each in the order of the file."""
    return [one for kind, most in _SHOWN.items() for one in [each for each in planned if each.kind == kind][:most]]


def _example(table: Table, place: int) -> str:
    cells = (row[place] for row in table.rows[table.head + 1 :] if place < len(row) and row[place])
    return next(cells, "")[:60]


def _chosen(table: Table) -> dict[int, str]:
    """Column -> field, as the selects of the preview say."""
    said = ((place, request.form.get(f"column-{place}", "")) for place in range(len(table.headings)))
    return {place: target for place, target in said if target in TARGETS}


def _packed(table: Table) -> str:
    return base64.b64encode(zlib.compress(_as_json(table.rows), 9)).decode()


def _as_json(rows: Sequence[Sequence[str]]) -> bytes:
    return json.dumps([*rows], ensure_ascii=False, separators=(",", ":")).encode()


def _unpacked(content: str) -> list[list[str]] | None:
    """The rows that the preview carried along; None for what is none."""
    try:
        packed = base64.b64decode(content, validate=True)
        plain = zlib.decompressobj().decompress(packed, _UNPACKED)
        rows: Any = json.loads(plain)
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        return None
    return rows if isinstance(rows, list) and rows and len(rows) <= MOST_ROWS and all(map(_is_row, rows)) else None


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) <= MOST_COLUMNS and all(map(_is_cell, row))


def _is_cell(cell: Any) -> bool:
    """What the page carried along was made by us, and may have been made anew by anybody."""
    return isinstance(cell, str) and len(cell) <= LONGEST_CELL and unstorable(cell) is None
