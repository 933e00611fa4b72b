"""The list of cases: on the page, and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import jsonify, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import escape
from sqlalchemy import Select

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action, decide
from tracker.accounts.current import today_here
from tracker.accounts.queries import active_names
from tracker.audit.reads import note_shown
from tracker.cases import services
from tracker.cases.forms.fields import PHASE_WORDS
from tracker.cases.list_columns import CASES, KEY_OF_GROUP, LEVEL_WORDS, Words, concerns_of
from tracker.cases.list_filters import DUE_WORDS, ME, chips_of, filters_of
from tracker.cases.listing import GROUPED, NOBODY, CaseFilters, CaseLine, hidden_by_filters
from tracker.cases.listing import list_cases as list_page
from tracker.cases.models import Case, Dossier
from tracker.cases.queries import get_case, visible_dossiers
from tracker.cases.views.answers import Answer
from tracker.cases.views.blueprint import blueprint
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Invalid, NotLawful, NotPermitted
from tracker.core.form_values import version_sent
from tracker.core.statements import kept_statement
from tracker.core.web import actor, db
from tracker.lists.address import Address
from tracker.lists.columns import read_shape
from tracker.lists.export import Source
from tracker.lists.grouping import in_groups
from tracker.lists.head import head_of
from tracker.lists.sending import Answer as FileAnswer
from tracker.lists.sending import send_list
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions


@blueprint.get("/cases")
@entrance(CASE_READERS)
def list_cases() -> Answer:
    head = head_of(CASES)
    if head.default_url:
        return redirect(head.default_url, 303)
    known, shape = _known(), head.shape
    filters = filters_of(request.args, actor(), known, today_here(), shape.sort)
    page = list_page(db(), actor(), filters, request.args.get("cursor"), group=shape.group)
    for line in page.rows:
        note_shown(db(), line.case.id, line.case.level)
    is_asked = head.panel == "filters"  # what only that menu and its chips show is read when they are there
    dossiers = db().execute(_offered_dossiers(actor())).all() if is_asked or filters.dossier_id else []
    people = _people(actor()) if is_asked or isinstance(filters.lead, UUID) else []
    words = Words(known)
    return render_template(
        "cases/list.html",
        page=page,
        head=head,
        columns=replace(head, shape=replace(shape, sort=filters.sort)).heads(GROUPED),
        address=head.address,
        filters=filters,
        groups=in_groups(
            page.rows,
            KEY_OF_GROUP.get(shape.group),
            lambda line: words.heading(line, shape.group),
            ordered=shape.group in GROUPED,
        ),
        grouped_on_page_only=bool(shape.group) and shape.group not in GROUPED,
        hidden=hidden_by_filters(db(), actor()) if not page.rows and filters.any else 0,
        definitions=known,
        chips=chips_of(head.address, filters, known, dossiers, people),
        may_open=decide(actor(), Action.OPEN_CASE),
        editable=_editable(page.rows),
        today=today_here(),
        **_choices(filters, known, dossiers, people),
    )


@blueprint.post("/cases/<reference>/cell")
@entrance(CASE_READERS)
def change_cell(reference: str) -> Any:
    """Change the title (`field`, `value`, `version`) for the script of the list; the answer is JSON."""
    case = get_case(db(), actor(), reference)
    version = version_sent(request.form.get("version"))
    if request.form.get("field") != "title" or version is None:
        return jsonify(message=_("This can't be changed here.")), 403
    try:
        case = services.rename(db(), actor(), case, request.form.get("value", ""), version)
    except (Invalid, NotLawful) as problem:
        return jsonify(message=_words_of(problem)), 422
    except NotPermitted as problem:
        return jsonify(message=str(problem)), 403
    except Conflict:
        db().expire_all()
        theirs = get_case(db(), actor(), reference)
        return jsonify(message=_("Somebody changed this meanwhile."), **_cell(theirs)), 409
    return jsonify(message=_("Saved."), **_cell(case))


def _cell(case: Case) -> dict[str, Any]:
    return {"version": case.version, "value": case.title, "html": str(escape(case.title))}


def _words_of(problem: Invalid | NotLawful) -> str:
    return " ".join(fault.message for fault in problem.faults) if isinstance(problem, Invalid) else str(problem)


def _editable(lines: Iterable[CaseLine]) -> frozenset[str]:
    """The levels whose cases the reader may rename by role. Who may as a member of the case finds that on its page."""
    levels = {line.case.level for line in lines}
    return frozenset(level for level in levels if decide(actor(), Action.EDIT_FACTS, level, None))


@blueprint.post("/cases/export")
@entrance(CASE_READERS)
def export_cases() -> FileAnswer:
    """The list of the same address as a file."""
    shape, known, who, session = read_shape(CASES, request.args), _known(), actor(), db()
    filters = filters_of(request.args, who, known, today_here(), shape.sort)
    address = Address.of("/cases", request.args)
    source = Source(
        CASES.area,
        shape.columns_of_a_file("reference", "pathway", "countries"),
        lambda cursor, size: list_page(session, who, filters, cursor, group=shape.group, size=size),
        Words(known).cell,
        concerns_of,
        sorted(address.filters),
    )
    return send_list(CASES, source, address)


def _known() -> Mapping[str, Definition]:
    return {definition.key: definition for definition in definitions().all()}


@kept_statement
def _offered_dossiers(actor: Actor) -> Select[UUID, str]:
    found = visible_dossiers(actor).with_only_columns(Dossier.id, Dossier.title)
    return found.order_by(Dossier.title, Dossier.id).limit(200)


def _people(actor: Actor) -> list[tuple[str, str]]:
    """Who may lead cases, for staff to choose from."""
    return [(str(one), name) for one, name in active_names(db(), *CASE_READERS)] if actor.is_staff else []


def _choices(
    filters: CaseFilters, known: Mapping[str, Definition], dossiers: Any, people: list[tuple[str, str]]
) -> dict[str, Any]:
    everything = ("", _("All"))
    one = known[filters.pathways[0]] if len(filters.pathways) == 1 else None
    return {
        "pathway_choices": [(key, row.label) for key, row in known.items()],
        "status_choices": [(row.key, row.label) for row in one.statuses] if one else [],
        "phase_choices": list(PHASE_WORDS.items()),
        "level_choices": list(LEVEL_WORDS.items()),
        "dossier_choices": [everything, *((row.id, row.title) for row in dossiers)],
        "lead_choices": [("", _("Anybody")), (ME, _("Me")), (NOBODY, _("Nobody")), *people],
        "due_choices": [("", _("Any day")), *DUE_WORDS.items()],
    }
