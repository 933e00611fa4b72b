"""Answering with a list as a file, or with the question who is there where the rows ask for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from tracker.access.levels import Level
from tracker.accounts.current import the_person
from tracker.accounts.fresh import FIELDS, confirm, is_fresh
from tracker.accounts.sign_in import settings
from tracker.approvals import services as approvals
from tracker.approvals.models import Kind
from tracker.core import clock
from tracker.core.errors import Conflict, Invalid, NotVisible
from tracker.core.web import actor, db
from tracker.lists.address import Address
from tracker.lists.columns import ListKind
from tracker.lists.export import (
    MOST_ROWS,
    FreshSignInNeeded,
    SecondPersonNeeded,
    Source,
    TooManyRows,
    Written,
    write_list,
)
from tracker.lists.mass import agreed_list, ask_for_list, left_today
from tracker.lists.sheets import CsvSheet, Sheet, XlsxSheet

Answer = AnyResponse | str | tuple[str, int]

CLASSIFICATIONS = {
    Level.PUBLIC: _l("Internal: not for publication"),
    Level.INTERNAL: _l("Internal: not for publication"),
    Level.RESTRICTED: _l("Restricted"),
    Level.SEALED: _l("Sealed"),
}


def send_list(kind: ListKind, source: Source, address: Address) -> Answer:
    """The file that the form asks for (`format`), from the POST of the list's head.

    `reason` asks a second person for it; `approval` fetches, once, what was agreed to.
    """
    if "reason" in request.form:
        return _ask_second(kind, address)
    try:
        agreed = _agreed()
    except Conflict as problem:
        flash(problem.message, "warning")
        return redirect(url_for("approvals.requests"), 303)
    is_answer = any(name in request.form for name in FIELDS.values()) and "without" not in request.form
    confirmed = confirm(request.form) if is_answer else None
    if agreed is not None and not (confirmed or is_fresh()):
        return _ask_who_it_is(kind, address, is_wrong=confirmed is False)
    sheet = _sheet(kind, source)
    try:
        written = write_list(
            db(),
            actor(),
            source,
            sheet,
            is_fresh=bool(confirmed) or is_fresh(),
            without_restricted="without" in request.form,
            most_cases=left_today(db(), actor(), settings().mass_export_cases) if agreed is None else None,
            approval_id=agreed,
        )
    except FreshSignInNeeded:
        return _ask_who_it_is(kind, address, is_wrong=confirmed is False)
    except SecondPersonNeeded:
        return _second_person_page(kind, address), 403
    except TooManyRows:
        flash(_("This list has more than %(number)s rows. Narrow it by filters.", number=MOST_ROWS), "danger")
        return redirect(address(), 303)
    if agreed is not None:
        approvals.use(db(), actor(), approvals.ready(db(), actor(), agreed, Kind.EXPORT_ALL))
    name = f"{kind.area.replace('_', '-')}-{clock.today():%Y-%m-%d}.{sheet.ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(sheet.close(_about(kind, written)), content_type=sheet.mime_type, headers=headers)


def _agreed() -> UUID | None:
    """The request that this fetches. Raises NotVisible, Conflict."""
    said = request.form.get("approval")
    if not said:
        return None
    try:
        approval_id = UUID(said)
    except ValueError:
        raise NotVisible from None
    return agreed_list(db(), actor(), approval_id, _target()).id


def _ask_second(kind: ListKind, address: Address) -> Answer:
    try:
        ask_for_list(db(), actor(), kind, _target(), _format(), request.form["reason"][: approvals.LONGEST_REASON])
    except Invalid as problem:
        return _second_person_page(kind, address, problem.faults[0].message), 422
    flash(_("Asked. A head, or somebody who leads a case, has to agree within three days."), "success")
    return redirect(url_for("approvals.requests"), 303)


def _second_person_page(kind: ListKind, address: Address, problem: str = "") -> str:
    return render_template(
        "lists/second_person.html",
        kind=kind,
        address=address,
        format=_format(),
        target=_target(),
        most=settings().mass_export_cases,
        problem=problem,
    )


def _target() -> str:
    return request.full_path.rstrip("?")


def _format() -> str:
    return "csv" if request.form.get("format") == "csv" else "xlsx"


def _sheet(kind: ListKind, source: Source) -> Sheet:
    heads = [str(column.label) for column in source.columns]
    if _format() == "csv":
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
        format=_format(),
        is_wrong=is_wrong,
        approval=request.form.get("approval", ""),
        target=_target(),
    )
    return page, 422 if is_wrong else 403
