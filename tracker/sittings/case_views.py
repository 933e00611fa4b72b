"""The sittings around which work on a case may be planned, and what hangs on one already."""

from __future__ import annotations

from flask import render_template

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action, decide
from tracker.access.queries import membership_of
from tracker.accounts.current import today_here
from tracker.cases.queries import get_case
from tracker.core.web import actor, db
from tracker.sittings.blueprint import blueprint
from tracker.sittings.policy import may_keep
from tracker.sittings.queries import list_sittings, timelines_on_sittings
from tracker.sittings.words import CERTAINTY_WORDS, INSTITUTION_WORDS


@blueprint.get("/cases/<reference>/sittings")
@entrance(CASE_READERS)
def of_case(reference: str) -> str:
    case = get_case(db(), actor(), reference)
    coming, _over = list_sittings(db(), today_here())
    return render_template(
        "sittings/of_case.html",
        case=case,
        coming=coming,
        hanging=timelines_on_sittings(db(), actor(), case),
        institutions=INSTITUTION_WORDS,
        certainties=CERTAINTY_WORDS,
        may_keep=bool(may_keep(actor())),
        may_plan=bool(decide(actor(), Action.CREATE_FOLLOW_UP, case.level, membership_of(db(), actor(), case.id))),
    )
