"""What a date means that somebody types, shown in full before it is saved."""

from __future__ import annotations

from flask import render_template, request

from tracker.access.entrance import CASE_READERS, entrance
from tracker.accounts.current import today_here
from tracker.cases.vague_text import read_vague_or_near
from tracker.cases.views.blueprint import blueprint
from tracker.core.dates import VagueDate


@blueprint.get("/dates/read")
@entrance(CASE_READERS)
def read_back() -> str:
    """A fragment: the date of the one field that was sent, in full."""
    text = next(iter(request.args.values()), "").strip()[:40]
    try:
        found = read_vague_or_near(text, today_here())
    except ValueError:
        found = None
    return render_template("cases/_date.html", when=VagueDate(found) if found else None, text=text)
