"""A follow-up from anywhere: what is to be done, on which case, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from tracker.access.entrance import CASE_READERS, entrance
from tracker.cases.models import Case
from tracker.cases.named import MOST_CASES, cases_named, last_case
from tracker.cases.queries import visible_cases
from tracker.core.errors import Invalid, NotPermitted
from tracker.core.languages import format_day
from tracker.core.web import actor, db
from tracker.followups import services
from tracker.followups.answers import Answer, back, flash_undo
from tracker.followups.blueprint import blueprint
from tracker.followups.forms import QuickFollowUpForm, show_faults
from tracker.followups.line_reading import Reading, people_to_choose, reading_of
from tracker.followups.models import FollowUp
from tracker.followups.one_line import is_reference
from tracker.followups.page_views import invites, saved_words
from tracker.followups.today import today_here

LONGEST_LINE = 400


class AnywhereForm(QuickFollowUpForm):
    """The row of a case, and which case: its reference, or words of its title."""

    case = StringField(_l("On which case"), [InputRequired(_l("Say on which case."))])


@blueprint.get("/follow-ups/new")
@entrance(CASE_READERS)
def new_anywhere() -> Answer:
    """The form; it proposes the case that was looked at last, and what a link to it says is to be done, and when."""
    named = request.args.get("case", "")
    proposed = None if named else last_case(db(), actor())
    case = f"{proposed.reference} · {proposed.title}" if proposed else named
    said = {"title": request.args.get("title", "")[:LONGEST_LINE], "due": _day_of(request.args.get("due", ""))}
    return _page(AnywhereForm(data={"case": case, "assignee": actor().person_id, **said}))


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@blueprint.post("/follow-ups/new")
@entrance(CASE_READERS)
def add_anywhere() -> Answer:
    form = AnywhereForm()
    cases = cases_named(db(), actor(), form.case.data or "")
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


@blueprint.get("/follow-ups/line")
@entrance(CASE_READERS)
def read_one_line() -> Answer:
    """A fragment: what the line means so far. It proposes the case of `here`, else the one that was looked at last."""
    is_row = "title" in request.args
    text = request.args.get("title" if is_row else "line", "").strip()[:LONGEST_LINE]
    due_text = request.args.get("due", "").strip()[:60]
    if is_row and not (text or due_text):
        return ""
    settled = _case_here(request.args.get("case", ""))
    here = _case_here(request.args.get("here", ""))
    reading = reading_of(db(), actor(), text, here=here, settled=settled, day=not due_text)
    if due_text:
        reading.read_due(due_text)
    if not text:
        reading.problems.pop("title")
    return render_template(
        "followups/_line_reading.html", reading=reading, text=text, is_row=is_row, today=today_here()
    )


@blueprint.get("/follow-ups/people")
@entrance(CASE_READERS)
def people_for_line() -> Answer:
    """Names for the list that opens behind an @."""
    return jsonify([name for _id, name in people_to_choose(db(), actor())])


@blueprint.post("/follow-ups/line")
@entrance(CASE_READERS)
def add_one_line() -> Answer:
    """Make what the line says; without an @ it is the person's own. Refused, it comes back sorted into a form."""
    here = request.form.get("here", "")
    reading = reading_of(db(), actor(), request.form.get("line", "")[:LONGEST_LINE], here=_case_here(here))
    form = _form_of(reading)
    if reading.problems or reading.case is None:
        return _page(form, reading.cases), 422
    said: dict[str, Any] = {"title": reading.title, "due_on": reading.due, "assignee_id": form.assignee.data}
    try:
        follow_up = services.add_follow_up(db(), actor(), reading.case, **said)
    except NotPermitted as problem:
        form.case.errors = [problem.message]
        return _page(form), 422
    except Invalid as problem:
        show_faults(form, problem)
        return _page(form, invite=invites(problem), chosen=reading.case), 422
    flash_undo(follow_up.id, line_words(follow_up, reading.case))
    return redirect(back(follow_up.id), 303)


def line_words(follow_up: FollowUp, case: Case) -> str:
    """Names the case, for the line may have left it open."""
    if follow_up.due_on is None:
        return str(_("Saved on %(case)s, without a due date.", case=case.reference))
    return str(_("Saved on %(case)s: due on %(day)s.", case=case.reference, day=format_day(follow_up.due_on)))


def _form_of(reading: Reading) -> AnywhereForm:
    """The line in the fields of the form, each problem at its field."""
    case = reading.case.reference if reading.case else reading.case_text
    said = {
        "title": reading.title,
        "case": case,
        "assignee": reading.assignee[0] if reading.assignee else actor().person_id,
        "due": reading.due,
    }
    form = AnywhereForm(formdata=None, data=said)
    for name, words in reading.problems.items():
        form[name].errors = [words if name != "case" or case else str(_("Say on which case."))]
    return form


def _case_here(reference: str) -> Case | None:
    words = reference.split()
    return next(iter(cases_named(db(), actor(), words[0])), None) if words and is_reference(words[0]) else None


def _made(follow_up: FollowUp, case: Case) -> Answer:
    flash_undo(follow_up.id, saved_words(follow_up))
    if "again" in request.form:
        return redirect(url_for(".new_anywhere", case=case.reference), 303)
    return redirect(url_for("pages.case_page", reference=case.reference, _anchor="follow-ups"), 303)


def _case_words(form: AnywhereForm, cases: Sequence[Case]) -> str:
    if cases:
        return str(_("Several cases fit: choose one of them."))
    if (form.case.data or "").strip():
        return str(_("No case that you can see fits. Give its reference, or words of its title."))
    return str(_("Say on which case."))


def _page(form: AnywhereForm, cases: Sequence[Case] = (), **extra: Any) -> str:
    others = [one for one in people_to_choose(db(), actor()) if one[0] != actor().person_id]
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
