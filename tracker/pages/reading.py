"""Whoever looks at something restricted or sealed leaves an entry: for each such thing that a GET loads as a whole.

Lists read columns and load nothing as a whole. What they show of something restricted or sealed they say themselves
(`tracker.audit.reads.note_shown`), once a day. Exports have entries of their own. What was refused is noted whether it
is there or not, after the answer was made and in a transaction of its own (ADR 25).
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy import event
from sqlalchemy.orm import QueryContext, Session

from tracker.audit.reads import SECRET_LEVELS, forget_reads, note_read, write_reads
from tracker.audit.refusals import note_refusals
from tracker.cases.models import Case, CaseEvent
from tracker.core.web import actor, database, db
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


NAMED = {
    "reference": "case",
    "event_id": "case_event",
    "follow_up_id": "follow_up",
    "engagement_id": "engagement",
    "file_id": "file",
    "contact_id": "contact",
}
"""What an address names, and of what kind that is."""


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
    note_read(session, KINDS[type(thing)], thing.id, case_id, thing.__dict__["level"])


def _write(response: Response) -> Response:
    if response.status_code in (403, 404):
        _note_refusals(response.status_code)
    if "db_session" in g:
        if request.method in ("GET", "HEAD") and response.status_code < 300:
            write_reads(db(), actor())
        else:
            forget_reads(db())
    return response


def _note_refusals(status: int) -> None:
    said = request.view_args or {}
    asked = {kind: str(said[name]) for name, kind in NAMED.items() if name in said}
    asked = {kind: name for kind, name in asked.items() if "\0" not in name}  # names nothing, and no text may hold it
    if asked and actor().person_id is not None:
        with database().unit_of_work(actor()) as session:
            session.info["request_id"] = g.get("request_id")
            note_refusals(session, asked, status)
