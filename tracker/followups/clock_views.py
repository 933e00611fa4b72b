"""Making the follow-up of a clock, from the page of clocks."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import require
from tracker.access.queries import membership_of
from tracker.cases.queries import get_case
from tracker.core.errors import Conflict, Invalid
from tracker.core.web import actor, db
from tracker.followups import policy
from tracker.followups.answers import Answer, flash_undo
from tracker.followups.blueprint import blueprint
from tracker.followups.clocks import follow_clock
from tracker.followups.page_views import saved_words


@blueprint.post("/cases/<reference>/clocks/follow")
@entrance(CASE_READERS)
def follow_a_clock(reference: str) -> Answer:
    """For whoever presses the button; they may give it to somebody else afterwards."""
    case = get_case(db(), actor(), reference)
    require(policy.may_create(actor(), case, membership_of(db(), actor(), case.id)))
    said = request.form
    try:
        made = follow_clock(
            db(),
            actor(),
            case,
            _id_in(said.get("event", "")),
            said.get("rule", ""),
            said.get("party", ""),
            actor().person_id,
        )
    except Conflict as problem:
        flash(problem.message, "warning")
    except Invalid as problem:
        flash(problem.faults[0].message, "warning")
    else:
        flash_undo(made.id, saved_words(made))
    return redirect(url_for("pages.case_clocks", reference=case.reference), 303)


def _id_in(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Conflict(_("This clock has no date any more.")) from None
