"""A follow-up from anywhere: what is to be done, on which case, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_
from wtforms import StringField
from wtforms.validators import InputRequired

from tracker.access.entrance import CASE_READERS, entrance
from tracker.accounts.queries import active_people
from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.core.errors import Invalid, NotPermitted
from tracker.core.web import actor, db
from tracker.followups import services
from tracker.followups.answers import Answer, flash_undo
from tracker.followups.blueprint import blueprint
from tracker.followups.forms import QuickFollowUpForm, show_faults
from tracker.followups.models import FollowUp
from tracker.followups.page_views import invites, saved_words
from tracker.followups.today import today_here

MOST_CASES = 12


class AnywhereForm(QuickFollowUpForm):
    """The row of a case, and which case: its reference, or words of its title."""

    case = StringField(_l("On which case"), [InputRequired(_l("Say on which case."))])


@blueprint.get("/follow-ups/new")
@entrance(CASE_READERS)
def new_anywhere() -> Answer:
    form = AnywhereForm(data={"case": request.args.get("case", ""), "assignee": actor().person_id})
    return _page(form)


@blueprint.post("/follow-ups/new")
@entrance(CASE_READERS)
def add_anywhere() -> Answer:
    form = AnywhereForm()
    cases = _cases(form.case.data or "")
    if len(cases) == 1:
        form.due.countries = cases[0].countries
    is_valid = form.validate()
    if len(cases) != 1:
        form.case.errors = [*form.case.errors, _case_words(form, cases)]
        return _page(form, cases), 422
    if not is_valid:
        return _page(form), 422
    try:
        follow_up = services.add_follow_up(db(), actor(), cases[0], **form.values())
    except NotPermitted as problem:
        form.case.errors = [problem.message]
        return _page(form), 422
    except Invalid as problem:
        show_faults(form, problem)
        return _page(form, invite=invites(problem), chosen=cases[0]), 422
    return _made(follow_up, cases[0])


def _made(follow_up: FollowUp, case: Case) -> Answer:
    flash_undo(follow_up.id, saved_words(follow_up))
    if "again" in request.form:
        return redirect(url_for(".new_anywhere", case=case.reference), 303)
    return redirect(url_for("pages.case_page", reference=case.reference, _anchor="follow-ups"), 303)


def _cases(text: str) -> Sequence[Case]:
    """The case whose reference begins the text, else those whose titles have all its words, the liveliest first."""
    words = text.replace("\x00", " ").split()[:6]
    if not words:
        return []
    named = db().scalars(visible_cases(actor()).where(Case.reference == words[0].upper().strip(",;:·"))).all()
    if named:
        return named
    query = visible_cases(actor())
    for word in words:
        like = Case.title.icontains(word, autoescape=True)
        query = query.where(or_(Case.reference.istartswith(word, autoescape=True), like))
    return db().scalars(query.order_by(Case.activity_at.desc(), Case.id.desc()).limit(MOST_CASES)).all()


def _case_words(form: AnywhereForm, cases: Sequence[Case]) -> str:
    if cases:
        return str(_("Several cases fit: choose one of them."))
    if (form.case.data or "").strip():
        return str(_("No case that you can see fits. Give its reference, or words of its title."))
    return str(_("Say on which case."))


def _page(form: AnywhereForm, cases: Sequence[Case] = (), **extra: Any) -> str:
    people = active_people(db(), *CASE_READERS) if actor().is_staff else []
    others = [(one.id, one.name) for one in people if one.id != actor().person_id]
    form.assignee.choices = [(actor().person_id, _("Me")), ("", _("Nobody yet")), *others]
    recent = [] if cases else _recent()
    return render_template(
        "followups/anywhere.html", form=form, cases=cases, recent=recent, today=today_here(), **extra
    )


def _recent() -> Sequence[tuple[str, str]]:
    """The liveliest cases, for a list to choose from where there is no script."""
    query = visible_cases(actor()).with_only_columns(Case.reference, Case.title)
    rows = db().execute(query.order_by(Case.activity_at.desc(), Case.id.desc()).limit(MOST_CASES))
    return [(row[0], row[1]) for row in rows]
