"""Pages of the ledger of commitments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import require
from tracker.audit.reads import note_shown
from tracker.core.countries import COUNTRY_CODES, country_choices
from tracker.core.errors import Conflict, Invalid
from tracker.core.form_values import version_sent
from tracker.core.languages import format_day
from tracker.core.pages import Page
from tracker.core.web import actor, db
from tracker.engagements import commitments as ledger
from tracker.engagements.blueprint import blueprint
from tracker.engagements.checks import may_begin
from tracker.engagements.commitment_services import edit_commitment, may_settle, settle_commitment
from tracker.engagements.due_checks import checkable, make_check
from tracker.engagements.forms import (
    COMMITMENT_KIND_WORDS,
    COMMITMENT_STATUS_WORDS,
    KIND_WORDS,
    CommitmentEditForm,
    OutcomeForm,
    edit_form_of,
    line_of,
    outcome_form_of,
)
from tracker.engagements.known import cases_by_reference, cases_typed, names_typed
from tracker.engagements.list_columns import COMMITMENTS, Told, commitment_cell, side_words, status_words, told
from tracker.followups.today import today_here
from tracker.lists.address import Address
from tracker.lists.columns import read_shape
from tracker.lists.export import Source
from tracker.lists.grouping import in_groups
from tracker.lists.head import head_of
from tracker.lists.sending import Answer as FileAnswer
from tracker.lists.sending import send_list

Answer = Response | str | tuple[str, int]

KEY_OF_GROUP: dict[str, Callable[[ledger.CommitmentLine], str]] = {
    "status": status_words,
    "by": lambda line: side_words(line.by),
}
"""What a commitment's group is called, which tells the groups apart too."""


@blueprint.get("/commitments")
@entrance(CASE_READERS)
def list_commitments() -> Answer:
    head, filters = head_of(COMMITMENTS), _filters()
    if head.default_url:
        return redirect(head.default_url, 303)
    page = ledger.list_commitments(db(), actor(), filters, today_here(), request.args.get("cursor"))
    for line in page.rows:
        note_shown(db(), line.commitment.case_id, line.case_level)
    counts = ledger.count_by_status(db(), actor(), filters, today_here())
    return render_template(
        "engagements/commitments.html",
        page=page,
        may_begin=may_begin(db(), actor()),
        hidden=ledger.commitments_hidden(db(), actor()) if not page.rows else 0,
        checkable=checkable(db(), actor(), [one.commitment for one in page.rows]) if filters.unchecked else set(),
        head=head,
        groups=in_groups(
            page.rows, KEY_OF_GROUP.get(head.shape.group), KEY_OF_GROUP.get(head.shape.group, str), ordered=False
        ),
        filters=filters,
        counts=counts,
        overdue=ledger.count_overdue(db(), actor(), filters, today_here()) if counts.get("open") else 0,
        address={name: request.args[name] for name in _FILTERS if request.args.get(name)},
        countries=country_choices(),
        today=today_here(),
        **words(),
    )


@blueprint.post("/commitments/export")
@entrance(CASE_READERS)
def export_commitments() -> FileAnswer:
    """The ledger of the same address as a file."""
    filters, session, who, today = _filters(), db(), actor(), today_here()
    address = Address.of(url_for(COMMITMENTS.endpoint), request.args)

    def page_of(cursor: str | None, size: int) -> Page[Told]:
        page = ledger.list_commitments(session, who, filters, today, cursor, size)
        return Page(told(session, page.rows), page.next_cursor)

    source = Source(
        COMMITMENTS.area,
        read_shape(COMMITMENTS, request.args).columns_of_a_file(),
        page_of,
        commitment_cell,
        lambda row: row.concerns,
        sorted(address.filters),
    )
    return send_list(COMMITMENTS, source, address)


@blueprint.get("/commitments/<uuid:commitment_id>")
@entrance(CASE_READERS)
def commitment_page(commitment_id: UUID) -> Answer:
    line = ledger.get_commitment_line(db(), actor(), commitment_id)
    return _page(line, outcome_form_of(line.commitment))


@blueprint.post("/commitments/<uuid:commitment_id>")
@entrance(CASE_READERS)
def settle(commitment_id: UUID) -> Answer:
    line = ledger.get_commitment_line(db(), actor(), commitment_id)
    form = outcome_form_of(line.commitment)
    form.offer(ledger.commitments_beside(db(), actor(), line.commitment))
    if not form.validate():
        return _page(line, form), 422
    try:
        settle_commitment(db(), actor(), line.commitment, form.facts(), version_sent(form.version.data))
    except Conflict as problem:
        db().expire_all()
        form.version.data = problem.current_version
        theirs = ledger.get_commitment_line(db(), actor(), commitment_id)
        return _page(theirs, form, problem=problem.message), 409
    except Invalid as problem:
        for fault in problem.faults:
            field = form["superseded_by" if fault.path == "superseded_by" else fault.path or "status"]
            field.errors = [*field.errors, fault.message]
        return _page(line, form), 422
    flash(_("Saved."), "success")
    return redirect(url_for(".commitment_page", commitment_id=commitment_id), 303)


