"""A follow-up from home in one row: title, case, who, day; or all of it in the first field (followups.one_line)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.accounts.models import Person, PersonRole
from tracker.cases.models import Case, CaseVisit
from tracker.cases.queries import get_case, visible_cases
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid, NotPermitted, NotVisible
from tracker.core.statements import kept_statement
from tracker.core.web import actor, db
from tracker.followups import services
from tracker.followups.answers import flash_undo
from tracker.followups.anywhere_views import line_words
from tracker.followups.dates import NotADay
from tracker.followups.line_reading import reading_of
from tracker.followups.queries import WorkLine
from tracker.followups.today import read_day_here
from tracker.pages.blueprint import blueprint

RECENT = 12
FIELDS = ("title", "case", "assignee", "due")


@dataclass(slots=True)
class QuickRow:
    """The row as it is shown: what was typed, what is wrong by field, what it offers."""

    typed: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    people: Sequence[tuple[UUID, str]] = ()
    cases: Sequence[tuple[str, str]] = ()
    proposed: str = ""
    """The reference of the case that is taken where the row names none: the one looked at last."""


def quick_row(session: Session, actor: Actor, lines: Iterable[WorkLine] = ()) -> QuickRow:
    """The empty row: people who can be given work, and cases that the person looked at last. Two statements."""
    recent = [(reference, title) for reference, title in session.execute(_recent_cases(actor))]
    known = dict(recent) | {line.case_reference: line.case_title for line in lines}
    people = [(row.id, row.name) for row in session.execute(_people(actor))]
    return QuickRow(people=people, cases=list(known.items()), proposed=recent[0][0] if recent else "")


@kept_statement
def _recent_cases(actor: Actor) -> Any:
    return (
        visible_cases(actor)
        .with_only_columns(Case.reference, Case.title)
        .join(CaseVisit, CaseVisit.case_id == Case.id)
        .where(CaseVisit.person_id == actor.person_id)
        .order_by(CaseVisit.seen_at.desc(), Case.id)
        .limit(RECENT)
    )


@kept_statement
def _people(actor: Actor) -> Any:
    """Active people whose roles open cases; whoever comes from outside gives work to themselves only."""
    able = exists().where(PersonRole.person_id == Person.id, PersonRole.role.in_(CASE_READERS))
    query = select(Person.id, Person.name).where(Person.active, able)
    if not actor.is_staff:
        query = query.where(Person.id == actor.person_id)
    return query.order_by(func.lower(Person.name), Person.id)


@blueprint.post("/follow-ups/quick")
@entrance(CASE_READERS)
def add_from_home() -> Response | tuple[str, int]:
    """Make it, and go back home; what can't be made comes back with everything typed."""
    from tracker.pages.home import home_page

    typed = {name: request.form.get(name, "").strip()[:300] for name in FIELDS}
    try:
        case, values = _said(typed)
        follow_up = services.add_follow_up(db(), actor(), case, **values)
    except Invalid as problem:
        return home_page(typed=typed, problems=_by_field(problem)), 422
    except NotPermitted as problem:
        return home_page(typed=typed, problems={"case": problem.message}), 422
    flash_undo(follow_up.id, line_words(follow_up, case))
    return redirect(url_for("pages.home", _anchor="quick-add"), 303)


def _said(typed: dict[str, str]) -> tuple[Case, dict[str, Any]]:
    """The case, and what the service gets. A field that was filled wins over what the line says. Raises Invalid."""
    day = _day(typed["due"]) if typed["due"] else None
    chosen = _person(typed["assignee"]) if typed["assignee"] else None
    case = _case(typed["case"]) if typed["case"] else None
    line = reading_of(db(), actor(), typed["title"], settled=case, day=day is None)
    if line.problems or line.case is None:
        raise Invalid(*(Fault(name, words) for name, words in line.problems.items()))
    assignee = line.assignee[0] if line.assignee else chosen
    return line.case, {"title": line.title, "due_on": day or line.due, "assignee_id": assignee}


def _case(text: str) -> Case:
    """The case whose reference the text begins with. Raises Invalid."""
    words = text.split()
    try:
        if words:
            return get_case(db(), actor(), words[0])
    except NotVisible:
        pass
    raise Invalid(Fault("case", _("Begin with the reference of a case, such as ICC-K7QX.")))


def _day(text: str) -> date:
    try:
        return read_day_here(text)
    except NotADay as error:
        raise Invalid(Fault("due", _("Give a day such as 2026-12-01, 1 Dec, +14, +10wd or next friday."))) from error


def _person(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(Fault("assignee", _("Choose one of the people offered."))) from error


def _by_field(problem: Invalid) -> dict[str, str]:
    names = {"due_on": "due", "assignee_id": "assignee"}
    found = {names.get(fault.path, fault.path): fault.message for fault in problem.faults}
    return {name if name in FIELDS else "title": words for name, words in found.items()}
