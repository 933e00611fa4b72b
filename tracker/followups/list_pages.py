"""The list of follow-ups: on the page, as a file, and one cell of it changed in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import current_app, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import MembershipKind
from tracker.access.policy import Action, decide
from tracker.access.queries import memberships_of
from tracker.core.errors import Conflict, Invalid, NotPermitted
from tracker.core.form_values import version_sent
from tracker.core.web import actor, db
from tracker.followups import services
from tracker.followups.blueprint import blueprint
from tracker.followups.dates import NotADay
from tracker.followups.filters import chips_of, choices, filters_of, people_of
from tracker.followups.forms import PRIORITY_WORDS
from tracker.followups.list_columns import EDITABLE, FOLLOW_UPS, KEY_OF_GROUP, cell, concerns_of, heading, level_of
from tracker.followups.listing import ListLine, goes_on, hidden_by_filters
from tracker.followups.listing import list_follow_ups as list_page
from tracker.followups.models import FollowUp
from tracker.followups.queries import get_follow_up, note_lines_shown, person_named
from tracker.followups.tickable import tickable_among
from tracker.followups.today import read_day_here, today_here
from tracker.lists.address import Address
from tracker.lists.columns import read_shape
from tracker.lists.export import Source
from tracker.lists.grouping import in_groups
from tracker.lists.head import head_of
from tracker.lists.sending import send_list

Answer = Response | str | tuple[str, int] | tuple[Response, int]


@blueprint.get("/follow-ups")
@entrance(CASE_READERS)
def list_follow_ups() -> Answer:
    head = head_of(FOLLOW_UPS)
    if head.default_url:
        return redirect(head.default_url, 303)
    filters, group, today = filters_of(request.args, actor()), head.shape.group, today_here()
    page = list_page(db(), actor(), filters, today, request.args.get("cursor"), group=group)
    note_lines_shown(db(), page.rows)
    people = people_of(db(), actor())
    memberships = memberships_of(db(), actor(), {line.follow_up.case_id for line in page.rows})
    is_whole = group == "week" or goes_on(group, filters)
    return render_template(
        "followups/list.html",
        page=page,
        head=head,
        address=head.address,
        columns=head.heads(KEY_OF_GROUP),
        filters=filters,
        groups=in_groups(page.rows, KEY_OF_GROUP.get(group), lambda line: heading(line, group), ordered=is_whole),
        grouped_on_page_only=bool(group) and not is_whole,
        hidden=hidden_by_filters(db(), actor()) if not page.rows and filters.are_set else 0,
        tickable=tickable_among(actor(), page.rows, memberships),
        editable=_editable(page.rows, memberships),
        chips=chips_of(head.address, filters, people),
        has_bulk="followups.bulk_preview" in current_app.view_functions,
        today=today,
        **choices(people),
    )


@blueprint.post("/follow-ups/export")
@entrance(CASE_READERS)
def export_follow_ups() -> Answer:
    """The list of the same address as a file."""
    shape, who, session, today = read_shape(FOLLOW_UPS, request.args), actor(), db(), today_here()
    filters, address = filters_of(request.args, who), Address.of("/follow-ups", request.args)
    source = Source(
        FOLLOW_UPS.area,
        shape.columns_of_a_file("case"),
        lambda cursor, size: list_page(session, who, filters, today, cursor, size, group=shape.group),
        cell,
        concerns_of,
        sorted(address.filters),
    )
    return send_list(FOLLOW_UPS, source, address)


@blueprint.post("/follow-ups/<uuid:follow_up_id>/cell")
@entrance(CASE_READERS)
def change_cell(follow_up_id: UUID) -> Answer:
    """Change one field (`field`, `value`, `version`) for the script of the list; the answer is JSON."""
    follow_up = get_follow_up(db(), actor(), follow_up_id)
    field = request.form.get("field", "")
    try:
        wished = _wished(field, request.form.get("value", ""))
        changed = services.edit_follow_up(
            db(), actor(), follow_up, expected_version=version_sent(request.form.get("version")), **wished
        )
    except Invalid as problem:
        return jsonify(message=" ".join(fault.message for fault in problem.faults)), 422
    except NotADay:
        return jsonify(message=_("Give a day such as 2026-12-01, 1 Dec, +14, +10wd or next friday.")), 422
    except NotPermitted as problem:
        return jsonify(message=str(problem)), 403
    except Conflict:
        db().expire_all()
        theirs = get_follow_up(db(), actor(), follow_up_id)
        words = _("Somebody changed this meanwhile.")
        return jsonify(message=words, version=theirs.version, **_cell(theirs, field)), 409
    db().flush()
    return jsonify(message=_("Saved."), version=changed.version, **_cell(changed, field))


def _editable(lines: Iterable[ListLine], memberships: Mapping[UUID, MembershipKind]) -> set[UUID]:
    """Which rows the reader may change; an assignee may tick what only others may change."""
    questions = {line.follow_up.id: (level_of(line), memberships.get(line.follow_up.case_id)) for line in lines}
    answers = {asked: decide(actor(), Action.ASSIGN_FOLLOW_UP, *asked).allowed for asked in set(questions.values())}
    return {row_id for row_id, asked in questions.items() if answers[asked]}


def _wished(field: str, text: str) -> dict[str, Any]:
    """What `edit_follow_up` is to change. Raises NotADay, NotPermitted for what no cell may change."""
    if field not in EDITABLE:
        raise NotPermitted(_("This can't be changed here."))
    if field == "due":
        return {"due_on": read_day_here(text) if text.strip() else None}
    if field == "assignee":
        return {"assignee_id": UUID(text) if _is_id(text) else None}
    return {field: text}


def _cell(follow_up: FollowUp, field: str) -> dict[str, str]:
    """`value` for the input, `html` for the cell."""
    name = person_named(db(), follow_up.assignee_id) if field == "assignee" else None
    values = {
        "title": follow_up.title,
        "due": follow_up.due_on.isoformat() if follow_up.due_on else "",
        "assignee": str(follow_up.assignee_id or ""),
        "priority": follow_up.priority,
    }
    html = render_template(
        "followups/_cell.html",
        field=field,
        follow_up=follow_up,
        name=name,
        today=today_here(),
        priority=PRIORITY_WORDS[follow_up.priority],
    )
    return {"value": values.get(field, ""), "html": html}


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
