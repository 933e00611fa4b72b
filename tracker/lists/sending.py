"""Answering with a list as a file, or with the question who is there where the rows ask for it."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from tracker.access.levels import Level
from tracker.accounts.current import the_person
from tracker.accounts.fresh import FIELDS, confirm, is_fresh
from tracker.core import clock
from tracker.core.web import actor, db
from tracker.lists.address import Address
from tracker.lists.columns import ListKind
from tracker.lists.export import MOST_ROWS, FreshSignInNeeded, Source, TooManyRows, Written, write_list
from tracker.lists.sheets import CsvSheet, Sheet, XlsxSheet

Answer = AnyResponse | str | tuple[str, int]

CLASSIFICATIONS = {
    Level.PUBLIC: _l("Internal: not for publication"),
    Level.INTERNAL: _l("Internal: not for publication"),
    Level.RESTRICTED: _l("Restricted"),
    Level.SEALED: _l("Sealed"),
}


def send_list(kind: ListKind, source: Source, address: Address) -> Answer:
    """The file that the form asks for (`format`), from the POST of the list's head."""
    is_answer = any(name in request.form for name in FIELDS.values()) and "without" not in request.form
    confirmed = confirm(request.form) if is_answer else None
    sheet = _sheet(kind, source)
    try:
        written = write_list(
            db(),
            actor(),
            source,
            sheet,
            is_fresh=bool(confirmed) or is_fresh(),
            without_restricted="without" in request.form,
        )
    except FreshSignInNeeded:
        return _ask_who_it_is(kind, address, is_wrong=confirmed is False)
    except TooManyRows:
        flash(_("This list has more than %(number)s rows. Narrow it by filters.", number=MOST_ROWS), "danger")
        return redirect(address(), 303)
    name = f"{kind.area.replace('_', '-')}-{clock.today():%Y-%m-%d}.{sheet.ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(sheet.close(_about(kind, written)), mimetype=sheet.mime_type, headers=headers)


def _sheet(kind: ListKind, source: Source) -> Sheet:
    heads = [str(column.label) for column in source.columns]
    if request.form.get("format") == "csv":
        return CsvSheet(heads)
    return XlsxSheet(heads, str(kind.title), str(_("About this file")))


def _about(kind: ListKind, written: Written) -> list[tuple[str, str]]:
    here = clock.now().astimezone(get_timezone())
    lines: list[tuple[Any, Any]] = [
        (_("Classification"), CLASSIFICATIONS[written.highest]),
        (_("List"), kind.title),
        (_("Exported for"), the_person().name),
        (_("Exported at"), f"{here:%Y-%m-%d %H:%M %Z}"),
        (_("Rows"), written.count),
    ]
    if written.left_out:
        lines.append((_("Rows left out because they may not be exported"), written.left_out))
    return [(str(name), str(words)) for name, words in lines]


def _ask_who_it_is(kind: ListKind, address: Address, *, is_wrong: bool) -> Answer:
    page = render_template(
        "lists/confirm.html",
        kind=kind,
        address=address,
        format=request.form.get("format", "xlsx"),
        is_wrong=is_wrong,
        target=request.full_path.rstrip("?"),
    )
    return page, 422 if is_wrong else 403
