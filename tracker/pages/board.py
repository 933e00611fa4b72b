"""The board: cases of a pathway by status, follow-ups by person or by state."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, STAFF, entrance
from tracker.accounts.models import Person, PersonRole
from tracker.core.errors import Fault, Invalid, NotPermitted
from tracker.core.web import actor, db
from tracker.followups import services
from tracker.followups.board_moves import BOARD_STATES, put_into
from tracker.followups.forms import STATUS_WORDS
from tracker.followups.models import FollowUp
from tracker.followups.queries import get_follow_up
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint
from tracker.pages.board_cases import case_columns
from tracker.pages.board_work import NOBODY, PEOPLE, columns_of_people, columns_of_states
from tracker.pathways.store import definitions

Answer = Response | str | tuple[str, int]
STATUS, ASSIGNEE, STATE = "status", "assignee", "state"


@blueprint.get("/board")
@entrance(CASE_READERS)
def board() -> Answer:
    by = _by(request.args.get("by"))
    if by == STATUS:
        return _board_of_cases()
    if by == ASSIGNEE:
        return _board_of_people()
    team = actor().is_staff and request.args.get("whose") == "team"
    columns = columns_of_states(db(), actor(), _states(), team=team)
    return _page(STATE, work=columns, team=team)


def _by(text: str | None) -> str:
    """What the board is by; who sees no team has no columns of people."""
    if text == ASSIGNEE and actor().is_staff:
        return ASSIGNEE
    return STATE if text in (ASSIGNEE, STATE) else STATUS


def _board_of_cases() -> str:
    known = {definition.key: definition for definition in definitions().all()}
    definition = known.get(request.args.get("pathway", "")) or next(iter(known.values()))
    columns = case_columns(db(), actor(), definition)
    return _page(STATUS, cases=columns, definition=definition, pathways=list(known.values()))


def _board_of_people() -> str:
    people = _people()
    asked = request.args.get("page", "")
    page = min(int(asked), max(len(people) - 1, 0) // PEOPLE) if asked.isascii() and asked.isdigit() else 0
    columns = columns_of_people(db(), actor(), people[page * PEOPLE : (page + 1) * PEOPLE], _("Nobody yet"))
    return _page(ASSIGNEE, work=columns, page=page, pages=-(-len(people) // PEOPLE))


def _people() -> list[tuple[UUID, str]]:
    """Active staff, whoever looks first, then by name."""
    able = exists().where(PersonRole.person_id == Person.id, PersonRole.role.in_(STAFF))
    query = select(Person.id, Person.name).where(Person.active, able)
    order = ((Person.id != actor().person_id), func.lower(Person.name), Person.id)
    return [(row.id, row.name) for row in db().execute(query.order_by(*order))]


def _states() -> dict[str, str]:
    return {key: str(STATUS_WORDS[key]) for key in BOARD_STATES}


def _page(by: str, **extra: Any) -> str:
    return render_template("pages/board.html", by=by, today=today_here(), may_see_people=actor().is_staff, **extra)


@blueprint.get("/board/follow-ups/<uuid:follow_up_id>")
@entrance(CASE_READERS)
def choose_column(follow_up_id: UUID) -> Answer:
    """Where to put a card, without a script: every column as a choice."""
    return _choice(get_follow_up(db(), actor(), follow_up_id))


def _choice(follow_up: FollowUp, problem: str = "") -> str:
    by = _by(request.values.get("by", STATE))
    people = [(NOBODY, _("Nobody yet")), *((str(key), name) for key, name in _people())]
    return render_template(
        "pages/board_move.html",
        follow_up=follow_up,
        by=by,
        now=str(follow_up.assignee_id or NOBODY) if by == ASSIGNEE else follow_up.status,
        columns=people if by == ASSIGNEE else list(_states().items()),
        problem=problem,
    )


@blueprint.post("/board/follow-ups/<uuid:follow_up_id>")
@entrance(CASE_READERS)
def put_card(follow_up_id: UUID) -> Answer:
    """Give the work to somebody, or another state. JSON for the script, with where it was, for its undo."""
    follow_up = get_follow_up(db(), actor(), follow_up_id)
    by, to = _by(request.form.get("by", STATE)), request.form.get("to", "")
    was = str(follow_up.assignee_id or NOBODY) if by == ASSIGNEE else follow_up.status
    try:
        message = _put(follow_up, by, to)
    except Invalid as problem:
        return _refused(follow_up, " ".join(str(fault.message) for fault in problem.faults))
    except NotPermitted as problem:
        return _refused(follow_up, str(problem.message))
    if request.headers.get("X-Requested-With") == "board":
        return jsonify(message=message, was=was)
    flash(message, "success")
    return redirect(url_for("pages.board", by=by), 303)


def _put(follow_up: FollowUp, by: str, to: str) -> str:
    if by == ASSIGNEE:
        services.assign(db(), actor(), follow_up, None if to == NOBODY else _person(to))
        return str(_("Given to somebody else.") if to != NOBODY else _("Nobody has this now."))
    if to not in BOARD_STATES:
        raise Invalid(Fault("", _("Choose one of the columns.")))
    put_into(db(), actor(), follow_up, to, today_here())
    return str(_("Moved to “%(column)s”.", column=STATUS_WORDS[to]))


def _person(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(Fault("", _("Choose one of the columns."))) from error


def _refused(follow_up: FollowUp, words: str) -> Answer:
    if request.headers.get("X-Requested-With") == "board":
        answer = jsonify(message=words)
        answer.status_code = 422
        return answer
    return _choice(follow_up, words), 422
