"""Lowering the level of one thing on a case: a follow-up, an entry, a meeting, a paper."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import Level
from tracker.access.policy import Action, decide, require
from tracker.accounts.fresh import ask_first_keeping
from tracker.approvals.queries import waiting_on_case
from tracker.approvals.services import LONGEST_REASON
from tracker.cases.forms.fields import LEVEL_WORDS, show_refusal
from tracker.core.errors import Invalid
from tracker.core.page_forms import PageForm
from tracker.core.web import actor, db
from tracker.levels import services
from tracker.levels.parts import Part, find_part
from tracker.pages.blueprint import blueprint

Answer = Response | str | tuple[str, int]


class PartLevelForm(PageForm):
    level = SelectField(_l("New level"), validate_choice=False)
    reason = TextAreaField(_l("Why it may be unsealed"), [Length(max=LONGEST_REASON)])


@blueprint.get("/levels/<what>/<uuid:part_id>")
@entrance(CASE_READERS)
def part_level(what: str, part_id: UUID) -> Answer:
    part = _opened(what, part_id)
    return _page(part, _form(part))


@blueprint.post("/levels/<what>/<uuid:part_id>")
@entrance(CASE_READERS)
def lower_part_level(what: str, part_id: UUID) -> Answer:
    part = _opened(what, part_id)
    form = _form(part)
    if not form.validate():
        return _page(part, form), 422
    if part.level is Level.SEALED and (asked := ask_first_keeping()):
        return asked
    try:
        return _lowered(part, form)
    except Invalid as problem:
        show_refusal(form, problem)
        return _page(part, form), 422


def _lowered(part: Part, form: PartLevelForm) -> Answer:
    level = form.level.data or ""
    if part.level is Level.SEALED:
        services.ask_to_unseal(db(), actor(), part.what, part.row.id, level, form.reason.data or "")
        flash(_("Asked. Another member or lead of this case has to agree within three days."), "success")
        return redirect(url_for("approvals.requests"), 303)
    services.lower(db(), actor(), part.what, part.row.id, level)
    flash(_("The level is lowered."), "success")
    return redirect(_place_of(part), 303)


def _opened(what: str, part_id: UUID) -> Part:
    part = find_part(db(), actor(), what, part_id)
    require(decide(actor(), Action.LOWER_LEVEL, part.level, part.membership))
    return part


def _form(part: Part) -> PartLevelForm:
    form = PartLevelForm()
    form.level.choices = [(level.value, LEVEL_WORDS[level]) for level in reversed(part.lower_levels)]
    return form


def _page(part: Part, form: PartLevelForm) -> str:
    waiting = waiting_on_case(db(), actor(), part.case.id, part.row.id) if part.level is Level.SEALED else None
    return render_template("pages/level.html", part=part, form=form, back=_place_of(part), waiting=waiting)


def _place_of(part: Part) -> str:
    match part.what:
        case "follow_up":
            return url_for("followups.follow_up_page", follow_up_id=part.row.id)
        case "engagement":
            return url_for("engagements.engagement_page", engagement_id=part.row.id)
        case "document":
            return url_for("documents.papers", reference=part.case.reference)
        case _:
            reference, entry = part.case.reference, part.row.id
            return url_for("pages.case_page", reference=reference, event=entry, _anchor=f"event-{entry}")
