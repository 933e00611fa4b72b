"""The calendar: a month, a week, or an agenda from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.accounts.current import the_person
from tracker.core.web import actor, db
from tracker.core.working_days import working_days_of
from tracker.followups.forms import KIND_WORDS
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint
from tracker.pages.calendar_days import AGENDA, MONTH, VIEWS, WEEK, Span, span_of
from tracker.pages.calendar_items import EXPIRY, MEETING, SITTING, items_of

SHOWN = {MONTH: 3, WEEK: 12, AGENDA: 12}
COUNTED = 6
"""How many further lines of a day are counted; a longer day says only that there are more."""


@blueprint.get("/calendar")
@entrance(CASE_READERS)
def calendar() -> str:
    team = actor().is_staff and request.args.get("whose") == "team"
    view = request.args.get("view", MONTH)
    today = today_here()
    span = span_of(view if view in VIEWS else MONTH, _day(request.args.get("day")) or today)
    is_holiday = working_days_of(the_person().country).is_holiday
    return render_template(
        "pages/calendar.html",
        span=span,
        days=items_of(db(), actor(), span.days, team=team, shown=SHOWN[span.view], counted=COUNTED),
        holidays={day for day in span.days if is_holiday(day)},
        team=team,
        may_see_team=actor().is_staff,
        today=today,
        kinds={
            **{key: str(words) for key, words in KIND_WORDS.items()},
            MEETING: _("Meeting"),
            EXPIRY: _("Period ends"),
            SITTING: _("Sitting begins"),
        },
        address=lambda **said: _address(span, team=team, **said),
    )


def _address(span: Span, *, team: bool, **said: Any) -> str:
    """This calendar with another view or day."""
    wanted = {"view": span.view, "day": span.day.isoformat(), **({"whose": "team"} if team else {}), **said}
    return url_for("pages.calendar", **{name: value for name, value in wanted.items() if value})


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
