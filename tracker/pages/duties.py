"""What waits for somebody about who may see and do what: a line in the frame of every page."""

from __future__ import annotations

from flask import url_for
from flask_babel import ngettext

from tracker.accounts.current import News


def duties_of(news: News) -> list[tuple[str, str, str]]:
    """(words, tone, where to) of each."""
    found = []
    if news.requests:
        words = ngettext(
            "%(num)s request waits for a second person.", "%(num)s requests wait for a second person.", news.requests
        )
        found.append((words, "info", url_for("approvals.requests")))
    if news.glass:
        words = ngettext(
            "The glass of %(num)s case of yours was broken this week: look at its members.",
            "The glass of %(num)s cases of yours was broken this week: look at their members.",
            news.glass,
        )
        found.append((words, "danger", url_for("cases.list_cases", mine=1)))
    if news.reviews:
        words = ngettext(
            "Who sees %(num)s case that you lead is to be reviewed.",
            "Who sees %(num)s cases that you lead is to be reviewed.",
            news.reviews,
        )
        found.append((words, "info", url_for("approvals.requests", _anchor="reviews")))
    return found
