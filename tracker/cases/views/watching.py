"""The switch on the page of a case: watch it, or no longer."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.cases.services.watching import unwatch_case, watch_case
from tracker.cases.views.answers import Answer, back_to, open_for
from tracker.cases.views.blueprint import blueprint
from tracker.core.web import actor, db


@blueprint.post("/cases/<reference>/watch")
@entrance(CASE_READERS)
def watch(reference: str) -> Answer:
    """`watching` says what shall be, so that a second press of an old page does no harm."""
    case = open_for(reference).case
    if request.form.get("watching") == "1":
        watch_case(db(), actor(), case.id)
        return back_to(case, _("You watch this case now."))
    unwatch_case(db(), actor(), case.id)
    return back_to(case, _("You no longer watch this case."))
