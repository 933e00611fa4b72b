"""Whoever looks at something restricted or sealed leaves an entry: for each such thing that a GET loads as a whole.

Lists read columns and load nothing as a whole: a title among others is no reading of the case. Exports have entries of
their own.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy import event
from sqlalchemy.orm import QueryContext, Session

from tracker.audit.reads import SECRET_LEVELS, forget_reads, note_read, write_reads
from tracker.cases.models import Case, CaseEvent
from tracker.core.web import actor, db
from tracker.documents.models import DocumentRecord
from tracker.engagements.models import Engagement
from tracker.followups.models import FollowUp

KINDS: dict[type[Any], str] = {
    Case: "case",
    CaseEvent: "case_event",
    FollowUp: "follow_up",
    Engagement: "engagement",
    DocumentRecord: "document",
}


def init_app(app: Flask) -> None:
    """Listen to what is loaded, and write it down when the page is good."""
    for model in KINDS:
        if not event.contains(model, "load", _note):
            event.listen(model, "load", _note)
            event.listen(model, "refresh", _note_again)
    app.after_request(_write)


def _note(thing: Any, context: QueryContext) -> None:
    level = thing.__dict__.get("level")
    if level in SECRET_LEVELS:
        _remember(context.session, thing)


def _note_again(thing: Any, context: QueryContext, _attributes: object) -> None:
    _note(thing, context)


def _remember(session: Session, thing: Any) -> None:
    case_id = thing.id if isinstance(thing, Case) else thing.__dict__.get("case_id")
    note_read(session, KINDS[type(thing)], thing.id, case_id)


def _write(response: Response) -> Response:
    if "db_session" in g:
        if request.method in ("GET", "HEAD") and response.status_code < 300:
            write_reads(db(), actor())
        else:
            forget_reads(db())
    return response
