"""Names offered while one types, as data for the script; without it everything can be typed in full."""

from __future__ import annotations

from flask import jsonify, request
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.core.web import actor, db
from tracker.engagements.blueprint import blueprint
from tracker.engagements.suggestions import suggest_cases, suggest_contacts, suggest_sides

_KINDS = {"contact": suggest_contacts, "side": suggest_sides, "case": suggest_cases}


@blueprint.get("/engagements/names")
@entrance(CASE_READERS)
def suggest_names() -> Response:
    """`?kind=contact|side|case&q=…` → `{"names": [{"value": …, "note": …}]}`."""
    suggest = _KINDS.get(request.args.get("kind", ""), suggest_contacts)
    text = " ".join(request.args.get("q", "").replace("\x00", " ").split())[:100]
    found = suggest(db(), actor(), text)
    answer = jsonify(names=[{"value": one.value, "note": one.note} for one in found])
    answer.headers["Cache-Control"] = "no-store"
    return answer