@blueprint.route("/commitments/<uuid:commitment_id>/edit", methods=["GET", "POST"])
@entrance(CASE_READERS)
def edit(commitment_id: UUID) -> Answer:
    line = ledger.get_commitment_line(db(), actor(), commitment_id)
    require(may_settle(db(), actor(), line.commitment))
    own = cases_by_reference(db(), actor(), [line.case_reference] if line.case_reference else [])
    form = edit_form_of(line, next(iter(own.values()), None))
    if request.method == "GET":
        return _edit_page(line, form)
    is_well_typed = form.validate()
    cases, several = cases_typed(db(), actor(), [text] if (text := line_of(form.case.data)) else [])
    if not form.case.settle(cases, several) or not is_well_typed:
        return _edit_page(line, form), 422
    try:
        typed = [text for field in (form.by, form.to) if (text := line_of(field.data))]
        known = names_typed(db(), actor(), typed)
        edit_commitment(db(), actor(), line.commitment, form.facts(known, cases), version_sent(form.version.data))
    except Conflict as problem:
        db().expire_all()
        form.version.data = problem.current_version
        theirs = ledger.get_commitment_line(db(), actor(), commitment_id)
        return _edit_page(theirs, form, problem=problem.message), 409
    except Invalid as problem:
        form.show_faults(problem)
        return _edit_page(line, form), 422
    flash(_("Saved."), "success")
    return redirect(url_for(".commitment_page", commitment_id=commitment_id), 303)


@blueprint.post("/commitments/<uuid:commitment_id>/check")
@entrance(CASE_READERS)
def ask_when_due(commitment_id: UUID) -> Answer:
    """Make the follow-up of a commitment that came without one."""
    line = ledger.get_commitment_line(db(), actor(), commitment_id)
    try:
        make_check(db(), actor(), line.commitment)
    except Invalid as problem:
        flash(problem.message, "warning")
        return redirect(url_for(".commitment_page", commitment_id=commitment_id), 303)
    flash(_("A follow-up asks about it on %(day)s.", day=format_day(line.commitment.due_on)), "success")
    if request.form.get("back") == "list":
        return redirect(url_for(".list_commitments", unchecked="1"), 303)
    return redirect(url_for(".commitment_page", commitment_id=commitment_id), 303)


def words() -> dict[str, Any]:
    """The names of kinds and statuses, for templates."""
    return {
        "kind_words": KIND_WORDS,
        "commitment_kind_words": COMMITMENT_KIND_WORDS,
        "commitment_status_words": COMMITMENT_STATUS_WORDS,
    }


_FILTERS = ("q", "status", "case", "overdue", "who", "country", "contact", "unchecked")


def _filters() -> ledger.CommitmentFilters:
    status, country = request.args.get("status", "open"), request.args.get("country", "")
    try:
        contact_id = UUID(request.args.get("contact", ""))
    except ValueError:
        contact_id = None
    return ledger.CommitmentFilters(
        status if status in COMMITMENT_STATUS_WORDS else None,
        _argument("case") or None,
        request.args.get("overdue") == "1",
        _argument("who"),
        country if country in COUNTRY_CODES else None,
        contact_id,
        _argument("q"),
        request.args.get("unchecked") == "1",
    )


def _page(line: ledger.CommitmentLine, form: OutcomeForm, **extra: Any) -> str:
    commitment, check = line.commitment, ledger.check_of(db(), actor(), line.commitment.id)
    beside = ledger.commitments_beside(db(), actor(), commitment)
    form.offer(beside)
    successor = next((one for one in beside if one.commitment.id == commitment.superseded_by_id), None)
    return render_template(
        "engagements/commitment.html",
        line=line,
        commitment=commitment,
        form=form,
        successor=successor,
        check=check,
        may_ask=check is None and bool(checkable(db(), actor(), [commitment])),
        may_settle=may_settle(db(), actor(), commitment),
        today=today_here(),
        **words(),
        **extra,
    )


def _edit_page(line: ledger.CommitmentLine, form: CommitmentEditForm, **extra: Any) -> str:
    return render_template(
        "engagements/commitment_form.html", line=line, commitment=line.commitment, form=form, **extra
    )


def _argument(name: str) -> str:
    return request.args.get(name, "").replace("\x00", "").strip()[:200]
