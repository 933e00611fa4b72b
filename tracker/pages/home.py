"""Home is my work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from flask import render_template, request
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, SIGNED_IN, entrance
from tracker.core.web import actor, db
from tracker.followups.my_work import SOON_DAYS, WAITING, my_follow_ups
from tracker.followups.queries import note_lines_shown
from tracker.followups.tickable import tickable_ids
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint
from tracker.pages.decisions import decisions_for
from tracker.pages.quick_add import quick_row

SHOWN = ("overdue", "today", "soon", "waiting", "undated")


@blueprint.get("/")
@entrance(SIGNED_IN)
def home() -> Response | str:
    """Mine, or the team's for staff; who has no part in cases gets the way to what they do."""
    if CASE_READERS.isdisjoint(actor().roles):
        return render_template("pages/home_without_cases.html")
    return home_page(team=request.args.get("whose") == "team")


def home_page(
    *, team: bool = False, typed: dict[str, str] | None = None, problems: dict[str, str] | None = None
) -> str:
    """The page; with what was typed into the row that adds work and what is wrong with it. Five statements."""
    team = team and actor().is_staff
    today = today_here()
    groups = my_follow_ups(db(), actor(), today, team=team, groups=SHOWN)
    lines = [line for group in groups.values() for line in group.lines]
    note_lines_shown(db(), lines)
    row = quick_row(db(), actor(), lines)
    return render_template(
        "pages/home.html",
        groups=groups,
        tickable=tickable_ids(db(), actor(), lines),
        decisions=[] if team else decisions_for(db(), actor(), today),
        row=replace(row, typed=typed or {"assignee": str(actor().person_id)}, problems=problems or {}),
        team=team,
        may_see_team=actor().is_staff,
        today=today,
        whole_lists=whole_lists(today),
    )


def whole_lists(today: date) -> dict[str, dict[str, str | int]]:
    """By group, the filters of the list of follow-ups that shows all of it; what has no date ends the list."""
    soon, last = today + timedelta(days=1), today + timedelta(days=SOON_DAYS)
    return {
        "overdue": {"overdue": 1},
        "today": {"from": today.isoformat(), "to": today.isoformat()},
        "soon": {"from": soon.isoformat(), "to": last.isoformat()},
        "waiting": {"status": WAITING},
        "undated": {},
    }
