"""Home is my work."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template, request
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, SIGNED_IN, entrance
from tracker.accounts.current import the_person
from tracker.core.web import actor, db
from tracker.followups.my_work import SOON_DAYS, WAITING, my_follow_ups
from tracker.followups.tickable import tickable_ids
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint

SHOWN = ("overdue", "today", "soon", "waiting", "undated")
TEAM_ROLES = frozenset({"coordinator", "head"})


@blueprint.get("/")
@entrance(SIGNED_IN)
def home() -> Response | str:
    """Mine, or the team's for those who run it; who has no part in cases gets the way to what they do."""
    roles = actor().roles
    if CASE_READERS.isdisjoint(roles):
        return render_template("pages/home_without_cases.html")
    may_see_team = not TEAM_ROLES.isdisjoint(roles)
    team = may_see_team and request.args.get("whose") == "team"
    today = today_here()
    groups = my_follow_ups(db(), actor(), today, team=team, groups=SHOWN)
    lines = [line for group in groups.values() for line in group.lines]
    return render_template(
        "pages/home.html",
        groups=groups,
        tickable=tickable_ids(db(), actor(), lines),
        team=team,
        may_see_team=may_see_team,
        person=the_person(),
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
