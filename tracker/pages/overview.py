"""Overview: where every pathway stands. Workload: who has how much to do."""

from __future__ import annotations

from flask import render_template
from flask_babel import format_decimal

from tracker.access.entrance import CASE_READERS, STAFF, entrance
from tracker.cases.forms.fields import PHASE_WORDS
from tracker.core import clock
from tracker.core.web import actor, db
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint
from tracker.pages.counts import WEEK, case_counts, changed_since, next_deadlines, stalled_count, workload
from tracker.pathways.store import definitions


@blueprint.app_template_filter("number")
def written_number(value: int) -> str:
    """`12,345` as the reader's language writes it."""
    return str(format_decimal(value))


@blueprint.get("/overview")
@entrance(CASE_READERS)
def overview() -> str:
    today = today_here()
    counts = case_counts(db())
    known = {definition.key: definition for definition in definitions().all()}
    shown = [*known, *sorted({pathway for pathway, _phase in counts} - known.keys())]
    without_status = any(phase == "" for _pathway, phase in counts)
    return render_template(
        "pages/overview.html",
        counts=counts,
        pathways=[(key, known[key].label if key in known else key) for key in shown],
        phases=[*PHASE_WORDS.items(), *([("", None)] if without_status else [])],
        by_pathway={key: sum(n for (pathway, _phase), n in counts.items() if pathway == key) for key in shown},
        total=sum(counts.values()),
        stalled=stalled_count(db(), today),
        changes=changed_since(db(), actor(), clock.now() - WEEK),
        deadlines=next_deadlines(db(), actor(), today),
        definitions=known,
        today=today,
    )


@blueprint.get("/workload")
@entrance(STAFF)
def workload_page() -> str:
    loads = workload(db(), today_here())
    return render_template("pages/workload.html", loads=loads, most=max((load.active for load in loads), default=0))
