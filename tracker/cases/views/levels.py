"""Raising and lowering the confidentiality of a case."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import Level
from tracker.access.policy import Action, require
from tracker.accounts.fresh import ask_first_keeping
from tracker.cases import services
from tracker.cases.forms.case import LevelForm
from tracker.cases.forms.fields import level_choices, show_refusal
from tracker.cases.views.answers import Answer, Opened, back_to, open_for, page
from tracker.cases.views.blueprint import blueprint
from tracker.core.errors import Conflict, Invalid
from tracker.core.web import actor, db


@blueprint.get("/cases/<reference>/level")
@entrance(CASE_READERS)
def change_level(reference: str) -> Answer:
    opened = open_for(reference)
    _require_any(opened)
    return page("cases/level.html", opened, form=_form(opened))


@blueprint.post("/cases/<reference>/level")
@entrance(CASE_READERS)
def save_level(reference: str) -> Answer:
    opened = open_for(reference)
    _require_any(opened)
    form = _form(opened)
    if not form.validate():
        return page("cases/level.html", opened, 422, form=form)
    if Level.SEALED in (form.level.data, opened.case.level) and (asked := ask_first_keeping()):
        return asked
    try:
        return _changed(opened, form)
    except Conflict as problem:
        form.form_errors.append(problem.message)
        form.version.data = str(problem.current_version or "")
        return page("cases/level.html", opened, 409, form=form)
    except Invalid as problem:
        show_refusal(form, problem)
        return page("cases/level.html", opened, 422, form=form)


def _changed(opened: Opened, form: LevelForm) -> Answer:
    level = form.level.data or ""
    case = opened.case
    if level in list(Level) and case.level == Level.SEALED and level != case.level:
        services.ask_to_unseal(db(), actor(), case.id, level, form.reason.data or "", form.expected_version)
        flash(_("Asked. Another member or lead of this case has to agree within three days."), "success")
        return redirect(url_for("approvals.requests"), 303)
    if level in list(Level) and Level(level).rank < Level(case.level).rank:
        services.lower_level(db(), actor(), case.id, level, form.expected_version)
        return back_to(case, _("The level is lowered."))
    if services.raise_level(db(), actor(), case.id, level, form.expected_version):
        return back_to(case, _("The level is raised."))
    flash(_("The level is raised. You are no member, so you don't see this case any more."), "success")
    return redirect(url_for("cases.list_cases"), 303)


def _form(opened: Opened) -> LevelForm:
    form = LevelForm(data={"version": opened.case.version, "level": opened.case.level})
    form.level.choices = level_choices()
    return form


def _require_any(opened: Opened) -> None:
    require(opened.may(Action.LOWER_LEVEL) or opened.may(Action.RAISE_LEVEL))
